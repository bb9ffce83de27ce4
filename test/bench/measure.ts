import { setTimeout as wait } from 'node:timers/promises';
import mongoose from 'mongoose';
import type { Job, Outcome } from './driver.ts';
import { busySeconds, cpuSeconds, rssMb, type Pinned } from './processes.ts';
import { LOAD_CORE, SERVER_CORE, type Contender } from './setting.ts';

export type Slice = Outcome & {
  name: string;
  people: number;
  turnsPerSecond: number;
  /** Of the server, from the first webhook until the archive is written. */
  cpuPer1000Turns: number;
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

export type Driver = { process: Pinned; ask(job: Job): Promise<Outcome> };

export function driverOf(process: Pinned): Driver {
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
  };
}

async function countEntries(uri: string): Promise<number> {
  const connection = await mongoose.createConnection(uri).asPromise();
  try {
    return await connection.collection('entries').countDocuments({});
  } finally {
    await connection.close();
  }
}

/** Waits until nothing is left in the streams behind the conversation. Gives the seconds. */
async function drained({ redis: { client } }: Contender): Promise<number> {
  const beganAt = performance.now();
  for (;;) {
    const streams = (await client.keys('*')).filter((key) => /:(in|tasks|arch|out:\w+)$/.test(key));
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
  const { server, redis, mongo } = contender;
  const loadPids = [driver.process.pid, redis.process.pid, ...(mongo ? [mongo.process.pid] : []), process.pid];
  const before = mongo ? await countEntries(mongo.uri) : 0;
  const usedBy = (pids: number[]): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const was = {
    server: cpuSeconds(server.pid),
    load: usedBy(loadPids),
    busy: busySeconds(SERVER_CORE) + busySeconds(LOAD_CORE),
  };
  const callsBefore = await callsOf(contender);
  let peak = rssMb(server.pid);
  const sampler = setInterval(() => (peak = Math.max(peak, rssMb(server.pid))), 200);
  const beganAt = performance.now();
  const outcome = await driver.ask({ ...job, origin: contender.origin, isFloor: contender.isFloor });
  const spanSeconds = (performance.now() - beganAt) / 1000;
  const serverTalking = cpuSeconds(server.pid) - was.server;
  const loadTalking = usedBy(loadPids) - was.load;
  const busy = busySeconds(SERVER_CORE) + busySeconds(LOAD_CORE) - was.busy;
  const calls = [...(await callsOf(contender))].map(([name, n]) => [
    name,
    (n - (callsBefore.get(name) ?? 0)) / outcome.turns,
  ]);
  const drainSeconds = mongo ? await drained(contender) : 0;
  clearInterval(sampler);
  return {
    ...outcome,
    name: contender.name,
    people: job.people,
    turnsPerSecond: outcome.turns / outcome.seconds,
    cpuPer1000Turns: ((cpuSeconds(server.pid) - was.server) / outcome.turns) * 1000,
    serverBusy: serverTalking / spanSeconds,
    loadBusy: loadTalking / spanSeconds,
    foreign: Math.max(0, busy - serverTalking - loadTalking) / spanSeconds,
    rssMb: peak,
    drainSeconds,
    redisCalls: Object.fromEntries(calls) as Record<string, number>,
    entries: mongo ? (await countEntries(mongo.uri)) - before : null,
  };
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
