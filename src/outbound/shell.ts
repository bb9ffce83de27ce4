import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Channel, OutMessage, SendResult } from '../channels/channel.ts';
import type { ChannelName } from '../core/contact.ts';
import type { OutboxRow } from '../core/reply.ts';
import type { RedisConnection } from '../stores/redis/connection.ts';
import type { Progress } from '../stores/redis/outbox.ts';
import type { Gate } from './gate.ts';

/** A row on its way out. */
export type Sending = {
  entry: string;
  row: OutboxRow;
  /** Made when its turn comes. */
  parts: OutMessage[] | null;
  part: number;
  /** That it is about to be sent is written down already. */
  marked: boolean;
  /** It was not sent at once all the same, so that staff may have taken the conversation over since. */
  isLate: boolean;
  tries: number;
  ids: string[];
  /** Tries of it that may have arrived besides the one that is known to have. */
  repeats: number;
  paid: string;
  /** It may have arrived: look for proof until `doubtEndsAt` (performance.now), then send again if `maxTries` allows. */
  inDoubt: boolean;
  doubtEndsAt: number;
  maxTries: number;
};

/** Tries of a row that owners before left in flight: an owner that dies again and again before it sends is no refusal. */
const FOUND_TRIES = 10;

/** `left`: how far an earlier owner came with it. */
export const newSending = (row: OutboxRow, left: Progress | undefined): Sending => ({
  entry: '',
  row,
  parts: null,
  part: left?.part ?? 0,
  marked: false,
  isLate: false,
  tries: left?.tries ?? 0,
  ids: left?.ids ?? [],
  repeats: left?.repeats ?? 0,
  paid: '',
  inDoubt: left !== undefined && !left.sure,
  doubtEndsAt: 0,
  maxTries: FOUND_TRIES,
});

export const progressOf = (head: Sending, sure: boolean): Progress => ({
  part: head.part,
  tries: head.tries,
  ids: head.ids,
  sure,
  ...(head.repeats > 0 && { repeats: head.repeats }),
});

/**
 * Said unasked, and waiting for so long that nobody wants it any more, or that it would cost. What may have arrived, or is half
 * said, is brought to its end.
 */
export const isTooLate = ({ row: { reply }, part, repeats }: Sending, now: number): boolean =>
  reply.from?.type === 'broadcast' && part === 0 && repeats === 0 && now >= reply.from.until;

/** What a send comes to that ends without any answer. */
export const LOST_ANSWER: SendResult = {
  type: 'failed',
  code: 'send.ambiguous',
  retry: 'ambiguous',
  scope: 'message',
  maxTries: 2,
  platformCode: '',
};

/** The rows of one contact, sent one after the other. */
export type OutLane = {
  contact: string;
  channel: Channel;
  queue: Sending[];
  /** Waits at the gate, is being sent, or waits for a retry or a proof. */
  busy: boolean;
  /** Goes through the gate for the tenure that owns it. */
  deliver(lane: OutLane): void;
  /** That tenure is over, or ends. */
  isGone(): boolean;
};

export type SenderCounters = {
  sent: number;
  failed: number;
  withdrawn: number;
  retried: number;
  /** Lost answers settled by an echo or another proof. */
  proven: number;
  /** Lost answers after which the message was sent again. */
  resent: number;
};

export type SendShell = {
  connection: RedisConnection;
  channels: ReadonlyMap<ChannelName, Channel>;
  gates: ReadonlyMap<ChannelName, Gate<OutLane>>;
  clock: Clock;
  log: Log;
  /** 0 <= x < 1, for jitter. */
  random(): number;
  counters: SenderCounters;
  limits: SendLimits;
  /** Leaves word that a message arrived, and tries until Redis hears it. */
  prove(p: number, proof: { row: string; part: number; messageId: string }): void;
  /** Time from turn to the platform's answer, in ms. */
  onSent?(channel: ChannelName, tookMs: number): void;
};

export type SendLimits = {
  /** Rows of one partition and channel held in memory before reading pauses. */
  pending: number;
  /** First wait before a retry; doubles up to `retryMaxMs`. */
  retryMs: number;
  retryMaxMs: number;
  /** First wait of a channel that refuses everything. */
  probeMs: number;
  probeMaxMs: number;
};

export const SEND_LIMITS: SendLimits = {
  pending: 500,
  retryMs: 1000,
  retryMaxMs: 60_000,
  probeMs: 5000,
  probeMaxMs: 300_000,
};
