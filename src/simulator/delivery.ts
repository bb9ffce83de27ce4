import type { ChannelName } from '../core/contact.ts';

/** A signed webhook, ready to be posted. `headers` are made anew for each try (0 = the first). */
export type Webhook = {
  channel: ChannelName;
  /** For the inspector: `user_send_text`, `message`. */
  name: string;
  body: Buffer;
  headers(attempt: number): Record<string, string>;
};

export type Answer = {
  /** HTTP status, 0 when nobody answered in time. */
  status: number;
  ms: number;
  attempt: number;
  /** Delivered again after this time; null = taken, or given up. */
  againMs: number | null;
};

export type DeliveryOptions = {
  urls: Readonly<Record<ChannelName, string>>;
  /** Waits before each redelivery, in ms. The platforms': Zalo 30 s, 5 min, 15 min, 30 min, 1 h; here far less. */
  retryAfterMs: readonly number[];
  /** How long an answer may take, in ms. Source: zalo.md §1.4, messenger.md §2.3. */
  timeoutMs: Readonly<Record<ChannelName, number>>;
};

export type Delivery = {
  /** Posts after everything posted earlier for the same `person`; ends with the first answer, redeliveries go on behind it. */
  post(person: string, webhook: Webhook, onAnswer: (answer: Answer) => void): Promise<void>;
  close(): void;
};

export function makeDelivery({ urls, retryAfterMs, timeoutMs }: DeliveryOptions): Delivery {
  const running = new Set<AbortController>();
  let closed = false;
  const timers = new Set<NodeJS.Timeout>();
  const queues = new Map<string, Promise<void>>();

  const tryOnce = async (webhook: Webhook, attempt: number, onAnswer: (answer: Answer) => void): Promise<void> => {
    const startedAt = performance.now();
    const status = await postOnce(webhook, attempt);
    if (closed) return;
    const wait = status === 200 ? undefined : retryAfterMs[attempt];
    onAnswer({ status, ms: Math.round(performance.now() - startedAt), attempt, againMs: wait ?? null });
    if (wait === undefined) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      void tryOnce(webhook, attempt + 1, onAnswer);
    }, wait);
    timer.unref();
    timers.add(timer);
  };

  const postOnce = async (webhook: Webhook, attempt: number): Promise<number> => {
    const call = new AbortController();
    const timer = setTimeout(() => call.abort(), timeoutMs[webhook.channel]);
    running.add(call);
    try {
      const answer = await fetch(urls[webhook.channel], {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...webhook.headers(attempt) },
        body: new Uint8Array(webhook.body),
        redirect: 'manual',
        signal: call.signal,
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 0; // no connection or too late: the same to the platform
    } finally {
      clearTimeout(timer);
      running.delete(call);
    }
  };

  return {
    post(person, webhook, onAnswer) {
      const before = queues.get(person) ?? Promise.resolve();
      const turn = before.then(() => tryOnce(webhook, 0, onAnswer));
      queues.set(person, turn);
      void turn.finally(() => {
        if (queues.get(person) === turn) queues.delete(person);
      });
      return turn;
    },
    close() {
      closed = true;
      for (const call of running) call.abort();
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
