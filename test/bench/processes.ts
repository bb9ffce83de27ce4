import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { VERIFY_TOKEN } from './conversation.ts';

/** A process of ours on one core. `said` are the last words of its output. */
export type Pinned = { child: ChildProcess; pid: number; said(): string; gone: Promise<void>; stop(): Promise<void> };

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export function startPinned(core: number, command: string[], env: NodeJS.ProcessEnv = {}, ipc = false): Pinned {
  const child = spawn('taskset', ['-c', String(core), ...command], {
    env: { ...process.env, ...env },
    stdio: ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  }
  running.add(child);
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      running.delete(child);
      resolve();
    });
  });
  return {
    child,
    pid: child.pid ?? 0,
    said: () => said,
    gone,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 12_000);
      await gone;
      clearTimeout(timer);
    },
  };
}

/** Several processes share a core, perhaps with others' work. */
const START_LIMIT_MS = 180_000;

/** Waits for what `look` gives, other than null. */
export async function until<T>(what: string, process: Pinned, look: () => Promise<T | null>): Promise<T> {
  const deadline = performance.now() + START_LIMIT_MS;
  for (;;) {
    const found = await look().catch(() => null);
    if (found !== null) return found;
    if (process.child.exitCode !== null || performance.now() > deadline) {
      throw new Error(`${what} did not start:\n${process.said()}`);
    }
    await wait(50);
  }
}

/** Resolves when the webhook answers the platform's handshake. */
export async function untilServing(what: string, server: Pinned, origin: string): Promise<void> {
  await until(what, server, async () => {
    const query = `hub.mode=subscribe&hub.verify_token=${VERIFY_TOKEN}&hub.challenge=bench`;
    const answer = await fetch(`${origin}/webhooks/messenger?${query}`);
    return (await answer.text()) === 'bench' ? true : null;
  });
}

const TICKS_PER_SECOND = 100; // USER_HZ of Linux

/** User and system CPU seconds of one process so far. Source: proc(5), stat. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

export function rssMb(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kb ?? 0) / 1024;
}

/** Seconds for which a core was at work since the machine started. Source: proc(5), /proc/stat. */
export function busySeconds(core: number): number {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? '';
  const [user, nice, system, , , irq, softirq] = line.split(' ').map(Number);
  return ((user ?? 0) + (nice ?? 0) + (system ?? 0) + (irq ?? 0) + (softirq ?? 0)) / TICKS_PER_SECOND;
}
