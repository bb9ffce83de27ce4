import { describeError } from '../base/errors.ts';
import type { Channel, OutMessage, SendResult } from '../channels/channel.ts';
import type { ChannelName, ContactId } from '../core/contact.ts';
import { isOfBot } from '../core/reply.ts';
import { textKey } from '../stores/redis/ledger.ts';
import type { Batch, Marking } from '../stores/redis/commit.ts';
import { readInflight, readRow, sendKey, type Progress, type SendMark } from '../stores/redis/outbox.ts';
import { field, type StreamEntry } from '../stores/redis/stream-reader.ts';
import { makeDoubts } from './doubts.ts';
import { makeFeed } from './feed.ts';
import { isTooLate, LOST_ANSWER, newSending, progressOf, type OutLane, type Sending, type SendShell } from './shell.ts';
import { makeSteps } from './steps.ts';
import { toldItem } from './told.ts';

/** One sender's hold on one partition of the outbox. */
export type SendTenure = {
  /** Reads what earlier owners left in flight; `take` may be called afterwards. */
  begin(): Promise<void>;
  take(channel: Channel, entries: readonly StreamEntry[]): void;
  /** Rows that a commit of this process is about to write, and which of them it may mark as being sent. */
  prepare(rows: Batch['rows'], isHeld: (contact: string) => boolean): Prepared;
  /** They are written. */
  hand(prepared: Prepared, rows: Batch['rows'], entries: readonly string[], marked: boolean): void;
  /** They are not, as far as anybody knows. */
  unwritten(prepared: Prepared): void;
  /** Rows were written and will be read. */
  passed(rows: Batch['rows'], entries: readonly string[]): void;
  /** Others may have written. */
  catchUp(): void;
  wants(channel: ChannelName): boolean;
  pending(): number;
  /** Resolves when running sends are settled; the rest is left to the next owner. */
  finish(): Promise<void>;
  drop(): void;
};

/** Rows that a tenure made ready before they were written. */
export type Prepared = { tenure: SendTenure; marking: Marking; sendings: Sending[] };

export type SendHooks = { onBroken(): void; onRoom(): void; isFresh(): boolean };

const MANY_SHUT = 10_000;
/** Orders at the gate; a row's own is when it was written, by Redis's clock. */
const BEFORE_ALL = -Infinity;
const AFTER_ALL = Infinity;
const writtenAt = (entry: string): number => parseInt(entry, 10);

export function beginSendTenure(shell: SendShell, p: number, token: string, hooks: SendHooks): SendTenure {
  const { connection, clock, log, counters, limits } = shell;
  const lanes = new Map<string, OutLane>();
  const pending = new Map<ChannelName, number>();
  /** Lanes let through the gate whose mark is not written yet. */
  const marking = new Set<OutLane>();
  const timers = new Set<NodeJS.Timeout>();
  /** Contacts that cannot be reached, and since when: rows of turns before that are withdrawn. */
  const unreachable = new Map<string, number>();
  const steps = makeSteps(shell, p, token, hooks.onBroken);
  const doubts = makeDoubts(shell, p, { onSettled: settleDoubt, onBroken: hooks.onBroken });
  const feed = makeFeed([...shell.channels.keys()], async (channel) => {
    const [last] = await connection.client.xrevrange(connection.keys.partition(p).out[channel], '+', '-', 'COUNT', 1);
    return last?.[0] ?? null;
  });
  let found = new Map<string, Progress>();
  let active = 0;
  /** Commits that may mark rows of ours and of which nothing is heard yet. */
  let promised = 0;
  let over = false;
  let finishing = false;
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
  function advance(lane: OutLane, order?: number): void {
    if (over) return;
    const head = lane.queue[0];
    lane.busy = head !== undefined;
    if (!head) return void lanes.delete(lane.contact);
    if (head.row.at <= (unreachable.get(lane.contact) ?? -1)) {
      counters.withdrawn++;
      return settle(lane, 'withdrawn', '');
    }
    if (head.inDoubt) return doubts.watch(lane, head);
    gateOf(lane).enqueue(lane, order ?? writtenAt(head.entry));
  }

  function settleDoubt(lane: OutLane, head: Sending, messageId: string | null): void {
    if (messageId !== null) {
      counters.proven++;
      return arrived(lane, head, messageId, '');
    }
    if (head.tries >= head.maxTries) {
      counters.failed++;
      return settle(lane, 'failed', 'send.ambiguous');
    }
    counters.resent++;
    head.repeats++;
    log.warn({ code: 'send.repeated', channel: lane.channel.name, row: head.row.id, part: head.part }, 'sent again');
    advance(lane);
  }

  const isGone = (): boolean => over || finishing;

  /** The gate is open for this lane: write down that its head is about to be sent, then send it. */
  function deliver(lane: OutLane): void {
    const gate = gateOf(lane);
    const head = lane.queue[0]!;
    const { channel } = lane;
    if (isTooLate(head, clock.now())) {
      counters.withdrawn++;
      settle(lane, 'withdrawn', 'late');
      return queueMicrotask(() => gate.ended());
    }
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
    const send = (isRefused: boolean): void => {
      if (isRefused) return heldBack(lane);
      if (!hooks.isFresh()) return hooks.onBroken(); // a stall: the lease may be another's by now
      marking.delete(lane);
      channel
        .send(lane.contact as ContactId, message, sendKey(head.row.id, head.part)) // rows are made from events, whose contacts are such ids
        .catch((error: unknown) => {
          log.error(describeError(error), 'a send threw');
          return LOST_ANSWER;
        })
        .then((result) => finished(lane, head, result))
        .catch((error: unknown) => log.error(describeError(error), 'a send could not be settled'));
    };
    const isWritten = head.marked && !head.isLate;
    head.marked = false;
    if (isWritten) send(false);
    else steps.mark(markOf(channel, head, message), send);
  }

  /** Staff took the conversation over: what the bot had to say is not said any more, however often it was tried. */
  function heldBack(lane: OutLane): void {
    marking.delete(lane);
    active--;
    counters.withdrawn++;
    settle(lane, 'withdrawn', 'handover');
    gateOf(lane).ended();
    rest();
  }

  const markOf = (channel: Channel, head: Sending, message: OutMessage): SendMark => ({
    row: head.row.id,
    progress: progressOf(head, false),
    textKey: channel.echoText ? textKey(head.row.contact, channel.echoText(message), channel.echoKinds?.(message)) : '',
    ...(!isOfBot(head.row.reply) ? {} : { bot: { contact: head.row.contact, entry: head.entry } }),
  });

  /** Writes down that the present part is known not to have arrived, so that the next owner need not look for proof. */
  const notOut = (head: Sending): void =>
    steps.mark({ row: head.row.id, progress: progressOf(head, true), textKey: '' }, null);

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
    rest();
  }

  function rest(): void {
    if (active === 0 && promised === 0) whenIdle();
  }

  /** Word came of a commit that might mark rows of ours. */
  function heard({ marking: { marks } }: Prepared): void {
    if (marks.length === 0) return;
    promised--;
    rest();
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
    notOut(head);
    advance(lane, BEFORE_ALL);
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
    notOut(head);
    if (scope === 'channel') {
      gateOf(lane).shut(code, afterMs);
      return advance(lane, BEFORE_ALL);
    }
    const backoffMs = Math.min(limits.retryMs * 2 ** (head.tries - 1), limits.retryMaxMs) * (0.5 + shell.random() / 2);
    later(afterMs ?? backoffMs, () => advance(lane));
  }

  function withdrawRest(lane: OutLane): void {
    if (unreachable.size > MANY_SHUT) unreachable.clear(); // then a row too many is tried, no harm
    // by the times of turns, which this process's clock need not agree with
    unreachable.set(lane.contact, Math.max(...lane.queue.map(({ row }) => row.at)));
  }

  /** Ends the lane's head and goes on to the next row. */
  function settle(lane: OutLane, state: 'sent' | 'failed' | 'withdrawn', code: string): void {
    const head = lane.queue.shift()!;
    const { row } = head;
    const { channel } = lane;
    steps.settle({
      row: row.id,
      channel: channel.name,
      entry: head.entry,
      archive: JSON.stringify(toldItem(channel, head, state, code, clock.now())),
      messageIds: head.ids,
      parts: head.parts?.length ?? 1,
      dead: state === 'failed' ? { code, json: JSON.stringify(row) } : null,
    });
    count(channel.name, -1);
    // the rest of a turn goes with it; who has said more waits until others were answered
    advance(lane, lane.queue[0]?.row.at === row.at ? BEFORE_ALL : AFTER_ALL);
  }

  function count(channel: ChannelName, by: number): void {
    const before = pending.get(channel) ?? 0;
    pending.set(channel, before + by);
    if (before >= limits.pending && before + by < limits.pending) hooks.onRoom();
  }

  const wants = (channel: ChannelName): boolean => !finishing && (pending.get(channel) ?? 0) < limits.pending;

  function push(channel: Channel, sending: Sending): void {
    const { contact } = sending.row;
    let lane = lanes.get(contact);
    if (!lane) lanes.set(contact, (lane = { contact, channel, queue: [], busy: false, deliver, isGone }));
    lane.queue.push(sending);
    count(channel.name, 1);
    if (!lane.busy) advance(lane);
  }

  /** Nothing stands between a row of this contact and the gate. */
  const canGoAtOnce = (channel: Channel, contact: string): boolean =>
    !isGone() && feed.isLevel(channel.name) && !lanes.has(contact) && !unreachable.has(contact);

  function mark(channel: Channel, sending: Sending, marks: SendMark[]): void {
    try {
      sending.parts = channel.render(sending.row.reply);
    } catch {
      return; // told when its turn comes
    }
    const [message] = sending.parts;
    if (!message) return;
    sending.marked = true;
    const { bot: _unheld, ...unchecked } = markOf(channel, sending, message);
    marks.push({ ...unchecked, progress: progressOf({ ...sending, tries: 1 }, false) });
  }

  function buryUnreadable(channel: ChannelName, [entry, fields]: StreamEntry): void {
    const at = connection.keys.partition(p);
    log.error({ channel, entry }, 'an outbox row could not be read');
    connection.client
      .xadd(at.dead, '*', 'c', 'row.unreadable', 'k', 'entry', 'j', field(fields, 'r'))
      .then(() => connection.client.xdel(at.out[channel], entry))
      .catch(() => {}); // read and buried again by the next tenure
  }

  const tenure: SendTenure = {
    async begin() {
      feed.catchUp();
      found = await readInflight(connection, p);
    },
    take(channel, entries) {
      if (isGone()) return;
      for (const entry of entries) {
        if (!feed.read(channel.name, entry[0])) continue;
        const row = readRow(entry);
        if (!row) {
          buryUnreadable(channel.name, entry);
          continue;
        }
        const left = found.get(row.id);
        found.delete(row.id);
        const sending = newSending(row, left);
        sending.entry = entry[0];
        push(channel, sending);
      }
    },
    prepare(rows, isHeld) {
      const marks: SendMark[] = [];
      const first = new Set<string>();
      // a mark on what must wait would have it wait for an echo too, if this process is killed
      const room = new Map([...shell.gates].map(([name, gate]) => [name, gate.room()]));
      const sendings = rows.map(({ channel: name, row }) => {
        const sending = newSending(row, undefined);
        const channel = shell.channels.get(name);
        const isFirst = !first.has(row.contact);
        first.add(row.contact);
        const free = room.get(name) ?? 0;
        if (isOfBot(row.reply) && isHeld(row.contact)) return sending;
        if (channel && free > 0 && isFirst && canGoAtOnce(channel, row.contact)) {
          mark(channel, sending, marks);
          room.set(name, free - 1);
        }
        return sending;
      });
      if (marks.length > 0) promised++;
      return { tenure, marking: { senderToken: token, marks }, sendings };
    },
    hand(prepared, rows, entries, marked) {
      for (const [i, sending] of prepared.sendings.entries()) {
        const name = rows[i]!.channel;
        const channel = shell.channels.get(name);
        sending.entry = entries[i]!;
        sending.marked &&= marked;
        if (channel && !isGone() && feed.hand(name, sending.entry, wants(name))) {
          push(channel, sending);
          sending.isLate = true;
        }
        // one that was read already is being sent under a mark of its own
        else if (feed.passed(name, sending.entry) && sending.marked) notOut(sending);
      }
      heard(prepared);
    },
    unwritten: heard,
    passed(rows, entries) {
      for (const [i, { channel }] of rows.entries()) feed.passed(channel, entries[i]!);
    },
    catchUp: feed.catchUp,
    wants,
    pending: () => [...pending.values()].reduce((sum, n) => sum + n, 0),
    async finish() {
      finishing = true;
      for (const { queue } of lanes.values()) {
        const head = queue[0];
        if (head?.marked) notOut(head);
      }
      if (active > 0 || promised > 0) await new Promise<void>((resolve) => (whenIdle = resolve));
      await steps.flushed();
    },
    drop() {
      over = true;
      steps.drop();
      for (const lane of marking) gateOf(lane).ended(); // their marks are not answered any more
      doubts.drop();
      for (const timer of timers) clearTimeout(timer);
      lanes.clear();
      whenIdle();
    },
  };
  return tenure;
}
