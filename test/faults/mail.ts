import { setTimeout as delay } from 'node:timers/promises';
import type { ChannelName } from '../../src/core/contact.ts';
import type { Balancer } from './balancer.ts';
import { messengerWebhook, zaloWebhook, type Act, type Ledger, type Posted, type Webhook } from './ledger.ts';
import { below, between, type Random } from './random.ts';

/** Probabilities of what may go wrong on the way from a platform to us. */
export type MailFaults = {
  /** Delivered again, the same bytes, up to some seconds after it was answered 200. */
  redelivered?: number;
  /** Delivered to two web processes at the same moment. */
  doubled?: number;
  /** Its platform's time lies two hours back. */
  late?: number;
};

/** The platforms' side of webhooks: delivers until it is answered 200. */
export type Mail = {
  /** Tells what a person did; several acts are told at once, in no order, with rising times. Resolves when each was answered 200. */
  tell(channel: ChannelName, user: string, acts: readonly Act[], behindMs?: number): Promise<void>;
  setFaults(faults: MailFaults): void;
  /** `true`: Messenger's webhooks pile up. `false`: they come, up to `most` in one body. */
  hold(on: boolean, most?: number): void;
  /** How many lie in the pile. */
  held(): number;
  /** Deliveries under way or to come. */
  waiting(): number;
  /** Answers other than 200, by status (0 = none), for what was not sent elsewhere on purpose. */
  refused: ReadonlyMap<number, number>;
  counts: Readonly<{ redelivered: number; doubled: number; late: number; bodies: number; largest: number }>;
  close(): void;
};

const AGAIN_MS = [300, 1500] as const;
const LATE_MS = 2 * 3_600_000;

export function makeMail(
  balancer: Balancer,
  ledger: Ledger,
  random: Random,
  onRefused: (status: number) => void,
): Mail {
  const refused = new Map<number, number>();
  const counts = { redelivered: 0, doubled: 0, late: 0, bodies: 0, largest: 0 };
  let faults: MailFaults = {};
  let held: { posted: Posted; acked: () => void }[] | null = null;
  let waiting = 0;
  let closed = false;

  /** Delivers the same bytes until they are answered 200. */
  async function deliver(list: readonly Posted[], webhook: Webhook): Promise<void> {
    waiting++;
    counts.bodies++;
    counts.largest = Math.max(counts.largest, list.length);
    try {
      for (const posted of list) posted.firstAt ||= Date.now();
      while (!closed) {
        for (const posted of list) posted.deliveries++;
        if ((await post(webhook)) === 200) break;
        await delay(between(random, ...AGAIN_MS));
      }
      for (const posted of list) posted.ackedAt ??= Date.now();
    } finally {
      waiting--;
    }
  }

  async function post(webhook: Webhook): Promise<number> {
    const ready = balancer.readyAt();
    if (random() < (faults.doubled ?? 0) && ready.length > 1) {
      counts.doubled++;
      const statuses = await Promise.all(
        ready.slice(0, 2).map((at) => balancer.post(webhook.path, webhook.headers, webhook.body, at)),
      );
      for (const status of statuses) note(status);
      return statuses.includes(200) ? 200 : (statuses[0] ?? 0);
    }
    const status = await balancer.post(webhook.path, webhook.headers, webhook.body);
    note(status);
    return status;
  }

  function note(status: number): void {
    if (status === 200) return;
    refused.set(status, (refused.get(status) ?? 0) + 1);
    onRefused(status);
  }

  function deliverAgain(list: readonly Posted[], webhook: Webhook): void {
    counts.redelivered++;
    waiting++;
    delay(between(random, 0, 5000))
      .then(() => (waiting--, deliver(list, webhook)))
      .catch(() => {});
  }

  async function one(posted: Posted): Promise<void> {
    if (posted.channel === 'messenger' && held) {
      const pile = held;
      return new Promise((acked) => void pile.push({ posted, acked }));
    }
    const webhook = posted.channel === 'zalo' ? zaloWebhook(posted) : messengerWebhook([posted]);
    await deliver([posted], webhook);
    if (random() < (faults.redelivered ?? 0)) deliverAgain([posted], webhook);
  }

  return {
    refused,
    counts,
    setFaults: (next) => (faults = next),
    held: () => held?.length ?? 0,
    waiting: () => waiting + (held?.length ?? 0),
    async tell(channel, user, acts, behindMs = 0) {
      const isLate = random() < (faults.late ?? 0);
      if (isLate) counts.late++;
      const at = Date.now() - behindMs - (isLate ? LATE_MS : 0);
      const all = acts.map((act, i) => ledger.add(channel, user, act, at + i));
      // the last one first, now and then: platforms promise no order
      if (all.length > 1 && below(random, 2) === 0) all.reverse();
      await Promise.all(all.map(one));
    },
    hold(on, most = 1000) {
      if (on) return void (held ??= []);
      const pile = held ?? [];
      held = null;
      for (let i = 0; i < pile.length; i += most) {
        const part = pile.slice(i, i + most);
        const list = part.map(({ posted }) => posted);
        deliver(list, messengerWebhook(list)).then(
          () => part.forEach(({ acked }) => acked()),
          () => {},
        );
      }
    },
    close: () => void (closed = true),
  };
}
