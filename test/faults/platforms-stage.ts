import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../src/base/clock.ts';
import type { Log } from '../../src/base/log.ts';
import { silentLog } from '../../src/base/log.ts';
import type { Channel } from '../../src/channels/channel.ts';
import { contactId, type ChannelName, type ContactId } from '../../src/core/contact.ts';
import { webhookHandler } from '../../src/inbound/webhooks.ts';
import { startWorker } from '../../src/inbound/worker.ts';
import { startSender, type Sender } from '../../src/outbound/sender.ts';
import type { SendLimits } from '../../src/outbound/shell.ts';
import { itemsOf } from '../../src/stores/redis/archive-list.ts';
import type { RedisConnection } from '../../src/stores/redis/connection.ts';
import { inboundLog } from '../../src/stores/redis/inbound-log.ts';
import { countingEngine } from '../support/pipeline.ts';
import type { RedisServer } from '../support/redis.ts';
import { ACCOUNTS } from './platforms-accounts.ts';
import { stubChannels, type StubOptions } from './platforms-channels.ts';
import type { EchoSetting } from './platforms-echo.ts';
import { startPlatforms, type Accepted, type Platforms, type PlatformsOptions } from './platforms.ts';

/** A sender of the product with its own adapters, before the stub platforms; webhooks and a worker take the echoes in. */
export type SendStage = {
  platforms: Platforms;
  connection: RedisConnection;
  channels: Record<ChannelName, Channel>;
  sender: Sender;
  /** Puts a reply into the outbox. */
  say(channel: ChannelName, person: number, text: string): Promise<void>;
  /** Waits until everything in the outbox has been settled. */
  settled(): Promise<void>;
  /** What became of each reply, as the transcript will tell: `text: state code`. */
  fates(): Promise<string[]>;
  /** Replies that were given up and are kept for staff. */
  dead(): Promise<number>;
  /** What one person got, oldest first. */
  got(channel: ChannelName, person: number): string[];
  close(): Promise<void>;
};

export type SendStageOptions = {
  platforms?: Partial<PlatformsOptions>;
  channels?: StubOptions;
  limits?: Partial<SendLimits>;
  /** Null: nobody echoes. */
  echo?: Pick<EchoSetting, 'delayMs'> | null;
  log?: Log;
};

const ACCOUNT = { zalo: ACCOUNTS.zalo.oaId, messenger: ACCOUNTS.messenger.pageId };
const START = 8_100_000_000_000;

export const userOf = (person: number): string => String(START + person);
const contactOf = (channel: ChannelName, person: number): ContactId =>
  contactId(channel, ACCOUNT[channel], userOf(person));

/** Waits in the order of fractions of a second, so that a test sees in one what takes minutes at the real platforms. */
export async function startSendStage(redis: RedisServer, options: SendStageOptions = {}): Promise<SendStage> {
  const connection = await redis.connect();
  const log = options.log ?? silentLog;
  const platforms = await startPlatforms({ random: () => 0.5, ...options.platforms });
  const limits = { concurrency: 64, perSecond: 10_000, echoWaitMs: 400, ...options.channels?.limits };
  const channels = stubChannels(platforms, { timeoutMs: 20_000, ...options.channels, limits });
  const byName = new Map<ChannelName, Channel>([
    ['zalo', channels.zalo],
    ['messenger', channels.messenger],
  ]);
  const shared = { connection, partitions: 1, leaseMs: 2000, channels: byName, clock: systemClock, log };
  const random = () => 0.5;
  const worker = startWorker({
    ...shared,
    random,
    processId: 'worker',
    engine: countingEngine,
    answer: () => Promise.reject(new Error('nothing is asked')),
  });
  const appendTo = inboundLog(connection, 1);
  const webhooks = new Map(
    [...byName].map(([name, channel]) => [
      `/webhooks/${name}`,
      webhookHandler({ channel, log, clock: systemClock, inboundLog: appendTo }),
    ]),
  );
  const web = createServer((request, response) => webhooks.get(request.url ?? '')?.(request, response));
  await new Promise<void>((ready) => web.listen(0, '127.0.0.1', ready));
  const origin = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  if (options.echo) platforms.setEcho({ to: () => [origin], ...options.echo });
  const sender = startSender({
    ...shared,
    random,
    processId: 'sender',
    limits: { retryMs: 10, retryMaxMs: 40, probeMs: 30, probeMaxMs: 100, ...options.limits },
  });
  const at = connection.keys.partition(0);
  let rows = 0;

  return {
    platforms,
    connection,
    channels,
    sender,
    async say(channel, person, text) {
      const contact = contactOf(channel, person);
      const row = { id: `row${++rows}-0`, contact, reply: { text, options: [] }, at: Date.now() };
      await connection.client.xadd(at.out[channel], '*', 'r', JSON.stringify(row));
    },
    async settled() {
      for (;;) {
        const left = await Promise.all([...byName.keys()].map((name) => connection.client.xlen(at.out[name])));
        if (left.every((count) => count === 0)) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async fates() {
      const entries = await connection.client.xrange(at.archive, '-', '+');
      return entries
        .flatMap(([, fields]) => itemsOf(fields))
        .flatMap((item) =>
          item.type === 'outbound' ? [`${item.text}: ${item.state}${item.code ? ` ${item.code}` : ''}`] : [],
        );
    },
    dead: () => connection.client.xlen(at.dead),
    got: (channel, person) => textsOf(platforms.accepted, channel, userOf(person)),
    async close() {
      await Promise.all([sender.close(), worker.close()]);
      web.closeAllConnections();
      web.close();
      await Promise.all([channels.zalo.close?.(), channels.messenger.close?.()]);
      await platforms.close();
    },
  };
}

export const textsOf = (accepted: readonly Accepted[], channel: ChannelName, user: string): string[] =>
  accepted.filter((one) => one.channel === channel && one.user === user).map((one) => one.text);
