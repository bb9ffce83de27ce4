import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../src/embedded/listen-address.ts';

const START_MS = 80_000;

/** The product as an operator runs it: a process of its own, with embedded stores in a folder of its own. */
export type ProductProcess = {
  url: string;
  /** Starts it, or starts it again on the same data; resolves when it is ready. */
  start(): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** All that it printed. */
  output(): string;
  /** Stops it and removes its data. */
  close(): Promise<void>;
};

/** Not yet started. `env` is all of its environment besides PATH, PORT and DATA_DIR. */
export async function productProcess(env: Readonly<Record<string, string>>): Promise<ProductProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), 'skb-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  let printed = '';

  async function kill(signal: NodeJS.Signals): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  return {
    url,
    kill,
    output: () => printed,
    async start() {
      const started = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env['PATH'], PORT: String(port), DATA_DIR: dataDir, ...env },
      });
      child = started;
      for (const stream of [started.stdout, started.stderr]) {
        stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
      }
      const deadline = Date.now() + START_MS;
      for (;;) {
        if (started.exitCode !== null) throw new Error(`the product ended: ${printed.slice(-2000)}`);
        const ready = await fetch(`${url}/readyz`).then(
          (response) => response.ok,
          () => false,
        );
        if (ready) return;
        if (Date.now() > deadline) throw new Error(`the product is not ready: ${printed.slice(-2000)}`);
        await delay(50);
      }
    },
    async close() {
      await kill('SIGTERM');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
