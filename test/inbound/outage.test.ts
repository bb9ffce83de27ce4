import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { ChannelName } from '../../src/core/contact.ts';
import type { Channel } from '../../src/channels/channel.ts';
import { startWorker } from '../../src/inbound/worker.ts';
import { startSender } from '../../src/outbound/sender.ts';
import { inboundLog } from '../../src/stores/redis/inbound-log.ts';
import { countingEngine, person, says, standInChannel, until } from '../support/pipeline.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';

const NOW = Date.now();
let server: RedisServer;
beforeAll(async () => (server = await startRedis({ own: true })));
afterAll(() => server.close());

it(
  'a Redis killed in the midst of it all comes back to the same conversations, each reply sent once and in order',
  { timeout: 60_000 },
  async () => {
    const connection = await server.connect();
    // longer than word of a send whose answer could not be written takes to reach the Redis that came back
    const channel = standInChannel({ limits: { echoWaitMs: 5000 } });
    const channels = new Map<ChannelName, Channel>([['messenger', channel]]);
    const shared = {
      connection,
      partitions: 4,
      leaseMs: 3000,
      clock: systemClock,
      log: silentLog,
      random: Math.random,
    };
    const answer = () => Promise.reject(new Error('nothing is asked'));
    const worker = startWorker({ ...shared, channels, processId: 'w', engine: countingEngine, answer });
    const sender = startSender({ ...shared, channels, processId: 's' });
    const log = inboundLog(connection, 4);
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 10; i++) {
        const events = Array.from({ length: 20 }, (_, n) =>
          says(person(n), `t${round * 10 + i}`, NOW + round * 10 + i),
        );
        // a platform delivers again what was not answered 200
        await until(() =>
          log.append(events, Date.now()).then(
            () => true,
            () => false,
          ),
        );
        if (i === 5) await server.stop();
        if (i === 5) await server.start();
      }
    }
    await until(() => channel.sent.length >= 600);
    await until(() => worker.stats().pending === 0 && sender.stats().pending === 0);
    for (let n = 0; n < 20; n++) {
      const texts = channel.sent.filter((send) => send.contact === person(n)).map((send) => send.text);
      expect(texts).toEqual(Array.from({ length: 30 }, (_, i) => `${i + 1} t${i}`));
    }
    await Promise.all([worker.close(), sender.close()]);
  },
);
