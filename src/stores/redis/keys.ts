import type { ChannelName } from '../../core/contact.ts';

/** Who works on a partition; each role has its own lease on each. */
export type Role = 'worker' | 'sender' | 'jobs';

/**
 * Every key of ours in Redis. All keys of a partition share the hash tag `{<prefix>:<p>}`, so that one script may touch
 * them together in a cluster.
 */
export type PartitionKeys = {
  lease: Record<Role, string>;
  /** Stream of events not yet played: `e` event JSON, `r` received at (epoch ms). */
  in: string;
  /** Stream of rows not yet settled: `r` row JSON. One per channel, so that a paused channel holds up no other. */
  out: Record<ChannelName, string>;
  /** Stream of tasks not yet done: `t` task JSON. */
  tasks: string;
  /** Stream of items not yet archived: `l` a JSON list of items, as a commit or a step of the outbox has them, or `i` one item's JSON. */
  archive: string;
  /** Stream of what was given up: `c` code, `k` kind (`event`, `row`, `entry`), `j` JSON or the raw entry. */
  dead: string;
  /** Hash row id → progress of rows that are being sent. */
  inflight: string;
  /** Hash send key → message id: proof, from an echo or a late answer, that a row in flight did arrive. */
  proven: string;
  /** Set of hashes of played events, by two-day bucket. */
  seen(bucket: number): string;
  /** Set of hashes of message ids of ours, by two-day bucket. */
  sent(bucket: number): string;
  /** Hash text key → send key of what we just said, by hour bucket; for platforms whose echo carries no metadata. */
  said(bucket: number): string;
  /**
   * Hash contact → '' while staff hold the conversation: what the bot has to say there must not be sent. Afterwards the outbox
   * entry up to which that stays so, until a later one is sent.
   */
  held: string;
  session(contact: string): string;
  /** A session that could not be read, kept for a developer. */
  broken(contact: string): string;
  /** Present while a person knows that the store is down. */
  told(contact: string): string;
};

export type RedisKeys = {
  /** Holds the number of partitions of this deployment. */
  partitions: string;
  /** Sorted set of live processes of a role. */
  members(role: Role): string;
  /** Channel of pub/sub on which is told what is new in the archive. */
  live: string;
  /** Channel of pub/sub on which is told which campaign was published. */
  campaigns: string;
  /** Begin of all keys of the job queue, which uses many of them together. */
  jobs: string;
  partition(p: number): PartitionKeys;
  /** Of the staff; each is a key of its own, touched by no script together with another. */
  console: {
    /** Hash: somebody who is signed in. */
    session(digest: string): string;
    /** What a browser brings back once. */
    passing(digest: string): string;
    /** Begin of the keys that count tries to sign in. */
    tries(by: string): string;
    /** Sorted set: who has a conversation on screen, as JSON, by the instant at which they are gone. */
    presence(contact: string): string;
    /** Channel of pub/sub on which the contacts are told at which somebody came or went. */
    presenceNews: string;
  };
};

export function redisKeys(prefix: string): RedisKeys {
  const made: PartitionKeys[] = [];
  const make = (p: number): PartitionKeys => {
    const tag = `{${prefix}:${p}}`;
    return {
      lease: { worker: `${tag}:lease:worker`, sender: `${tag}:lease:sender`, jobs: `${tag}:lease:jobs` },
      in: `${tag}:in`,
      out: { zalo: `${tag}:out:zalo`, messenger: `${tag}:out:messenger` },
      tasks: `${tag}:tasks`,
      archive: `${tag}:arch`,
      dead: `${tag}:dead`,
      inflight: `${tag}:inflight`,
      proven: `${tag}:proven`,
      seen: (bucket) => `${tag}:seen:${bucket}`,
      sent: (bucket) => `${tag}:sent:${bucket}`,
      said: (bucket) => `${tag}:said:${bucket}`,
      held: `${tag}:held`,
      session: (contact) => `${tag}:s:${contact}`,
      broken: (contact) => `${tag}:broken:${contact}`,
      told: (contact) => `${tag}:told:${contact}`,
    };
  };
  return {
    partitions: `${prefix}:partitions`,
    members: (role) => `${prefix}:members:${role}`,
    live: `${prefix}:live`,
    campaigns: `${prefix}:campaigns`,
    jobs: `{${prefix}:jobs}`,
    partition: (p) => (made[p] ??= make(p)),
    console: {
      session: (digest) => `${prefix}:console:session:${digest}`,
      passing: (digest) => `${prefix}:console:passing:${digest}`,
      tries: (by) => `${prefix}:console:tries:${by}`,
      presence: (contact) => `${prefix}:console:presence:${contact}`,
      presenceNews: `${prefix}:console:presence-news`,
    },
  };
}

const HOUR_MS = 3_600_000;
/** Redeliveries come up to 36 h later (Messenger Platform, Webhooks, "Response requirements"); two buckets are looked at, so at least 48 h are covered. */
export const DAYS_BUCKET_MS = 48 * HOUR_MS;
export const DAYS_BUCKET_TTL_MS = 2 * DAYS_BUCKET_MS;
export const SAID_BUCKET_MS = HOUR_MS;
export const SAID_BUCKET_TTL_MS = 2 * SAID_BUCKET_MS;
export const bucketOf = (at: number, lengthMs: number): number => Math.floor(at / lengthMs);
