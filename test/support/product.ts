import { setTimeout as delay } from 'node:timers/promises';
import {
  messengerBytes,
  messengerSignature,
  startFakePlatform,
  zaloSignature,
  type FakePlatform,
} from './fake-platform.ts';
import { productProcess, type ProductProcess } from './product-process.ts';

const ZALO = { appId: '4100200300400500601', oaId: '3700111222333444555', oaSecret: 'InventedOaSecretKey01' };
const MESSENGER = { pageId: '108845271234567', appId: '987654321012345', appSecret: 'invented-app-secret' };
/** Longer than the 60 s for which a send whose answer was lost waits for its echo. */
const PATIENCE_MS = 90_000;

export type Heard = { text: string; buttons: { title: string; payload: string }[] };

/** The whole product as an operator runs it: a process of its own with embedded stores, and platforms played beside it. */
export type Product = ProductProcess & {
  platform: FakePlatform;
  /** Posts a signed webhook; gives its status. `times`: the platform's redeliveries of the same bytes. */
  zalo(user: string, message: Record<string, unknown>, options?: { id?: string; event?: string }): Promise<number>;
  messenger(user: string, part: Record<string, unknown>): Promise<number>;
  /** Waits until every message sent is written down as sent: one that is not is in doubt after a kill. */
  settled(): Promise<void>;
  /** What a user got so far, oldest first. */
  heard(user: string): Heard[];
  /** Waits until the newest message to a user matches, and gives it. */
  expectLast(user: string, pattern: RegExp): Promise<Heard>;
};

export async function startProduct(env: Readonly<Record<string, string>> = {}): Promise<Product> {
  const platform = await startFakePlatform();
  const running = await productProcess({
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
  });
  const { url } = running;
  let count = 0;

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

  await running.start();
  return {
    ...running,
    platform,
    heard,
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
    async settled() {
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        const metrics = await (await fetch(`${url}/metrics`)).text();
        if (/skb_backlog\{role="sender"\} 0/.test(metrics)) return;
        if (Date.now() > deadline) throw new Error('messages are not settled');
        await delay(20);
      }
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
      await running.close();
      await platform.close();
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
