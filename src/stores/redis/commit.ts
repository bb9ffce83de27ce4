import type { ArchiveItem } from '../../core/archive.ts';
import type { ChannelName } from '../../core/contact.ts';
import type { OutboxRow } from '../../core/reply.ts';
import type { Task } from '../../core/request.ts';
import { listOf } from './archive-list.ts';
import type { RedisConnection } from './connection.ts';
import { bucketOf, DAYS_BUCKET_MS, DAYS_BUCKET_TTL_MS, SAID_BUCKET_MS, SAID_BUCKET_TTL_MS } from './keys.ts';
import { pushMarks, writeMarks, type SendMark } from './outbox.ts';
import { gatheredScript, script } from './script.ts';

/** What a batch of turns of one partition writes, all or nothing. */
export type Batch = {
  /** Entries done with. `hash` marks the event as played; '' for one that is known to have been played before. */
  entries: { entry: string; hash: string }[];
  /** `keepMs` <= 0 removes the session. */
  sessions: { contact: string; json: string; keepMs: number }[];
  /** `end`: what the bot said before, and was not sent, is never sent. `forget`: nothing is known of any hold. */
  holds: { contact: string; channel: ChannelName; hold: 'begin' | 'end' | 'forget' }[];
  rows: { channel: ChannelName; row: OutboxRow }[];
  tasks: Task[];
  /** JSON of `ArchiveItem`s. */
  archive: string[];
  dead: { code: string; kind: 'event' | 'entry'; json: string }[];
  /** Echoes of rows: send key and message id. */
  proofs: { key: string; messageId: string }[];
};

/** Rows of a batch that the sender beside the worker will send at once, marked as being sent in the same step. */
export type Marking = { senderToken: string; marks: SendMark[] };

/**
 * `done`: `rows` are the outbox entries in the order of the batch's rows; `marked` is false when there was nothing to mark
 * or the sender's lease is not the one named. `lost`: the lease is not ours, nothing was written. `seen`: these hashes were
 * played before, nothing was written.
 */
export type Committed =
  { type: 'done'; rows: string[]; marked: boolean } | { type: 'lost' } | { type: 'seen'; hashes: string[] };

export const emptyBatch = (): Batch => ({
  entries: [],
  sessions: [],
  holds: [],
  rows: [],
  tasks: [],
  archive: [],
  dead: [],
  proofs: [],
});

export const archived = (item: ArchiveItem): string => JSON.stringify(item);

/**
 * KEYS lease, in, tasks, archive, dead, inflight, proven, seen now, seen before, out zalo, out messenger, the sender's lease,
 * said, seen after (marked by a process whose clock is ahead), held, then a session each.
 * ARGV token, ttl of a seen bucket (ms), the sender's token, ttl of said (ms), then lists, each led by its length: entries
 * (id, hash), sessions (json, ms), holds (contact, what, 1 zalo or 2 messenger), rows (1 zalo or 2 messenger, json), tasks (json);
 * archive items as one JSON list or '';
 * then lists again: dead (code, kind, json), proofs (send key, message id), marks (see `pushMarks`), of which none is the bot's in a
 * conversation that is held.
 * Gives 'lost', `[0, hashes already seen]`, or `[1, 1 when marked, ids of the rows]`. Nothing is written before both checks
 * have passed, so a commit that is sent twice, or comes late, changes nothing.
 */
const commitScript = gatheredScript(
  'skbCommit',
  `if redis.call('GET', KEYS[k + 1]) ~= ARGV[at] then return 'lost' end
local seenMs, senderToken, saidMs = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
at = at + 4
local first, last = list(2)
local ids, marks = {}, {}
for i = first, last, 2 do
  ids[#ids + 1] = ARGV[i]
  if ARGV[i + 1] ~= '' then marks[#marks + 1] = ARGV[i + 1] end
end
if #marks > 0 then
  local now = redis.call('SMISMEMBER', KEYS[k + 8], unpack(marks))
  local before = redis.call('SMISMEMBER', KEYS[k + 9], unpack(marks))
  local after = redis.call('SMISMEMBER', KEYS[k + 14], unpack(marks))
  local twice = { 0 }
  for i = 1, #marks do
    if now[i] == 1 or before[i] == 1 or after[i] == 1 then twice[#twice + 1] = marks[i] end
  end
  if #twice > 1 then return twice end
end
if #ids > 0 then redis.call('XDEL', KEYS[k + 2], unpack(ids)) end
if #marks > 0 then
  redis.call('SADD', KEYS[k + 8], unpack(marks))
  redis.call('PEXPIRE', KEYS[k + 8], seenMs)
end
first, last = list(2)
local key = k + 16
for i = first, last, 2 do
  if tonumber(ARGV[i + 1]) > 0 then redis.call('SET', KEYS[key], ARGV[i], 'PX', ARGV[i + 1])
  else redis.call('DEL', KEYS[key]) end
  key = key + 1
end
first, last = list(3)
for i = first, last, 3 do
  local newest = ARGV[i + 1] == 'end' and redis.call('XREVRANGE', KEYS[k + 9 + ARGV[i + 2]], '+', '-', 'COUNT', 1) or {}
  if ARGV[i + 1] == 'begin' then redis.call('HSET', KEYS[k + 15], ARGV[i], '')
  elseif newest[1] then redis.call('HSET', KEYS[k + 15], ARGV[i], newest[1][1])
  else redis.call('HDEL', KEYS[k + 15], ARGV[i]) end
end
local done = { 1, 0 }
first, last = list(2)
for i = first, last, 2 do
  done[#done + 1] = redis.call('XADD', KEYS[k + 9 + ARGV[i]], '*', 'r', ARGV[i + 1])
end
first, last = list(1)
for i = first, last do redis.call('XADD', KEYS[k + 3], '*', 't', ARGV[i]) end
if ARGV[at] ~= '' then redis.call('XADD', KEYS[k + 4], '*', 'l', ARGV[at]) end
at = at + 1
first, last = list(3)
for i = first, last, 3 do
  redis.call('XADD', KEYS[k + 5], '*', 'c', ARGV[i], 'k', ARGV[i + 1], 'j', ARGV[i + 2])
end
first, last = list(2)
for i = first, last, 2 do
  if redis.call('HEXISTS', KEYS[k + 6], (string.gsub(ARGV[i], '/.*', ''))) == 1 then
    redis.call('HSET', KEYS[k + 7], ARGV[i], ARGV[i + 1])
  end
end
first, last = list(6)
if last >= first and redis.call('GET', KEYS[k + 12]) == senderToken then
  done[2] = 1
  ${writeMarks({ inflight: 6, said: 13, held: 15 })}
end
return done`,
);

const NO_MARKS: Marking = { senderToken: '', marks: [] };
const OUT_INDEX: Readonly<Record<ChannelName, number>> = { zalo: 1, messenger: 2 };

/** Throws what ioredis throws when it is unknown whether the batch was written. `now`: epoch ms. */
export async function commitBatch(
  connection: RedisConnection,
  p: number,
  token: string,
  batch: Batch,
  now: number,
  marking: Marking = NO_MARKS,
): Promise<Committed> {
  const at = connection.keys.partition(p);
  const bucket = bucketOf(now, DAYS_BUCKET_MS);
  const keys = [at.lease.worker, at.in, at.tasks, at.archive, at.dead, at.inflight, at.proven];
  keys.push(at.seen(bucket), at.seen(bucket - 1), at.out.zalo, at.out.messenger);
  keys.push(at.lease.sender, at.said(bucketOf(now, SAID_BUCKET_MS)), at.seen(bucket + 1), at.held);
  const args: (string | number)[] = [token, DAYS_BUCKET_TTL_MS, marking.senderToken, SAID_BUCKET_TTL_MS];
  args.push(batch.entries.length);
  for (const { entry, hash } of batch.entries) args.push(entry, hash);
  args.push(batch.sessions.length);
  for (const { contact, json, keepMs } of batch.sessions) {
    keys.push(at.session(contact));
    args.push(json, Math.ceil(keepMs));
  }
  args.push(batch.holds.length);
  for (const { contact, channel, hold } of batch.holds) args.push(contact, hold, OUT_INDEX[channel]);
  args.push(batch.rows.length);
  for (const { channel, row } of batch.rows) args.push(OUT_INDEX[channel], JSON.stringify(row));
  args.push(batch.tasks.length);
  for (const task of batch.tasks) args.push(JSON.stringify(task));
  args.push(listOf(batch.archive), batch.dead.length);
  for (const { code, kind, json } of batch.dead) args.push(code, kind, json);
  args.push(batch.proofs.length);
  for (const { key, messageId } of batch.proofs) args.push(key, messageId);
  pushMarks(args, marking.marks);
  const reply = await commitScript(connection.client, keys, args);
  if (!Array.isArray(reply)) return { type: 'lost' };
  const [done, marked, ...rows] = reply as [number, ...unknown[]];
  if (done === 1) return { type: 'done', rows: rows.map(String), marked: marked === 1 };
  return { type: 'seen', hashes: reply.slice(1).map(String) };
}

/**
 * KEYS lease, told, out zalo, out messenger. ARGV token, ms, 1 zalo or 2 messenger, row JSON.
 * Puts the row in the outbox unless the person was told within the last `ms`. 1 = put.
 */
const tellScript = script(
  'skbTell',
  `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('DEL', KEYS[2])
redis.call('SET', KEYS[2], '1', 'PX', ARGV[2])
redis.call('XADD', KEYS[2 + ARGV[3]], '*', 'r', ARGV[4])
return 1`,
);

/** Says `row` once within `quietMs`, outside of any turn. */
export async function tellOnce(
  connection: RedisConnection,
  p: number,
  token: string,
  channel: ChannelName,
  row: OutboxRow,
  quietMs: number,
): Promise<void> {
  const at = connection.keys.partition(p);
  const keys = [at.lease.worker, at.told(row.contact), at.out.zalo, at.out.messenger];
  await tellScript(connection.client, keys, [token, Math.ceil(quietMs), OUT_INDEX[channel], JSON.stringify(row)]);
}
