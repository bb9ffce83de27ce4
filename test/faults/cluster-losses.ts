/**
 * What a cluster forgets of that which it acknowledged when a master loses its replica, is killed a moment later, and the
 * replica takes over; and what `min-replicas-to-write 1`, or `WAIT 1` before the acknowledgement, changes and costs. With
 * the link whole nothing is seen to be lost on one machine: what a killed process gave to its sockets still arrives.
 *
 *     node --import tsx test/faults/cluster-losses.ts [--kills 10] [--seed 1]
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Cluster } from 'ioredis';
import { startRedisCluster } from '../support/redis-cluster.ts';
import { between, branch, pick } from './random.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
  },
});
const kills = Number(values.kills);
const seed = Number(values.seed);
const WRITERS = 64;
const PARTITIONS = 16;
const WAIT_MS = 500;
/** Between two writes of a writer while masters are killed: a node that comes back must be able to catch up. */
const PAUSE_MS = 20;
const EVENT = 'x'.repeat(400);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const keyOf = (writer: number): string => `{t:${writer % PARTITIONS}}:in`;

/** True when it is acknowledged: by the master, and with `wait` by a replica of it too. */
async function append(client: Cluster, key: string, name: string, wait: boolean): Promise<boolean> {
  if (!wait) return (await client.xadd(key, '*', 'n', name, 'e', EVENT)) !== null;
  const pipeline = client.pipeline().xadd(key, '*', 'n', name, 'e', EVENT).call('WAIT', '1', String(WAIT_MS));
  const [added, waited] = (await pipeline.exec()) ?? [];
  return added?.[0] === null && waited?.[0] === null && Number(waited[1]) >= 1;
}

type Guard = 'none' | 'min-replicas-to-write 1' | 'WAIT 1';

async function round(guard: Guard): Promise<string> {
  const random = branch(seed, 'cluster');
  const wait = guard === 'WAIT 1';
  const args = guard === 'min-replicas-to-write 1' ? ['--min-replicas-to-write', '1'] : [];
  const cluster = await startRedisCluster({ nodeTimeoutMs: 1500, args });
  const nodes = cluster.url.split(',');
  const client = new Cluster(nodes, {
    enableOfflineQueue: false,
    redisOptions: { commandTimeout: 1500 },
    clusterRetryStrategy: () => 100,
  });
  client.on('error', () => {}); // nodes will be killed
  await new Promise<void>((resolve) => client.once('ready', () => resolve()));
  const acknowledged = new Map<string, string>();
  const took: number[] = [];
  let going = true;
  let pauseMs = 0;
  let refused = 0;
  const write = async (writer: number): Promise<void> => {
    const key = keyOf(writer);
    for (let n = 0; going; n++) {
      const name = `${writer}-${n}`;
      const began = performance.now();
      const taken = await append(client, key, name, wait).catch(() => false);
      if (taken) {
        acknowledged.set(name, key);
        took.push(performance.now() - began);
        if (pauseMs > 0) await delay(pauseMs);
      } else {
        refused++;
        await delay(20);
      }
    }
  };
  const writers = Array.from({ length: WRITERS }, (_, n) => write(n));
  await delay(2000);
  const calm = took.toSorted((a, b) => a - b);
  pauseMs = PAUSE_MS;
  let lost = 0;
  let killsWithLoss = 0;
  for (let n = 0; n < kills; n++) {
    await delay(between(random, 200, 1200));
    const victim = pick(random, cluster.masters());
    cluster.sever(victim);
    await delay(between(random, 20, 200));
    await cluster.kill(victim);
    await cluster.revive(victim);
    await delay(300);
    const missing = await missingOf(client, acknowledged);
    for (const name of missing) acknowledged.delete(name);
    lost += missing.length;
    if (missing.length > 0) killsWithLoss++;
  }
  going = false;
  await Promise.all(writers);
  const total = acknowledged.size + lost;
  client.disconnect();
  await cluster.close();
  const at = (part: number): string => (calm[Math.floor(calm.length * part)] ?? 0).toFixed(2);
  const cells = [guard, kills, total, lost, killsWithLoss, refused];
  return `| ${cells.join(' | ')} | ${(calm.length / 2).toFixed(0)} | ${at(0.5)} / ${at(0.99)} |`;
}

async function missingOf(client: Cluster, acknowledged: ReadonlyMap<string, string>): Promise<string[]> {
  const names = [...acknowledged]; // before the look, so that what comes meanwhile is no loss
  const there = new Set<string>();
  for (const key of new Set(names.map(([, key]) => key))) {
    for (const [, fields] of await read(client, key)) there.add(fields[1] ?? '');
  }
  return names.filter(([name]) => !there.has(name)).map(([name]) => name);
}

async function read(client: Cluster, key: string): Promise<[string, string[]][]> {
  for (;;) {
    const entries = await client.xrange(key, '-', '+').catch(() => null);
    if (entries) return entries;
    await delay(50);
  }
}

say(
  `seed ${seed}, Node ${process.version}, ${new Date().toISOString()}; ${WRITERS} writers, three masters with a replica each`,
);
say(
  '\n| guard | masters killed | acknowledged | lost | kills with loss | refused | calm: acknowledgements/s | ms p50 / p99 |',
);
say('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const guard of ['none', 'min-replicas-to-write 1', 'WAIT 1'] as const) say(await round(guard));
