import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  messengerBytes,
  messengerSignature,
  startFakePlatform,
  zaloSignature,
  type FakePlatform,
} from './fake-platform.ts';

const ZALO = { appId: '4100200300400500601', oaId: '3700111222333444555', oaSecret: 'InventedOaSecretKey01' };
const MESSENGER = { pageId: '108845271234567', appId: '987654321012345', appSecret: 'invented-app-secret' };
const PATIENCE_MS = 15_000;

export type Heard = { text: string; buttons: { title: string; payload: string }[] };

/** The whole product as an operator runs it: a process of its own with embedded stores, and platforms played beside it. */
export type Product = {
  url: string;
  platform: FakePlatform;
  /** Posts a signed webhook; gives its status. `times`: the platform's redeliveries of the same bytes. */
  zalo(user: string, message: Record<string, unknown>, options?: { id?: string; event?: string }): Promise<number>;
  messenger(user: string, part: Record<string, unknown>): Promise<number>;
  /** What a user got so far, oldest first. */
  heard(user: string): Heard[];
  /** Waits until the newest message to a user matches, and gives it. */
  expectLast(user: string, pattern: RegExp): Promise<Heard>;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts the process again on the same data. */
  start(): Promise<void>;
  /** All that the process printed. */
  output(): string;
  close(): Promise<void>;
};

export async function startProduct(env: Readonly<Record<string, string>> = {}): Promise<Product> {
  const dataDir = mkdtempSync(join(tmpdir(), 'skb-'));
  const platform = await startFakePlatform();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  let printed = '';
  let count = 0;

  async function start(): Promise<void> {
    const started = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        PORT: String(port),
        DATA_DIR: dataDir,
        CLOCK_AT: '2022-05-28T08:00:00+07:00',
        LOG_LEVEL: 'info',
        ZALO_APP_ID: ZALO.appId,
        ZALO_OA_ID: ZALO.oaId,
        ZALO_OA_SECRET: ZALO.oaSecret,
        ZALO_APP_SECRET: 'invented-zalo-app-secret',
        ZALO_ACCESS_TOKEN: platform.zalo.accessToken,
        ZALO_REFRESH_TOKEN: platform.zalo.refreshToken,
        ZALO_API_URL: platform.url,
        ZALO_OAUTH_URL: platform.url,
        MESSENGER_PAGE_ID: MESSENGER.pageId,
        MESSENGER_APP_ID: MESSENGER.appId,
        MESSENGER_APP_SECRET: MESSENGER.appSecret,
        MESSENGER_VERIFY_TOKEN: 'invented-verify-token',
        MESSENGER_PAGE_TOKEN: 'invented-page-token',
        GRAPH_API_URL: platform.url,
        ...env,
      },
    });
    child = started;
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const deadline = Date.now() + 30_000;
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
  }

  async function kill(signal: NodeJS.Signals): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  const post = async (path: string, body: Buffer, headers: Record<string, string>): Promise<number> => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: new Uint8Array(body),
    });
    return response.status;
  };

  function heard(user: string): Heard[] {
    return platform.calls.flatMap((call) => {
      const body = call.body as { recipient?: { id?: string; user_id?: string }; message?: Record<string, unknown> };
      const to = body.recipient?.user_id ?? body.recipient?.id;
      return to === user && body.message ? [toHeard(body.message)] : [];
    });
  }

  await start();
  return {
    url,
    platform,
    start,
    kill,
    heard,
    output: () => printed,
    zalo(user, message, options = {}) {
      const timestamp = String(clockNow() + ++count);
      const body = Buffer.from(
        JSON.stringify({
          app_id: ZALO.appId,
          sender: { id: user },
          recipient: { id: ZALO.oaId },
          event_name: options.event ?? 'user_send_text',
          message: { msg_id: options.id ?? `z${count}`, ...message },
          timestamp,
        }),
      );
      return post('/webhooks/zalo', body, zaloSignature(body, ZALO.appId, ZALO.oaSecret, timestamp));
    },
    messenger(user, part) {
      const at = clockNow() + ++count;
      const body = messengerBytes({
        object: 'page',
        entry: [
          {
            id: MESSENGER.pageId,
            time: at,
            messaging: [{ sender: { id: user }, recipient: { id: MESSENGER.pageId }, timestamp: at, ...part }],
          },
        ],
      });
      return post('/webhooks/messenger', body, messengerSignature(body, MESSENGER.appSecret));
    },
    async expectLast(user, pattern) {
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        const last = heard(user).at(-1);
        if (last && pattern.test(last.text)) return last;
        if (Date.now() > deadline) throw new Error(`waited for ${pattern}, last was: ${last?.text ?? 'nothing'}`);
        await delay(10);
      }
    },
    async close() {
      await kill('SIGTERM');
      await platform.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Near enough to the product's clock, which began when it started. */
const clockNow = (): number => Date.parse('2022-05-28T08:00:01+07:00');

function toHeard(message: Record<string, unknown>): Heard {
  const {
    text,
    quick_replies: quick,
    attachment,
  } = message as {
    text?: string;
    quick_replies?: { title: string; payload: string }[];
    attachment?: { payload: { text?: string; buttons?: { title: string; payload: string }[] } };
  };
  return { text: text ?? attachment?.payload.text ?? '', buttons: quick ?? attachment?.payload.buttons ?? [] };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
