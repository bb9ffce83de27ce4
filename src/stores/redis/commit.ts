import type { ArchiveItem } from '../../core/archive.ts';
import type { ChannelName } from '../../core/contact.ts';
import type { OutboxRow } from '../../core/reply.ts';
import type { Task } from '../../core/request.ts';
import type { RedisConnection } from './connection.ts';
import { bucketOf, DAYS_BUCKET_MS, DAYS_BUCKET_TTL_MS } from './keys.ts';
import { script } from './script.ts';

/** What a batch of turns of one partition writes, all or nothing. */
export type Batch = {
  /** Entries done with. `hash` marks the event as played; '' for one that is known to have been played before. */
  entries: { entry: string; hash: string }[];
  /** `keepMs` <= 0 removes the session. */
  sessions: { contact: string; json: string; keepMs: number }[];
  rows: { channel: ChannelName; row: OutboxRow }[];
  tasks: Task[];
  /** JSON of `ArchiveItem`s. */
  archive: string[];
  dead: { code: string; kind: 'event' | 'entry'; json: string }[];
  /** Echoes of rows: send key and message id. */
  proofs: { key: string; messageId: string }[];
};

/** `lost`: the lease is not ours, nothing was written. `seen`: these hashes were played before, nothing was written. */
export type Committed = { type: 'done' } | { type: 'lost' } | { type: 'seen'; hashes: string[] };

export const emptyBatch = (): Batch => ({
  entries: [],
  sessions: [],
  rows: [],
  tasks: [],
  archive: [],
  dead: [],
  proofs: [],
});

export const archived = (item: ArchiveItem): string => JSON.stringify(item);

/**
 * KEYS lease, in, tasks, archive, dead, inflight, proven, seen now, seen before, out zalo, out messenger, then a session each.
 * ARGV token, ttl of a seen bucket (ms), then seven lists, each led by its length: entries (id, hash), sessions (json, ms),
 * rows (1 zalo or 2 messenger, json), tasks (json), archive (json), dead (code, kind, json), proofs (send key, message id).
 * Gives 'ok', 'lost', or the hashes already seen. Nothing is written before both checks have passed, so a commit that is
 * sent twice, or comes late, changes nothing.
 */
const commitScript = script(
  'skbCommit',
  `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'lost' end
local at = 3
local function list(width)
  local n = tonumber(ARGV[at]) * width
  local first = at + 1
  at = at + 1 + n
  return first, at - 1
end
local first, last = list(2)
local ids, marks = {}, {}
for i = first, last, 2 do
  ids[#ids + 1] = ARGV[i]
  if ARGV[i + 1] ~= '' then marks[#marks + 1] = ARGV[i + 1] end
end
if #marks > 0 then
  local now = redis.call('SMISMEMBER', KEYS[8], unpack(marks))
  local before = redis.call('SMISMEMBER', KEYS[9], unpack(marks))
  local twice = {}
  for i = 1, #marks do
    if now[i] == 1 or before[i] == 1 then twice[#twice + 1] = marks[i] end
  end
  if #twice > 0 then return twice end
  redis.call('SADD', KEYS[8], unpack(marks))
  redis.call('PEXPIRE', KEYS[8], ARGV[2])
end
if #ids > 0 then redis.call('XDEL', KEYS[2], unpack(ids)) end
first, last = list(2)
local key = 12
for i = first, last, 2 do
  if tonumber(ARGV[i + 1]) > 0 then redis.call('SET', KEYS[key], ARGV[i], 'PX', ARGV[i + 1])
  else redis.call('DEL', KEYS[key]) end
  key = key + 1
end
first, last = list(2)
for i = first, last, 2 do redis.call('XADD', KEYS[9 + ARGV[i]], '*', 'r', ARGV[i + 1]) end
first, last = list(1)
for i = first, last do redis.call('XADD', KEYS[3], '*', 't', ARGV[i]) end
first, last = list(1)
for i = first, last do redis.call('XADD', KEYS[4], '*', 'i', ARGV[i]) end
first, last = list(3)
for i = first, last, 3 do redis.call('XADD', KEYS[5], '*', 'c', ARGV[i], 'k', ARGV[i + 1], 'j', ARGV[i + 2]) end
first, last = list(2)
for i = first, last, 2 do
  if redis.call('HEXISTS', KEYS[6], (string.gsub(ARGV[i], '/.*', ''))) == 1 then
    redis.call('HSET', KEYS[7], ARGV[i], ARGV[i + 1])
  end
end
return 'ok'`,
);

const OUT_INDEX: Readonly<Record<ChannelName, number>> = { zalo: 1, messenger: 2 };

/** Throws what ioredis throws when it is unknown whether the batch was written. `now`: epoch ms. */
export async function commitBatch(
  connection: RedisConnection,
  p: number,
  token: string,
  batch: Batch,
  now: number,
): Promise<Committed> {
  const at = connection.keys.partition(p);
  const bucket = bucketOf(now, DAYS_BUCKET_MS);
  const keys = [at.lease.worker, at.in, at.tasks, at.archive, at.dead, at.inflight, at.proven];
  keys.push(at.seen(bucket), at.seen(bucket - 1), at.out.zalo, at.out.messenger);
  const args: (string | number)[] = [token, DAYS_BUCKET_TTL_MS, batch.entries.length];
  for (const { entry, hash } of batch.entries) args.push(entry, hash);
  args.push(batch.sessions.length);
  for (const { contact, json, keepMs } of batch.sessions) {
    keys.push(at.session(contact));
    args.push(json, Math.ceil(keepMs));
  }
  args.push(batch.rows.length);
  for (const { channel, row } of batch.rows) args.push(OUT_INDEX[channel], JSON.stringify(row));
  args.push(batch.tasks.length);
  for (const task of batch.tasks) args.push(JSON.stringify(task));
  args.push(batch.archive.length, ...batch.archive, batch.dead.length);
  for (const { code, kind, json } of batch.dead) args.push(code, kind, json);
  args.push(batch.proofs.length);
  for (const { key, messageId } of batch.proofs) args.push(key, messageId);
  const reply = await commitScript(connection.client, keys, args);
  if (reply === 'ok') return { type: 'done' };
  if (Array.isArray(reply)) return { type: 'seen', hashes: reply.map(String) };
  return { type: 'lost' };
}

/**
 * KEYS lease, told, out zalo, out messenger. ARGV token, ms, 1 zalo or 2 messenger, row JSON.
 * Puts the row in the outbox unless the person was told within the last `ms`. 1 = put.
 */
const tellScript = script(
  'skbTell',
  `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if not redis.call('SET', KEYS[2], '1', 'NX', 'PX', ARGV[2]) then return 0 end
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
