/**
 * What Redis keeps of that which it acknowledged, when it is restarted, killed, or loses power, and what that costs.
 *
 *     node --import tsx test/faults/redis-durability.ts [--kills 30] [--seed 1] [--only restart,kill,chain,busy,power,cost]
 *
 * `busy` and `power` need strace.
 */
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { between, branch } from './random.ts';
import { dropFolder, failPower, newFolder, startRedisChild, type Fsync, type RedisRun } from './redis-child.ts';
import { countLosses, noAcknowledgements, startWriters, type Losses } from './redis-writers.ts';

const WRITERS = 64;
const MODES: readonly Fsync[] = ['everysec', 'always'];
const EXPERIMENTS = ['restart', 'kill', 'chain', 'busy', 'power', 'cost'] as const;
/** As a disk that others are writing to. */
const BUSY_SYNC_MS = 400;
const COST_SECONDS = 3;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    only: { type: 'string', default: EXPERIMENTS.join(',') },
  },
});
const kills = Number(values.kills);
const seed = Number(values.seed);
const only = values.only.split(',');

const say = (line: string): void => void process.stdout.write(`${line}\n`);

type Sum = Losses & { ends: number; endsWithLoss: number; leastPerS: number };

function add(sum: Sum, one: Losses): void {
  sum.ends++;
  sum.acknowledged += one.acknowledged;
  sum.lost += one.lost;
  sum.halves += one.halves;
  if (one.lost > 0) sum.endsWithLoss++;
  sum.oldestMs = Math.max(sum.oldestMs, one.oldestMs);
}

/** Writes for a random while, ends the server, starts it again and counts; each time in a new folder. */
async function afresh(name: string, fsync: Fsync, end: 'SIGKILL' | 'SIGTERM', extra: Partial<RedisRun>): Promise<Sum> {
  const random = branch(seed, `${name} ${fsync}`);
  const sum: Sum = { ends: 0, endsWithLoss: 0, acknowledged: 0, lost: 0, oldestMs: 0, halves: 0, leastPerS: 0 };
  for (let n = 0; n < kills; n++) {
    const dir = newFolder();
    try {
      const run: RedisRun = { fsync, dir, tail: 'repaired', ...extra };
      const trace = join(dir, 'trace');
      const first = await startRedisChild(name === 'power' ? { ...run, traceTo: trace } : run);
      const seen = noAcknowledgements();
      const writers = await startWriters(first.port, String(n), WRITERS, random, seen);
      await delay(between(random, 300, 2500));
      await first.end(end);
      const endedAt = performance.now();
      writers.stop();
      if (name === 'power') failPower(dir, trace);
      const second = await startRedisChild({ fsync, dir, tail: run.tail });
      add(sum, await countLosses(second.port, seen, endedAt));
      await second.end('SIGKILL');
    } finally {
      dropFolder(dir);
    }
  }
  return sum;
}

/** One folder, killed again and again while it is written to; counted once, at the end. */
async function chain(fsync: Fsync, tail: RedisRun['tail']): Promise<Sum> {
  const random = branch(seed, `chain ${fsync} ${tail}`);
  const dir = newFolder();
  const seen = noAcknowledgements();
  try {
    for (let n = 0; n < kills; n++) {
      const server = await startRedisChild({ fsync, dir, tail });
      const writers = await startWriters(server.port, String(n), WRITERS, random, seen);
      await delay(between(random, 20, 300));
      await server.end('SIGKILL');
      writers.stop();
    }
    const last = await startRedisChild({ fsync, dir, tail });
    const losses = await countLosses(last.port, seen, performance.now());
    await last.end('SIGKILL');
    return { ...losses, ends: kills, endsWithLoss: losses.lost > 0 ? 1 : 0, leastPerS: 0 };
  } finally {
    dropFolder(dir);
  }
}

const at = (sorted: readonly number[], part: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(2);

/** Acknowledgements a second and how long each took, with so many waiting at once. */
async function cost(fsync: Fsync, writers: number): Promise<{ perSecond: number; line: string }> {
  const dir = newFolder();
  const server = await startRedisChild({ fsync, dir, tail: 'repaired' });
  const client = new Redis({ port: server.port, enableAutoPipelining: true });
  client.on('error', () => {}); // ended below
  const event = 'x'.repeat(400);
  const took: number[] = [];
  const until = performance.now() + COST_SECONDS * 1000;
  const write = async (): Promise<void> => {
    while (performance.now() < until) {
      const began = performance.now();
      await client.xadd('in', '*', 'e', event);
      took.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  client.disconnect();
  await server.end('SIGKILL');
  dropFolder(dir);
  took.sort((a, b) => a - b);
  const perSecond = took.length / COST_SECONDS;
  return { perSecond, line: `${perSecond.toFixed(0)} | ${at(took, 0.5)} / ${at(took, 0.95)} / ${at(took, 0.99)}` };
}

function tell(name: string, fsync: Fsync, sum: Sum): void {
  const oldest = sum.lost === 0 ? '–' : `${sum.oldestMs.toFixed(0)} ms`;
  say(
    `| ${name} | ${fsync} | ${sum.ends} | ${sum.acknowledged} | ${sum.lost} | ${sum.endsWithLoss} | ${oldest} | ${sum.halves} |`,
  );
}

say(
  `seed ${seed}, ${cpus().length} × ${cpus()[0]?.model ?? '?'}, Node ${process.version}, ${new Date().toISOString()}`,
);
say('\n| what happens | appendfsync | times | acknowledged | lost | times with loss | oldest lost | half commits |');
say('| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const fsync of MODES) {
  if (only.includes('restart')) tell('restart (SIGTERM)', fsync, await afresh('restart', fsync, 'SIGTERM', {}));
  if (only.includes('kill')) tell('kill -9', fsync, await afresh('kill', fsync, 'SIGKILL', {}));
  if (only.includes('busy')) {
    const name = `kill -9, each fdatasync ${BUSY_SYNC_MS} ms longer`;
    tell(name, fsync, await afresh('busy', fsync, 'SIGKILL', { slowSyncMs: BUSY_SYNC_MS }));
  }
  if (only.includes('power')) tell('power failure (simulated)', fsync, await afresh('power', fsync, 'SIGKILL', {}));
  if (!only.includes('chain')) continue;
  tell('kill -9 in a row, end repaired', fsync, await chain(fsync, 'repaired'));
  tell('kill -9 in a row, aof-load-truncated yes', fsync, await chain(fsync, 'truncated by Redis'));
}
if (only.includes('cost')) {
  say('\n| waiting at once | appendfsync | acknowledgements/s | ms p50 / p95 / p99 | of everysec |');
  say('| ---: | --- | ---: | ---: | ---: |');
  for (const writers of [1, 16, 64, 256]) {
    const everysec = await cost('everysec', writers);
    const always = await cost('always', writers);
    say(`| ${writers} | everysec | ${everysec.line} | 1.00× |`);
    say(`| ${writers} | always | ${always.line} | ${(always.perSecond / everysec.perSecond).toFixed(2)}× |`);
  }
}
