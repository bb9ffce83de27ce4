import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { SendResult } from '../../src/channels/channel.ts';
import type { ArchiveItem } from '../../src/core/archive.ts';
import { eventId, type InboundEvent } from '../../src/core/event.ts';
import type { Engine } from '../../src/core/turn.ts';
import { makeEngine } from '../../src/engine/engine.ts';
import { startWorker, type Worker, type WorkerOptions } from '../../src/inbound/worker.ts';
import { startSender, type Sender } from '../../src/outbound/sender.ts';
import { itemsOf } from '../../src/stores/redis/archive-list.ts';
import type { RedisConnection } from '../../src/stores/redis/connection.ts';
import { inboundLog, type InboundLog } from '../../src/stores/redis/inbound-log.ts';
import { watchRedis, type Moment } from './monitor.ts';
import { standInChannel, until, type Sent } from './pipeline.ts';
import type { RedisServer } from './redis.ts';
import { theWorld } from './world.ts';

export type Member = { worker: Worker; sender: Sender; own: RedisConnection };

/** Processes that each have a worker and a sender, one platform that shows us our own messages without saying whose, and staff. */
export type House = {
  connection: RedisConnection;
  log: InboundLog;
  platform: ReturnType<typeof standInChannel>;
  members: Member[];
  moments: readonly Moment[];
  join(leaseMs?: number): Promise<Member>;
  /** The platform shows us this message of our account, as one of unsure origin unless told. */
  echo(
    send: Pick<Sent, 'contact' | 'text'>,
    messageId: string,
    more?: Partial<InboundEvent & { type: 'echo' }>,
  ): Promise<void>;
  /** Nothing waits any more. */
  quiet(): Promise<void>;
  archive(): Promise<ArchiveItem[]>;
  close(): Promise<void>;
};

export type HouseOptions = {
  partitions?: number;
  engine?: Engine;
  answer?: WorkerOptions['answer'];
  echoWaitMs?: number;
  /** What a send comes to; it arrives and its answer too when missing. */
  next?(send: Sent, house: House): Promise<SendResult> | SendResult;
};

export const LOST: SendResult = {
  type: 'failed',
  code: 'send.ambiguous',
  retry: 'ambiguous',
  scope: 'message',
  maxTries: 3,
  platformCode: '',
};

let houses = 0;

export async function openHouse(server: RedisServer, options: HouseOptions = {}): Promise<House> {
  const { partitions = 1, echoWaitMs = 5000 } = options;
  const prefix = `h${process.pid}x${++houses}`;
  const connection = await server.connect(prefix);
  const watch = await watchRedis(server.url, prefix);
  const platform = standInChannel({ limits: { echoWaitMs }, echoText: true });
  const members: Member[] = [];
  const channels = new Map([['messenger' as const, platform]]);
  const log = inboundLog(connection, partitions);
  let names = 0;
  let echoes = 0;
  const house: House = {
    connection,
    log,
    platform,
    members,
    moments: watch.moments,
    async join(leaseMs = 1000) {
      const own = await server.connect(prefix);
      const shared = { connection: own, partitions, processId: `m${++names}`, leaseMs, channels };
      const rest = { clock: systemClock, log: silentLog, random: Math.random };
      const sender = startSender({ ...shared, ...rest, limits: { retryMs: 10, retryMaxMs: 40 } });
      const worker = startWorker({
        ...shared,
        ...rest,
        outlet: sender.outlet,
        engine: options.engine ?? makeEngine(theWorld()),
        answer: options.answer ?? (async () => ({ type: 'entriesFound', entries: [] })),
        limits: { retryMs: 5, retryMaxMs: 20 },
      });
      const member = { worker, sender, own };
      members.push(member);
      return member;
    },
    async echo({ contact, text }, messageId, more = {}) {
      const event: InboundEvent = {
        type: 'echo',
        id: eventId('messenger', `echo${++echoes}`),
        contact: contact as InboundEvent['contact'],
        sentAt: Date.now(),
        messageId,
        text,
        origin: 'unsure',
        ...more,
      };
      await log.append([event], Date.now());
    },
    async quiet() {
      await until(async () => {
        for (let p = 0; p < partitions; p++) {
          const at = connection.keys.partition(p);
          if ((await connection.client.xlen(at.in)) + (await connection.client.xlen(at.out.messenger)) > 0)
            return false;
        }
        return true;
      });
      const key = `{${prefix}:0}:looked`;
      await until(async () => {
        await connection.client.get(key);
        return watch.heard(key);
      });
    },
    async archive() {
      const all = Array.from({ length: partitions }, (_, p) => connection.keys.partition(p).archive);
      const entries = await Promise.all(all.map((key) => connection.client.xrange(key, '-', '+')));
      return entries.flat().flatMap(([, fields]) => itemsOf(fields));
    },
    async close() {
      for (const { worker, sender } of members) {
        await worker.close();
        await sender.close();
      }
      watch.close();
    },
  };
  const { next } = options;
  if (next) platform.next = (send) => next(send, house);
  return house;
}
