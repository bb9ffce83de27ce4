import { describeError } from '../base/errors.ts';
import type { Channel, SendResult } from '../channels/channel.ts';
import type { ArchiveItem } from '../core/archive.ts';
import type { ChannelName, ContactId } from '../core/contact.ts';
import { textKey } from '../stores/redis/ledger.ts';
import { readInflight, readProofs, readRow, sendKey, type Progress } from '../stores/redis/outbox.ts';
import { field, type StreamEntry } from '../stores/redis/stream-reader.ts';
import type { OutLane, Sending, SendShell } from './shell.ts';
import { makeSteps } from './steps.ts';

/** One sender's hold on one partition of the outbox. */
export type SendTenure = {
  /** Reads what earlier owners left in flight; `take` may be called afterwards. */
  begin(): Promise<void>;
  take(channel: Channel, entries: readonly StreamEntry[]): void;
  wants(channel: ChannelName): boolean;
  pending(): number;
  /** Resolves when running sends are settled; the rest is left to the next owner. */
  finish(): Promise<void>;
  drop(): void;
};

export type SendHooks = { onBroken(): void; onRoom(): void; isFresh(): boolean };

/** Tries of a row that owners before left in flight: an owner that dies again and again before it sends is no refusal. */
const FOUND_TRIES = 10;
const PROOF_POLL_MS = 250;
const MANY_SHUT = 10_000;

export function beginSendTenure(shell: SendShell, p: number, token: string, hooks: SendHooks): SendTenure {
  const { connection, clock, log, counters, limits } = shell;
  const lanes = new Map<string, OutLane>();
  const pending = new Map<ChannelName, number>();
  /** Lanes let through the gate whose mark is not written yet. */
  const marking = new Set<OutLane>();
  const doubtful = new Set<OutLane>();
  const timers = new Set<NodeJS.Timeout>();
  /** Contacts that cannot be reached, and since when: rows of turns before that are withdrawn. */
  const unreachable = new Map<string, number>();
  const steps = makeSteps(shell, p, token, hooks.onBroken);
  let found = new Map<string, Progress>();
  let active = 0;
  let over = false;
  let finishing = false;
  let looking: NodeJS.Timeout | undefined;
  let whenIdle: () => void = () => {};

  const gateOf = (lane: OutLane) => shell.gates.get(lane.channel.name)!;

  function later(delayMs: number, then: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      then();
    }, delayMs);
    timers.add(timer);
  }

  /** Sends the lane on to whatever its head needs. */
  function advance(lane: OutLane, first = false): void {
    if (over) return;
    const head = lane.queue[0];
    lane.busy = head !== undefined;
    if (!head) return void lanes.delete(lane.contact);
    if (head.row.at <= (unreachable.get(lane.contact) ?? -1)) {
      counters.withdrawn++;
      return settle(lane, 'withdrawn', '');
    }
    if (head.inDoubt) return watch(lane, head);
    gateOf(lane).enqueue(lane, first);
  }

  function watch(lane: OutLane, head: Sending): void {
    head.doubtEndsAt = performance.now() + lane.channel.limits.echoWaitMs;
    doubtful.add(lane);
    look();
  }

  function look(): void {
    if (looking || over || doubtful.size === 0) return;
    looking = setTimeout(() => {
      looking = undefined;
      lookForProofs().then(look, () => hooks.onBroken());
    }, PROOF_POLL_MS);
  }

  async function lookForProofs(): Promise<void> {
    const list = [...doubtful];
    const proofs = await readProofs(
      connection,
      p,
      list.map((lane) => sendKey(lane.queue[0]!.row.id, lane.queue[0]!.part)),
    );
    if (over) return;
    const now = performance.now();
    for (const [i, lane] of list.entries()) {
      const head = lane.queue[0]!;
      const messageId = proofs[i];
      if (typeof messageId !== 'string' && now < head.doubtEndsAt) continue;
      doubtful.delete(lane);
      head.inDoubt = false;
      if (typeof messageId === 'string') {
        counters.proven++;
        arrived(lane, head, messageId, '');
      } else if (head.tries >= head.maxTries) {
        counters.failed++;
        settle(lane, 'failed', 'send.ambiguous');
      } else {
        counters.resent++;
        head.repeats++;
        log.warn(
          { code: 'send.repeated', channel: lane.channel.name, row: head.row.id, part: head.part },
          'sent again',
        );
        advance(lane);
      }
    }
  }

  /** The gate is open for this lane: write down that its head is about to be sent, then send it. */
  function deliver(lane: OutLane): void {
    const gate = gateOf(lane);
    if (over || finishing) return queueMicrotask(() => gate.ended());
    const head = lane.queue[0]!;
    const { channel } = lane;
    try {
      head.parts ??= channel.render(head.row.reply);
    } catch (error) {
      log.error({ channel: channel.name, ...describeError(error) }, 'a reply could not be rendered');
      counters.failed++;
      settle(lane, 'failed', 'send.refused');
      return queueMicrotask(() => gate.ended());
    }
    const message = head.parts[head.part];
    if (!message) {
      settle(lane, 'sent', '');
      return queueMicrotask(() => gate.ended());
    }
    head.tries++;
    active++;
    marking.add(lane);
    const key = channel.echoText ? textKey(lane.contact, channel.echoText(message)) : '';
    steps.mark({ row: head.row.id, progress: progressOf(head, false), textKey: key }, () => {
      if (!hooks.isFresh()) return hooks.onBroken(); // a stall: the lease may be another's by now
      marking.delete(lane);
      channel
        .send(lane.contact as ContactId, message, sendKey(head.row.id, head.part)) // rows are made from events, whose contacts are such ids
        .catch((error: unknown) => lostAnswer(error))
        .then((result) => finished(lane, head, result))
        .catch((error: unknown) => log.error(describeError(error), 'a send could not be settled'));
    });
  }

  function lostAnswer(error: unknown): SendResult {
    log.error(describeError(error), 'a send threw');
    return {
      type: 'failed',
      code: 'send.ambiguous',
      retry: 'ambiguous',
      scope: 'message',
      maxTries: 2,
      platformCode: '',
    };
  }

  function finished(lane: OutLane, head: Sending, result: SendResult): void {
    const gate = gateOf(lane);
    if (over) {
      if (result.type === 'sent') shell.prove(p, { row: head.row.id, part: head.part, messageId: result.messageId });
      return gate.ended();
    }
    active--;
    if (result.type === 'sent') {
      gate.opened();
      shell.onSent?.(lane.channel.name, Math.max(0, clock.now() - head.row.at)); // by two clocks
      arrived(lane, head, result.messageId, result.paid ?? '');
    } else {
      refused(lane, head, result);
    }
    gate.ended();
    if (active === 0) whenIdle();
  }

  function arrived(lane: OutLane, head: Sending, messageId: string, paid: string): void {
    head.ids.push(messageId);
    head.paid ||= paid;
    head.parts ??= lane.channel.render(head.row.reply);
    if (head.part + 1 >= head.parts.length) {
      counters.sent++;
      return settle(lane, 'sent', '');
    }
    head.part++;
    head.tries = 0;
    steps.mark({ row: head.row.id, progress: progressOf(head, true), textKey: '' }, null);
    advance(lane, true);
  }

  function refused(lane: OutLane, head: Sending, result: SendResult & { type: 'failed' }): void {
    const { code, retry, scope, platformCode, afterMs } = result;
    log.warn({ channel: lane.channel.name, code, retry, scope, platformCode, tries: head.tries }, 'a send failed');
    if (retry === 'ambiguous') {
      if (scope === 'channel') gateOf(lane).shut(code, afterMs);
      head.inDoubt = true;
      head.maxTries = result.maxTries;
      return advance(lane);
    }
    const again = scope === 'channel' || (retry === 'later' && head.tries < result.maxTries);
    if (!again) {
      counters.failed++;
      if (scope === 'contact') withdrawRest(lane);
      return settle(lane, 'failed', code);
    }
    counters.retried++;
    // a whole channel that refuses is no fault of this row
    if (scope === 'channel') head.tries--;
    steps.mark({ row: head.row.id, progress: progressOf(head, true), textKey: '' }, null);
    if (scope === 'channel') {
      gateOf(lane).shut(code, afterMs);
      return advance(lane, true);
    }
    const backoffMs = Math.min(limits.retryMs * 2 ** (head.tries - 1), limits.retryMaxMs) * (0.5 + shell.random() / 2);
    later(afterMs ?? backoffMs, () => advance(lane));
  }

  function withdrawRest(lane: OutLane): void {
    if (unreachable.size > MANY_SHUT) unreachable.clear(); // then a row too many is tried, no harm
    // by the times of turns, which this process's clock need not agree with
    unreachable.set(lane.contact, Math.max(...lane.queue.map(({ row }) => row.at)));
  }

  const progressOf = (head: Sending, sure: boolean): Progress => ({
    part: head.part,
    tries: head.tries,
    ids: head.ids,
    sure,
    ...(head.repeats > 0 && { repeats: head.repeats }),
  });

  /** Ends the lane's head and goes on to the next row. */
  function settle(lane: OutLane, state: 'sent' | 'failed' | 'withdrawn', code: string): void {
    const head = lane.queue.shift()!;
    const { row } = head;
    const { channel } = lane;
    let text = row.reply.text;
    if (head.parts) text = head.parts.map((part) => channel.describe(part)).join('\n');
    const item: ArchiveItem = {
      type: 'outbound',
      row: row.id,
      contact: row.contact,
      text,
      state,
      messageIds: head.ids,
      ...(head.repeats > 0 && { repeats: head.repeats }),
      ...(head.paid ? { paid: head.paid } : {}),
      ...(code ? { code } : {}),
      at: clock.now(),
    };
    steps.settle({
      row: row.id,
      channel: channel.name,
      entry: head.entry,
      archive: JSON.stringify(item),
      messageIds: head.ids,
      parts: head.parts?.length ?? 1,
      dead: state === 'failed' ? { code, json: JSON.stringify(row) } : null,
    });
    count(channel.name, -1);
    advance(lane);
  }

  function count(channel: ChannelName, by: number): void {
    const before = pending.get(channel) ?? 0;
    pending.set(channel, before + by);
    if (by < 0 && before >= limits.pending) hooks.onRoom();
  }

  function buryUnreadable(channel: ChannelName, [entry, fields]: StreamEntry): void {
    const at = connection.keys.partition(p);
    log.error({ channel, entry }, 'an outbox row could not be read');
    connection.client
      .xadd(at.dead, '*', 'c', 'row.unreadable', 'k', 'entry', 'j', field(fields, 'r'))
      .then(() => connection.client.xdel(at.out[channel], entry))
      .catch(() => {}); // read and buried again by the next tenure
  }

  return {
    async begin() {
      found = await readInflight(connection, p);
    },
    take(channel, entries) {
      if (over || finishing) return;
      for (const entry of entries) {
        const row = readRow(entry);
        if (!row) {
          buryUnreadable(channel.name, entry);
          continue;
        }
        const left = found.get(row.id);
        let lane = lanes.get(row.contact);
        if (!lane) lanes.set(row.contact, (lane = { contact: row.contact, channel, queue: [], busy: false, deliver }));
        lane.queue.push({
          entry: entry[0],
          row,
          parts: null,
          part: left?.part ?? 0,
          tries: left?.tries ?? 0,
          ids: left?.ids ?? [],
          repeats: left?.repeats ?? 0,
          paid: '',
          inDoubt: left !== undefined && !left.sure,
          doubtEndsAt: 0,
          maxTries: FOUND_TRIES,
        });
        found.delete(row.id);
        count(channel.name, 1);
        if (!lane.busy) advance(lane);
      }
    },
    wants: (channel) => !finishing && (pending.get(channel) ?? 0) < limits.pending,
    pending: () => [...pending.values()].reduce((sum, n) => sum + n, 0),
    async finish() {
      finishing = true;
      if (active > 0) await new Promise<void>((resolve) => (whenIdle = resolve));
      await steps.flushed();
    },
    drop() {
      over = true;
      steps.drop();
      for (const lane of marking) gateOf(lane).ended(); // their marks are not answered any more
      clearTimeout(looking);
      for (const timer of timers) clearTimeout(timer);
      lanes.clear();
      whenIdle();
    },
  };
}
