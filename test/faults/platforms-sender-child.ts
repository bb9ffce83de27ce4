import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { startSender } from '../../src/outbound/sender.ts';
import { connectRedis } from '../../src/stores/redis/connection.ts';
import { stubChannels } from './platforms-channels.ts';

/** A sender as a process of its own: `<name> <redis url> <key prefix> <platforms url> <lease ms>`. Says `ready` when it runs. */
const [name = '', redisUrl = '', prefix = '', url = '', leaseMs = ''] = process.argv.slice(2);
const connection = await connectRedis(redisUrl, silentLog, { prefix });
const platforms = { url, env: () => ({ ZALO_ACCESS_TOKEN: 'access-1-0', ZALO_REFRESH_TOKEN: 'refresh-1-0' }) };
const { messenger } = stubChannels(platforms, { timeoutMs: 20_000, limits: { echoWaitMs: 50 } });
startSender({
  connection,
  partitions: 1,
  processId: name,
  leaseMs: Number(leaseMs),
  channels: new Map([['messenger', messenger]]),
  clock: systemClock,
  log: silentLog,
  random: () => 0.5,
});
process.stdout.write('ready\n');
