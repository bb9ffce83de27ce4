import { Agent, request } from 'node:http';
import type { ChannelName } from '../../src/core/contact.ts';
import { messengerBytes, messengerSignature, zaloSignature } from '../support/fake-platform.ts';
import { ACCOUNTS } from './platforms-accounts.ts';

export type EchoSetting = {
  /** Origins of the product's web processes, asked in turn. A function, because processes come and go. */
  to(): readonly string[];
  /** Shortest and longest wait after the acceptance, in ms; `[0, 0]` mostly arrives before the answer. */
  delayMs: readonly [number, number];
  /** Wait before an echo that was not answered 200 goes out again; it is repeated until it is, or the platforms close. */
  againMs?: number;
};

/** An accepted message as its echo tells it. `metadata` is Messenger's own. */
export type Echoed = { channel: ChannelName; user: string; text: string; messageId: string; metadata: string };

export type Echoes = { emit(message: Echoed): void; waiting(): number; close(): void };

/** Tells the product of messages that were accepted, as `oa_send_text` and message echoes do, signed. Source: zalo.md §1.9, messenger.md §2.6. */
export function makeEchoes(setting: EchoSetting, random: () => number, now: () => number): Echoes {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const timers = new Set<NodeJS.Timeout>();
  let turn = 0;
  let waiting = 0;
  let closed = false;

  function later(ms: number, then: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      then();
    }, ms);
    timers.add(timer);
  }

  function deliver(webhook: Webhook): void {
    if (closed) return;
    const origins = setting.to();
    const origin = origins[turn++ % Math.max(1, origins.length)];
    const again = (): void => later(setting.againMs ?? 200, () => deliver(webhook));
    if (origin === undefined) return again();
    const posted = request(origin + webhook.path, { method: 'POST', agent, headers: webhook.headers }, (response) => {
      response.resume();
      if (response.statusCode === 200) waiting--;
      else again();
    });
    posted.on('error', again);
    posted.end(webhook.body);
  }

  return {
    emit(message) {
      const [least, most] = setting.delayMs;
      const webhook = toWebhook(message, now());
      waiting++;
      later(least + random() * (most - least), () => deliver(webhook));
    },
    waiting: () => waiting,
    close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      agent.destroy();
    },
  };
}

type Webhook = { path: string; headers: Record<string, string | number>; body: Buffer };

function toWebhook(message: Echoed, at: number): Webhook {
  const body = message.channel === 'zalo' ? zaloEcho(message, at) : messengerEcho(message, at);
  const signature =
    message.channel === 'zalo'
      ? zaloSignature(body, ACCOUNTS.zalo.appId, ACCOUNTS.zalo.oaSecret, String(at))
      : messengerSignature(body, ACCOUNTS.messenger.appSecret);
  const headers = { 'content-type': 'application/json', 'content-length': body.length, ...signature };
  return { path: `/webhooks/${message.channel}`, headers, body };
}

const zaloEcho = ({ user, text, messageId }: Echoed, at: number): Buffer =>
  Buffer.from(
    JSON.stringify({
      app_id: ACCOUNTS.zalo.appId,
      sender: { id: ACCOUNTS.zalo.oaId },
      recipient: { id: user },
      event_name: 'oa_send_text',
      message: { text, msg_id: messageId },
      timestamp: String(at),
    }),
  );

function messengerEcho({ user, text, messageId, metadata }: Echoed, at: number): Buffer {
  const { pageId, appId } = ACCOUNTS.messenger;
  const message = { mid: messageId, is_echo: true, app_id: Number(appId), metadata, text };
  const item = { sender: { id: pageId }, recipient: { id: user }, timestamp: at, message };
  return messengerBytes({ object: 'page', entry: [{ id: pageId, time: at, messaging: [item] }] });
}
