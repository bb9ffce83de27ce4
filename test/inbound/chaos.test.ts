import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { Outcome } from '../../src/core/request.ts';
import type { OutboxRow } from '../../src/core/reply.ts';
import { startWorker, type Worker } from '../../src/inbound/worker.ts';
import type { RedisConnection } from '../../src/stores/redis/connection.ts';
import { inboundLog } from '../../src/stores/redis/inbound-log.ts';
import { field } from '../../src/stores/redis/stream-reader.ts';
import { countingEngine, person, says, until } from '../support/pipeline.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';

let server: RedisServer;
beforeAll(async () => (server = await startRedis()));
afterAll(() => server.close());

const PARTITIONS = 4;
const PEOPLE = 6;
const NOW = Date.now();

async function said(connection: RedisConnection): Promise<Map<string, string[]>> {
  const texts = new Map<string, string[]>();
  for (let p = 0; p < PARTITIONS; p++) {
    const entries = await connection.client.xrange(connection.keys.partition(p).out.messenger, '-', '+');
    for (const [, fields] of entries) {
      const row = JSON.parse(field(fields, 'r')) as OutboxRow;
      texts.set(row.contact, [...(texts.get(row.contact) ?? []), row.reply.text]);
    }
  }
  return texts;
}

type Step = 'say' | 'ask' | 'again' | 'join' | 'cutOff' | 'leave' | 'steal';
const steps = fc.array(fc.constantFrom<Step>('say', 'say', 'say', 'ask', 'again', 'join', 'cutOff', 'leave', 'steal'), {
  minLength: 10,
  maxLength: 40,
});

it('every event is played exactly once and in order, whoever dies whenever', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      const connection = await server.connect();
      const log = inboundLog(connection, PARTITIONS);
      const workers: { worker: Worker; connection: RedisConnection }[] = [];
      let names = 0;
      const join = async (): Promise<void> => {
        const own = await server.connect(connection.keys.partitions.split(':')[0]);
        const worker = startWorker({
          connection: own,
          partitions: PARTITIONS,
          processId: `w${++names}`,
          leaseMs: 100,
          engine: countingEngine,
          answer: async (): Promise<Outcome> => {
            await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
            return { type: 'entriesFound', entries: [] };
          },
          channels: new Map(),
          clock: systemClock,
          log: silentLog,
          random: Math.random,
        });
        workers.push({ worker, connection: own });
      };
      const expected = Array.from({ length: PEOPLE }, (): string[] => []);
      let turn = 0;
      await join();
      for (const step of plan) {
        if (step === 'join' && workers.length < 4) await join();
        // cut off: the process can no longer reach Redis, not even to say goodbye
        if (step === 'cutOff' && workers.length > 1) workers.shift()?.connection.close();
        if (step === 'leave' && workers.length > 1) void workers.shift()?.worker.close();
        if (step === 'steal') {
          await connection.client.set(connection.keys.partition(turn % PARTITIONS).lease.worker, 'thief', 'PX', 30);
        }
        if (step === 'say' || step === 'ask' || step === 'again') {
          const batch = Array.from({ length: PEOPLE }, (_, n) => says(person(n), `${step} ${turn}`, NOW + turn));
          turn++;
          await log.append(batch, NOW + turn);
          if (step === 'again') await log.append(batch.toReversed(), NOW + turn);
          for (const texts of expected) {
            texts.push(`${texts.length + 1} ${step === 'ask' ? 'answered ' : ''}${step} ${turn - 1}`);
          }
        }
      }
      await until(async () => {
        for (let p = 0; p < PARTITIONS; p++)
          if ((await connection.client.xlen(connection.keys.partition(p).in)) > 0) return false;
        return true;
      });
      const texts = await said(connection);
      for (let n = 0; n < PEOPLE; n++) expect(texts.get(person(n)) ?? []).toEqual(expected[n]);
      for (const { worker } of workers) await worker.close();
    }),
    { numRuns: 8 },
  );
}, 60_000);
