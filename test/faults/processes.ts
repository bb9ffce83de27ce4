import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A program that is killed and started again, its output in a file. */
export type Runner = {
  name: string;
  pid(): number;
  isUp(): boolean;
  start(): void;
  /** Sends the signal; for one that ends it, resolves when it is gone, with its exit code (null = by the signal). */
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT'): Promise<number | null>;
  /** SIGSTOP and SIGCONT. */
  pause(): void;
  resume(): void;
  /** The last words. */
  said(): string;
  /** Lines of the log at warning or above, by what they say, and how often. */
  complaints(): ReadonlyMap<string, number>;
  /** Called with each line of its log, parsed. */
  onLog(listener: (line: LogLine) => void): void;
  /** Ends by itself: code or signal. Not called for an end that was asked for. */
  onCrash(listener: (how: string) => void): void;
  /** How often it was started. */
  starts(): number;
};

export type LogLine = Readonly<Record<string, unknown>> & { level?: number; msg?: string; code?: string };

const WARN = 40;
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1));

export function makeRunner(options: {
  name: string;
  command: readonly string[];
  env: () => Readonly<Record<string, string | undefined>>;
  cwd: string;
  logFile: string;
}): Runner {
  const { name } = options;
  const file = createWriteStream(options.logFile, { flags: 'a' });
  const complaints = new Map<string, number>();
  const listeners: ((line: LogLine) => void)[] = [];
  const crashed: ((how: string) => void)[] = [];
  let child: ChildProcess | null = null;
  let asked = false;
  let words = '';
  let starts = 0;

  function hear(text: string): void {
    file.write(text);
    words = (words + text).slice(-4000);
  }

  function hearLine(text: string): void {
    if (!text.startsWith('{')) return;
    let line: LogLine;
    try {
      line = JSON.parse(text) as LogLine;
    } catch {
      return;
    }
    if ((line.level ?? 0) >= WARN) {
      const what = [line.msg, line.code].filter(Boolean).join(' · ');
      complaints.set(what, (complaints.get(what) ?? 0) + 1);
    }
    for (const listener of listeners) listener(line);
  }

  const isUp = (): boolean => child !== null && child.exitCode === null && child.signalCode === null;
  return {
    name,
    isUp,
    pid: () => child?.pid ?? 0,
    said: () => words,
    complaints: () => complaints,
    starts: () => starts,
    onLog: (listener) => void listeners.push(listener),
    onCrash: (listener) => void crashed.push(listener),
    start() {
      if (isUp()) throw new Error(`${name} runs already`);
      const [program = '', ...args] = options.command;
      const started = spawn(program, args, {
        cwd: options.cwd,
        env: { PATH: process.env['PATH'], ...options.env() },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      starts++;
      child = started;
      asked = false;
      running.add(started);
      let rest = '';
      for (const stream of [started.stdout, started.stderr]) {
        stream.setEncoding('utf8');
        stream.on('data', (text: string) => {
          hear(text);
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) hearLine(line);
        });
      }
      started.once('exit', (code, signal) => {
        running.delete(started);
        hear(`--- ended: ${code ?? signal ?? ''}\n`);
        if (!asked) for (const listener of crashed) listener(String(code ?? signal));
      });
    },
    async kill(signal) {
      const running = child;
      if (!running || !isUp()) return running?.exitCode ?? null;
      asked = true;
      const gone = once(running, 'exit');
      running.kill(signal);
      if (signal === 'SIGKILL') running.kill('SIGCONT');
      await gone;
      return running.exitCode;
    },
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
  };
}

/** Below those that the system hands out to connections: a server that is away for a moment must find its port free again. */
const PORTS = { first: 14_000, count: 16_000 };
const taken = new Set<number>();

export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + Math.floor(Math.random() * PORTS.count);
    if (taken.has(port)) continue;
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    taken.add(port);
    return port;
  }
}

/** Waits until `look` holds; `what` and the last words of `runner` are told when that takes longer than `limitMs`. */
export async function untilTrue(
  what: string,
  look: () => boolean | Promise<boolean>,
  limitMs: number,
  told: () => string = () => '',
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await look())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${limitMs / 1000} s. ${told()}`);
    await delay(50);
  }
}
