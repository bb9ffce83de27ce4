import { setTimeout as wait } from 'node:timers/promises';
import mongoose from 'mongoose';
import { redisKeys } from '../../src/stores/redis/keys.ts';
import type { Job, Outcome } from './driver.ts';
import type { Done, OpenJob, Window } from './open-driver.ts';
import { busySeconds, cpuSeconds, rssMb, type Pinned } from './processes.ts';
import { LOAD_CORE, PARTITIONS, SERVER_CORE, startWithStub, type Contender } from './setting.ts';

export type Slice = Outcome & {
  name: string;
  people: number;
  turnsPerSecond: number;
  /** Of the server, from the first webhook until the archive is written. */
  cpuPer1000Turns: number;
  /** The same of each process of the product, and of its Redis and its MongoDB. */
  cpuOfParts: number[];
  cpuOfRedis: number;
  cpuOfMongo: number;
  /** Share of its core for which the server, and what is on the other core, was at work while people talked. */
  serverBusy: number;
  loadBusy: number;
  /** Shares of the cores taken by processes that are not part of the bench. */
  foreign: number;
  rssMb: number;
  drainSeconds: number;
  /** Redis calls of each kind, by their name, per turn; those inside scripts are counted too. */
  redisCalls: Record<string, number>;
  /** Entries in MongoDB; null for the floor, which keeps none. */
  entries: number | null;
};

export async function startDriver(): Promise<{ driver: Driver; graphUrl: string }> {
  const { process, graphUrl } = await startWithStub('driver.ts');
  return { driver: driverOf(process), graphUrl };
}

export type Driver = {
  process: Pinned;
  /** People who wait for each reply. */
  ask(job: Job): Promise<Outcome>;
  /** People who do not. `onWindow` hears of each window when it is over. */
  play(job: OpenJob, onWindow: (window: Window) => void): Promise<Done>;
};

function driverOf(process: Pinned): Driver {
  return {
    process,
    ask: (job) =>
      new Promise((resolve, reject) => {
        process.child.once('message', (answer: { outcome?: Outcome; error?: string }) => {
          if (answer.outcome) resolve(answer.outcome);
          else reject(new Error(answer.error));
        });
        process.child.send(job);
      }),
    play: (job, onWindow) =>
      new Promise((resolve, reject) => {
        const listen = (answer: Partial<{ window: Window; done: Done; error: string }>): void => {
          if (answer.window) return onWindow(answer.window);
          process.child.off('message', listen);
          if (answer.done) resolve(answer.done);
          else reject(new Error(answer.error));
        };
        process.child.on('message', listen);
        process.child.send(job);
      }),
  };
}

export async function countEntries(uri: string): Promise<number> {
  const connection = await mongoose.createConnection(uri).asPromise();
  try {
    return await connection.collection('entries').countDocuments({});
  } finally {
    await connection.close();
  }
}

/** Waits until nothing is left in the streams behind the conversation. Gives the seconds. */
export async function drained({ redis: { client } }: Contender): Promise<number> {
  const beganAt = performance.now();
  const keys = redisKeys('skb');
  const at = Array.from({ length: PARTITIONS }, (_, p) => keys.partition(p)); // KEYS would cost more than the turns
  const streams = at.flatMap(({ in: log, tasks, archive, out }) => [log, tasks, archive, ...Object.values(out)]);
  if ((await client.exists(...streams)) === 0) throw new Error('no such streams: were they given other names?');
  for (;;) {
    const lengths = await Promise.all(streams.map((key) => client.xlen(key)));
    if (lengths.every((length) => length === 0)) return (performance.now() - beganAt) / 1000;
    await wait(100);
  }
}

async function callsOf({ redis: { client } }: Contender): Promise<Map<string, number>> {
  const stats = await client.info('commandstats');
  return new Map(
    Array.from(stats.matchAll(/cmdstat_(\S+?):calls=(\d+)/g), ([, name, calls]) => [name!, Number(calls)]),
  );
}

/** One contender at one level, once. */
export async function measure(
  contender: Contender,
  driver: Driver,
  job: Omit<Job, 'origin' | 'isFloor'>,
): Promise<Slice> {
  const { servers, redis, mongo } = contender;
  const loadPids = [driver.process.pid, redis.process.pid, ...(mongo ? [mongo.process.pid] : []), process.pid];
  const before = mongo ? await countEntries(mongo.uri) : 0;
  const usedBy = (pids: number[]): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const rss = (): number => servers.reduce((sum, { pid }) => sum + rssMb(pid), 0);
  const cpuOfAll = (): number[] => servers.map(({ pid }) => cpuSeconds(pid));
  const was = {
    servers: cpuOfAll(),
    load: usedBy(loadPids),
    redis: cpuSeconds(redis.process.pid),
    mongo: mongo ? cpuSeconds(mongo.process.pid) : 0,
    busy: busySeconds(SERVER_CORE) + busySeconds(LOAD_CORE),
  };
  const usedSince = (): number[] => cpuOfAll().map((seconds, i) => seconds - was.servers[i]!);
  const callsBefore = await callsOf(contender);
  let peak = rss();
  const sampler = setInterval(() => (peak = Math.max(peak, rss())), 200);
  const beganAt = performance.now();
  const outcome = await driver.ask({ ...job, origin: contender.origin, isFloor: contender.isFloor });
  const spanSeconds = (performance.now() - beganAt) / 1000;
  const serverTalking = sum(usedSince());
  const loadTalking = usedBy(loadPids) - was.load;
  const busy = busySeconds(SERVER_CORE) + busySeconds(LOAD_CORE) - was.busy;
  const calls = [...(await callsOf(contender))].map(([name, n]) => [
    name,
    (n - (callsBefore.get(name) ?? 0)) / outcome.turns,
  ]);
  const drainSeconds = mongo ? await drained(contender) : 0;
  clearInterval(sampler);
  const perTurns = (seconds: number): number => (seconds / outcome.turns) * 1000;
  return {
    ...outcome,
    name: contender.name,
    people: job.people,
    turnsPerSecond: outcome.turns / outcome.seconds,
    cpuPer1000Turns: perTurns(sum(usedSince())),
    cpuOfParts: usedSince().map(perTurns),
    cpuOfRedis: perTurns(cpuSeconds(redis.process.pid) - was.redis),
    cpuOfMongo: mongo ? perTurns(cpuSeconds(mongo.process.pid) - was.mongo) : 0,
    serverBusy: serverTalking / spanSeconds,
    loadBusy: loadTalking / spanSeconds,
    foreign: Math.max(0, busy - serverTalking - loadTalking) / spanSeconds,
    rssMb: peak,
    drainSeconds,
    redisCalls: Object.fromEntries(calls) as Record<string, number>,
    entries: mongo ? (await countEntries(mongo.uri)) - before : null,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Every conversation came to its end, once, and its entry is there. */
export const isWhole = ({ faults, stray, entries, conversations }: Slice): boolean =>
  faults === 0 && stray === 0 && (entries === null || entries === conversations);

/** Turns/s of 256 people who wait for each reply, after some seconds of warming up. */
export async function measureCapacity(contender: Contender, driver: Driver): Promise<number> {
  const take = (seconds: number) =>
    measure(contender, driver, { people: 256, forMs: seconds * 1000, conversations: 1e6 });
  await take(20);
  return (await take(10)).turnsPerSecond;
}

/** Measures again while others take more than `allowed` of a core; the calmest slice counts. */
export async function measureCalm(take: () => Promise<Slice>, allowed: number, tries: number): Promise<Slice> {
  let best = await take();
  for (let i = 1; i < tries && best.foreign > allowed; i++) {
    await wait(500);
    const again = await take();
    if (again.foreign < best.foreign) best = again;
  }
  return best;
}
