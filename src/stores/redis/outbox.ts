import { z } from 'zod';
import { proofFileSchema } from '../../core/answers.ts';
import { templateUseSchema } from '../../core/broadcast.ts';
import type { ChannelName } from '../../core/contact.ts';
import type { OutboxRow } from '../../core/reply.ts';
import { listOf } from './archive-list.ts';
import type { RedisConnection } from './connection.ts';
import { hash64 } from './hash.ts';
import { bucketOf, DAYS_BUCKET_MS, DAYS_BUCKET_TTL_MS, SAID_BUCKET_MS, SAID_BUCKET_TTL_MS } from './keys.ts';
import { gatheredScript, script } from './script.ts';
import { field, type StreamEntry } from './stream-reader.ts';

const rowSchema = z.object({
  id: z.string(),
  contact: z.string(),
  reply: z.object({
    text: z.string(),
    options: z.array(
      z.object({ kind: z.enum(['choice', 'action']), label: z.string(), short: z.string(), payload: z.string() }),
    ),
    from: z
      .discriminatedUnion('type', [
        z.object({ type: z.literal('staff'), staff: z.string(), name: z.string() }),
        z.object({ type: z.literal('notice') }),
        z.object({ type: z.literal('broadcast'), run: z.string(), delivery: z.string(), until: z.number() }),
      ])
      .exactOptional(),
    template: templateUseSchema.extend({ phone: z.string() }).exactOptional(),
    file: proofFileSchema.exactOptional(),
    isLate: z.boolean().exactOptional(),
  }),
  at: z.number(),
});

/** Null when the entry cannot be understood. */
export function readRow([, fields]: StreamEntry): OutboxRow | null {
  try {
    return rowSchema.parse(JSON.parse(field(fields, 'r')));
  } catch {
    return null;
  }
}

const progressSchema = z.object({
  /** Index of the platform message that is being sent; earlier ones arrived. */
  part: z.number(),
  /** Tries of this part, the running one included. */
  tries: z.number(),
  /** Message ids of the earlier parts. */
  ids: z.array(z.string()),
  /** True when the last try is known not to have arrived. */
  sure: z.boolean(),
  /** See `ArchiveItem`. */
  repeats: z.number().optional(),
});
export type Progress = z.infer<typeof progressSchema>;

/** What a platform's echo gives back for part `part` of a row. */
export const sendKey = (row: string, part: number): string => (part === 0 ? row : `${row}/${part}`);

/**
 * A row about to be sent; `textKey` is '' where the echo gives the row back by itself. `bot`: what it says is the bot's, and is
 * not to be sent while staff hold the conversation; `entry` is where it lies in the outbox.
 */
export type SendMark = { row: string; progress: Progress; textKey: string; bot?: { contact: string; entry: string } };

/**
 * Lua that writes the marks from `first` to `last`, as `pushMarks` left them, and gathers in `refused` the rows of the bot that
 * are held back; `saidMs` is the ttl of said. Numbers of keys.
 */
export const writeMarks = ({ inflight, said, held }: { inflight: number; said: number; held: number }): string =>
  `local refused = {}
local anyHeld = redis.call('EXISTS', KEYS[k + ${held}]) == 1
local function isLater(one, other)
  local oneMs, oneNth = string.match(one, '(%d+)-(%d+)')
  local otherMs, otherNth = string.match(other, '(%d+)-(%d+)')
  if oneMs ~= otherMs then return tonumber(oneMs) > tonumber(otherMs) end
  return tonumber(oneNth) > tonumber(otherNth)
end
local function isHeldBack(contact, entry)
  local upTo = anyHeld and contact ~= '' and redis.call('HGET', KEYS[k + ${held}], contact)
  if not upTo then return false end
  if upTo == '' or not isLater(entry, upTo) then return true end
  redis.call('HDEL', KEYS[k + ${held}], contact)
  return false
end
for i = first, last, 6 do
  if isHeldBack(ARGV[i + 4], ARGV[i + 5]) then refused[#refused + 1] = ARGV[i]
  else
    redis.call('HSET', KEYS[k + ${inflight}], ARGV[i], ARGV[i + 1])
    if ARGV[i + 2] ~= '' then
      redis.call('HSET', KEYS[k + ${said}], ARGV[i + 2], ARGV[i + 3])
      redis.call('PEXPIRE', KEYS[k + ${said}], saidMs)
    end
  end
end`;

/** A list, led by its length: row, progress JSON, text key or '', send key, contact and entry of what the bot says or ''. */
export function pushMarks(args: (string | number)[], marks: readonly SendMark[]): void {
  args.push(marks.length);
  for (const { row, progress, textKey, bot } of marks) {
    args.push(
      row,
      JSON.stringify(progress),
      textKey,
      sendKey(row, progress.part),
      bot?.contact ?? '',
      bot?.entry ?? '',
    );
  }
}

export type OutboxStep = {
  marks: SendMark[];
  /** Rows done with, for better or worse. `archive` is the JSON of an `ArchiveItem`. */
  settles: {
    row: string;
    channel: ChannelName;
    entry: string;
    archive: string;
    messageIds: string[];
    parts: number;
    /** Why the row is given up, with its JSON to keep; null when it is not. */
    dead: { code: string; json: string } | null;
  }[];
};

/**
 * KEYS lease, inflight, proven, archive, dead, sent, said, out zalo, out messenger, held.
 * ARGV token, ttl of sent (ms), ttl of said (ms), archive items as one JSON list or '', then lists, each led by its length:
 * settles (row, 1 zalo or 2 messenger, entry), send keys of settled rows, hashes of message ids, dead (code, row JSON), marks (see
 * `pushMarks`). Gives the rows whose marks were refused, or 0 and nothing written when the lease is not ours.
 */
const stepScript = gatheredScript(
  'skbOutbox',
  `if redis.call('GET', KEYS[k + 1]) ~= ARGV[at] then return 0 end
local sentMs, saidMs = ARGV[at + 1], ARGV[at + 2]
local items = ARGV[at + 3]
at = at + 4
redis.call('HDEL', KEYS[k + 2], '')
local first, last = list(3)
for i = first, last, 3 do
  redis.call('HDEL', KEYS[k + 2], ARGV[i])
  redis.call('XDEL', KEYS[k + 7 + ARGV[i + 1]], ARGV[i + 2])
end
if items ~= '' then redis.call('XADD', KEYS[k + 4], '*', 'l', items) end
first, last = list(1)
if last >= first then redis.call('HDEL', KEYS[k + 3], unpack(ARGV, first, last)) end
first, last = list(1)
if last >= first then
  redis.call('SADD', KEYS[k + 6], unpack(ARGV, first, last))
  redis.call('PEXPIRE', KEYS[k + 6], sentMs)
end
first, last = list(2)
for i = first, last, 2 do redis.call('XADD', KEYS[k + 5], '*', 'c', ARGV[i], 'k', 'row', 'j', ARGV[i + 1]) end
first, last = list(6)
${writeMarks({ inflight: 2, said: 7, held: 10 })}
return refused`,
);

/**
 * Gives the rows whose marks were refused because staff hold the conversation; null when the lease is not ours. Throws what
 * ioredis throws when it is unknown whether the step was written.
 */
export async function stepOutbox(
  connection: RedisConnection,
  p: number,
  token: string,
  step: OutboxStep,
  now: number,
): Promise<ReadonlySet<string> | null> {
  const at = connection.keys.partition(p);
  const keys = [at.lease.sender, at.inflight, at.proven, at.archive, at.dead];
  keys.push(
    at.sent(bucketOf(now, DAYS_BUCKET_MS)),
    at.said(bucketOf(now, SAID_BUCKET_MS)),
    at.out.zalo,
    at.out.messenger,
    at.held,
  );
  const args: (string | number)[] = [token, DAYS_BUCKET_TTL_MS, SAID_BUCKET_TTL_MS];
  args.push(listOf(step.settles.map(({ archive }) => archive)), step.settles.length);
  const sendKeys: string[] = [];
  const ids: string[] = [];
  const dead: string[] = [];
  for (const settle of step.settles) {
    args.push(settle.row, settle.channel === 'zalo' ? 1 : 2, settle.entry);
    for (let part = 0; part < settle.parts; part++) sendKeys.push(sendKey(settle.row, part));
    for (const id of settle.messageIds) ids.push(hash64(id));
    if (settle.dead) dead.push(settle.dead.code, settle.dead.json);
  }
  args.push(sendKeys.length, ...sendKeys, ids.length, ...ids, dead.length / 2, ...dead);
  pushMarks(args, step.marks);
  const reply = await stepScript(connection.client, keys, args);
  return Array.isArray(reply) ? new Set(reply.map(String)) : null;
}

/** Rows that some tenure began to send and did not settle. */
export async function readInflight(connection: RedisConnection, p: number): Promise<Map<string, Progress>> {
  const stored = await connection.client.hgetall(connection.keys.partition(p).inflight);
  return new Map(Object.entries(stored).map(([row, json]) => [row, readProgress(json)]));
}

/** What cannot be understood must not hold up the partition: the row may have been sent, as far as anybody knows. */
function readProgress(json: string): Progress {
  try {
    return progressSchema.parse(JSON.parse(json));
  } catch {
    return { part: 0, tries: 1, ids: [], sure: false };
  }
}

/** Message ids by send key, null where nothing proves yet that the message arrived. */
export function readProofs(
  connection: RedisConnection,
  p: number,
  keys: readonly string[],
): Promise<(string | null)[]> {
  return connection.client.hmget(connection.keys.partition(p).proven, ...keys);
}

/** KEYS inflight, proven. ARGV row, send key, message id. Not fenced: that a message arrived stays true whoever holds the lease. */
const proveScript = script(
  'skbProve',
  `if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then
  redis.call('HDEL', KEYS[2], ARGV[2])
  redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
end
return 1`,
);

/** Leaves word for the next owner that this part of a row arrived. */
export async function proveSent(
  connection: RedisConnection,
  p: number,
  proof: { row: string; part: number; messageId: string },
): Promise<void> {
  const at = connection.keys.partition(p);
  await proveScript(
    connection.client,
    [at.inflight, at.proven],
    [proof.row, sendKey(proof.row, proof.part), proof.messageId],
  );
}
