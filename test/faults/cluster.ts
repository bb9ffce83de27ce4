/**
 * The usual world on a Redis Cluster of three masters with a replica each: people talk while masters change places with
 * their replicas, and are killed.
 *
 *     node --import tsx test/faults/cluster.ts [--seed 1] [--people 300] [--active 60] [--failovers 6]
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startRedisCluster, type RedisCluster } from '../support/redis-cluster.ts';
import { playScenario, tellReport } from './play.ts';
import { between, pick } from './random.ts';
import { inDoubtWhile } from './redis-faults.ts';
import type { Scenario } from './scenario.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    people: { type: 'string', default: '300' },
    active: { type: 'string', default: '60' },
    failovers: { type: 'string', default: '6' },
  },
});

const failover = (cluster: RedisCluster, times: number): Scenario => ({
  name: 'cluster',
  claim: 'A Redis Cluster may change its masters, in good order or by a kill, while people talk.',
  async run(world, { random }) {
    for (let n = 0; n < times; n++) {
      await delay(between(random, 2000, 8000));
      const master = pick(random, cluster.masters());
      const begunAt = performance.now();
      await inDoubtWhile(world, async () => {
        if (n % 2 === 0) return cluster.changePlaces(master);
        await cluster.kill(master);
        await cluster.revive(master);
      });
      const tookMs = Math.round(performance.now() - begunAt);
      world.say(`${n % 2 === 0 ? 'places changed' : 'a master killed'}, whole again after ${tookMs} ms`);
    }
  },
});

const cluster = await startRedisCluster({ args: ['--min-replicas-to-write', '1'] });
const report = await playScenario(failover(cluster, Number(values.failovers)), {
  seed: Number(values.seed),
  people: Number(values.people),
  active: Number(values.active),
  kills: 0,
  minutes: 0,
  keep: false,
  world: { redisUrl: cluster.url },
  say: (line) => console.log(line),
});
console.log(tellReport(report));
await cluster.close();
process.exit(report.faults.length === 0 ? 0 : 1);
