import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { ChannelName } from '../../src/core/contact.ts';
import type { Channel } from '../../src/channels/channel.ts';
import { startWorker } from '../../src/inbound/worker.ts';
import { startSender } from '../../src/outbound/sender.ts';
import { connectRedis, type RedisConnection } from '../../src/stores/redis/connection.ts';
import { inboundLog } from '../../src/stores/redis/inbound-log.ts';
import { countingEngine, person, says, standInChannel, until } from '../support/pipeline.ts';
import { startRedisCluster, type ClusterNode, type RedisCluster } from '../support/redis-cluster.ts';

const NOW = Date.now();
const PEOPLE = 12;
const MESSAGES = 20;
let cluster: RedisCluster;
beforeAll(async () => (cluster = await startRedisCluster({ nodeTimeoutMs: 2000 })));
afterAll(() => cluster?.close());

/** People talk while `fault` happens to a master; gives what each of them heard. */
async function talkWhile(run: string, fault: (master: ClusterNode) => Promise<void>): Promise<string[][]> {
  const connection: RedisConnection = await connectRedis(cluster.url, silentLog, { prefix: run });
  const channel = standInChannel({ limits: { echoWaitMs: 5000 } });
  const channels = new Map<ChannelName, Channel>([['messenger', channel]]);
  const shared = {
    connection,
    partitions: 6,
    leaseMs: 5000,
    clock: systemClock,
    log: silentLog,
    random: Math.random,
  };
  const answer = () => Promise.reject(new Error('nothing is asked'));
  const worker = startWorker({ ...shared, channels, processId: 'w', engine: countingEngine, answer });
  const sender = startSender({ ...shared, channels, processId: 's' });
  const log = inboundLog(connection, 6);
  let happening = Promise.resolve();
  for (let i = 0; i < MESSAGES; i++) {
    const events = Array.from({ length: PEOPLE }, (_, n) => says(person(n), `t${i}`, NOW + i, `${run}-${n}-${i}`));
    // a platform delivers again what was not answered 200
    await until(() =>
      log.append(events, Date.now()).then(
        () => true,
        () => false,
      ),
    );
    if (i === 5) happening = fault(cluster.masters()[0]!);
  }
  await happening;
  const heard = (n: number): string[] =>
    channel.sent.filter((send) => send.contact === person(n)).map((send) => send.text);
  await until(() => Array.from({ length: PEOPLE }, (_, n) => heard(n)).every((texts) => texts.length >= MESSAGES));
  await until(() => worker.stats().pending === 0 && sender.stats().pending === 0);
  await Promise.all([worker.close(), sender.close()]);
  connection.close();
  return Array.from({ length: PEOPLE }, (_, n) => heard(n));
}

const EACH_ONCE = Array.from({ length: PEOPLE }, () => Array.from({ length: MESSAGES }, (_, i) => `${i + 1} t${i}`));

it('a replica that takes over in good order loses nothing, doubles nothing, and keeps the order', async () => {
  expect(await talkWhile('order', (master) => cluster.changePlaces(master))).toEqual(EACH_ONCE);
});

it('a master that is killed is replaced, and the conversations go on where they stood', async () => {
  const fault = async (master: ClusterNode): Promise<void> => {
    await cluster.kill(master);
    await cluster.revive(master);
  };
  expect(await talkWhile('killed', fault)).toEqual(EACH_ONCE);
});
