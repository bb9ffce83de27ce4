import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { silentLog } from '../../src/base/log.ts';
import { makeBroadcasts } from '../../src/broadcasts/broadcasts.ts';
import type { Broadcasts, Who } from '../../src/broadcasts/types.ts';
import { everyone } from '../../src/core/run.ts';
import { openBroadcastQueue } from '../../src/broadcasts/work.ts';
import { readWorld } from '../../src/content/world.ts';
import { connectMongo } from '../../src/stores/mongo/connect.ts';
import type { DeliveryDoc } from '../../src/stores/mongo/deliveries.ts';
import { mongoStores, prepareStores, type MongoStores } from '../../src/stores/mongo/stores.ts';
import { redisKeys } from '../../src/stores/redis/keys.ts';
import { inventPeople, KINDS, writePeople, type InventedPerson, type PersonKind } from './broadcast-people.ts';
import { buildProduct, CAMPAIGN, flowsOfNow } from './build.ts';
import type { Fault } from './checks.ts';
import { startPlatforms, type Platforms } from './platforms.ts';
import { makeRunner, untilTrue, freePort, type Runner } from './processes.ts';
import { between, branch, pick } from './random.ts';
import { makeMongo, makeRedis } from './stores.ts';

export type BroadcastPlan = {
  seed: number;
  people: number;
  /** Processes of `jobs` or `worker` killed while the run goes on; fewer where it is over sooner. */
  kills: number;
  /** Of each channel. */
  perSecond: number;
  /** Longest wait between two kills. */
  pauseMs: number;
  keep: boolean;
  /** False: the platforms take everything, and there is nobody who must not get it. */
  trouble?: boolean;
  say(line: string): void;
};
export type BroadcastReport = { faults: Fault[]; counts: Record<string, number>; seconds: number; dir: string | null };

const ROOT = new URL('../..', import.meta.url).pathname.replace(/\/$/, '');
const PARTITIONS = 8;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STUCK_MS = 180_000;
const AUTHOR: Who = { staff: 's1', name: 'S', scope: null };
const SECOND: Who = { staff: 's2', name: 'T', scope: null };

/** Some trouble that ends by itself; nothing that leaves it open whether a message arrived. */
const TROUBLE = { status429: 0.002, rateCode: 0.002, temporary: 0.005 } as const;

/** Ten in the morning in Viet Nam: nobody is written to by night. */
const morning = (now: number): number => now - ((now + 7 * HOUR_MS) % DAY_MS) + 10 * HOUR_MS;

/**
 * One broadcast to many people through the whole product, its processes of `jobs` and `worker` killed at random instants. Whoever
 * can be reached must get it exactly once, and what became of each of the others must be told with the right reason.
 */
export async function playBroadcast(plan: BroadcastPlan): Promise<BroadcastReport> {
  const begunAt = performance.now();
  const dist = await buildProduct(ROOT);
  const dir = mkdtempSync(join(tmpdir(), 'skb-broadcast-'));
  mkdirSync(join(dir, 'logs'));
  const offset = morning(Date.now()) - Date.now();
  const clock = { now: () => Date.now() + offset };
  const flowsDir = flowsOfNow(ROOT, dir, clock.now());
  const localesDir = join(ROOT, 'locales');
  const kinds: PersonKind[] | undefined = plan.trouble === false ? ['draft', 'notStarted'] : undefined;
  const people = inventPeople(plan.people, branch(plan.seed, 'people'), kinds);
  const kindOf = new Map(
    people.flatMap((one) => one.contacts.map(({ channel, user }) => [`${channel} ${user}`, one.kind] as const)),
  );
  const redis = await makeRedis(dir, ['--appendfsync', 'everysec']);
  const mongo = await makeMongo(dir, dist);
  await Promise.all([redis.start(), mongo.start()]);
  const platforms = await startPlatforms({
    random: branch(plan.seed, 'platforms'),
    now: clock.now,
    faults: {
      ...(plan.trouble !== false && { zalo: { ...TROUBLE, rateHeaders: 0.001 }, messenger: TROUBLE }),
      person: (channel, user) => {
        const kind = kindOf.get(`${channel} ${user}`);
        return kind === 'blocks' ? 'blocked' : kind === 'windowRefused' ? 'windowClosed' : null;
      },
    },
  });
  const redisUrl = `redis://127.0.0.1:${redis.port}`;
  const mongoUri = `mongodb://127.0.0.1:${mongo.port}/skb`;
  const client = new Redis(redisUrl);
  const connected = await connectMongo(mongoUri, { log: silentLog });
  const stores = mongoStores(connected.connection);
  await prepareStores(connected.connection, stores, silentLog);
  await writePeople(
    people,
    { redis: client, stores, partitions: PARTITIONS },
    { flowsDir, localesDir, now: clock.now() },
  );
  plan.say(`${plan.people} people are there, logs in ${dir}`);

  const faults: Fault[] = [];
  const runners = await startProcesses();
  const world = readWorld({ flowsDir, localesDir, campaign: CAMPAIGN });
  const queue = openBroadcastQueue({ url: redisUrl, prefix: redisKeys('skb').jobs }, silentLog);
  const broadcasts = makeBroadcasts({
    stores,
    campaignOf: (id) => world.flows.get(id)?.campaign ?? null,
    reachOfUnit: (_campaign, code) => [code],
    perSecond: () => plan.perSecond,
    clock,
    wake: () => queue.wake(),
  });
  let kills = 0;
  let keep = true;
  try {
    const run = await begin(broadcasts);
    const over = finished(broadcasts, run);
    kills = await killUntil(over, runners, plan);
    const { seconds } = await over;
    faults.push(...(await wrongs(people, stores, run, platforms)));
    keep = plan.keep || faults.length > 0;
    const { accepted, refused } = platforms.counts;
    const refusals = [...refused.values()].reduce((sum, times) => sum + times, 0);
    const rates = { zaloPerSecond: rateOf(platforms, 'zalo'), messengerPerSecond: rateOf(platforms, 'messenger') };
    const counts = {
      people: plan.people,
      kills,
      messages: accepted,
      refusals,
      runSeconds: Math.round(seconds),
      ...rates,
    };
    return { faults, counts, seconds: (performance.now() - begunAt) / 1000, dir: keep ? dir : null };
  } finally {
    await queue.close();
    client.disconnect();
    await connected.close();
    await Promise.all(runners.map((runner) => runner.kill('SIGKILL')));
    await Promise.all([redis.runner.kill('SIGKILL'), mongo.runner.kill('SIGKILL')]);
    await platforms.close();
    if (!keep) rmSync(dir, { recursive: true, force: true });
  }

  async function startProcesses(): Promise<Runner[]> {
    const kinds = ['sender', 'worker', 'jobs', 'jobs'];
    const started: Runner[] = [];
    for (const [n, roles] of kinds.entries()) {
      const port = await freePort();
      const runner = makeRunner({
        name: `${roles}-${n}`,
        cwd: dir,
        command: [process.execPath, join(dist, 'main.js')],
        logFile: join(dir, 'logs', `${roles}-${n}.log`),
        env: () => ({
          PORT: String(port),
          HOST: '127.0.0.1',
          PUBLIC_URL: 'http://localhost',
          ROLES: roles,
          LOG_LEVEL: 'info',
          PARTITIONS: String(PARTITIONS),
          CLOCK_AT: new Date(clock.now()).toISOString(), // a process that is back goes on by the time of the others
          REDIS_URL: redisUrl,
          MONGODB_URI: mongoUri,
          FLOWS_DIR: flowsDir,
          LOCALES_DIR: localesDir,
          CAMPAIGN,
          ADMIN_EMAIL: 'admin@example.test',
          ADMIN_PASSWORD: 'invented-password',
          ZALO_SENDS_PER_SECOND: '2000',
          MESSENGER_SENDS_PER_SECOND: '2000',
          ZALO_BROADCASTS_PER_SECOND: String(plan.perSecond),
          MESSENGER_BROADCASTS_PER_SECOND: String(plan.perSecond),
          ...platforms.env(),
        }),
      });
      runner.onCrash((how) =>
        faults.push({ who: runner.name, what: 'a process ended by itself', facts: [how, runner.said()] }),
      );
      runner.start();
      const isReady = () =>
        fetch(`http://127.0.0.1:${port}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        );
      await untilTrue(`${runner.name} is ready`, isReady, STUCK_MS, () => runner.said());
      started.push(runner);
    }
    return started;
  }

  /** Written by one organizer and approved by another. */
  async function begin(of: Broadcasts): Promise<string> {
    const text = { vi: 'Lời nhắc thử {name}', en: 'A trial reminder {name}' };
    const audience = { ...everyone(CAMPAIGN), standings: ['notStarted', 'draft'] as const };
    const draft = {
      title: 'Trial',
      audience,
      texts: { zalo: text, messenger: text },
      templates: { zalo: null, messenger: null },
      maxCharged: 0,
    };
    const created = await of.create(draft, AUTHOR);
    if (created.type !== 'done') throw new Error(JSON.stringify(created));
    const { id } = created.run;
    const [one, other] = await Promise.all([of.submit(id, 0, AUTHOR), of.submit(id, 0, AUTHOR)]); // a double click
    const submitted = one.type === 'done' ? one : other;
    if (submitted.type !== 'done') throw new Error(JSON.stringify(submitted));
    if (submitted.run.state === 'awaitingApproval') {
      const refused = await of.approve(id, submitted.run.rev, AUTHOR);
      if (refused.type === 'done')
        faults.push({ who: 'approval', what: 'an organizer approved what they wrote', facts: [] });
      const approved = await of.approve(id, submitted.run.rev, SECOND);
      if (approved.type !== 'done') throw new Error(JSON.stringify(approved));
    }
    return id;
  }

  async function finished(of: Broadcasts, run: string): Promise<{ seconds: number }> {
    const from = performance.now();
    let last = '';
    let movedAt = performance.now();
    for (;;) {
      const progress = await of.progress(run, AUTHOR).catch(() => null); // the one server of this harness may be busy
      if (progress?.run.state === 'done') return { seconds: (performance.now() - from) / 1000 };
      const told = JSON.stringify(progress?.states);
      if (told !== last) movedAt = performance.now();
      if (performance.now() - movedAt > STUCK_MS) {
        faults.push({ who: 'run', what: 'nothing moves any more', facts: [told, progress?.run.state ?? ''] });
        return { seconds: (performance.now() - from) / 1000 };
      }
      last = told;
      await delay(2000);
    }
  }
}

async function killUntil(over: Promise<unknown>, runners: readonly Runner[], plan: BroadcastPlan): Promise<number> {
  const random = branch(plan.seed, 'kills');
  let isOver = false;
  void over.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  let kills = 0;
  const restarts: Promise<void>[] = [];
  while (!isOver && kills < plan.kills) {
    await delay(between(random, 0, plan.pauseMs));
    const victim = pick(
      random,
      runners.filter(({ name }) => !name.startsWith('sender')),
    );
    if (!victim.isUp() || isOver) continue;
    kills++;
    const downMs = between(random, 0, 1000);
    await victim.kill('SIGKILL');
    restarts.push(delay(downMs).then(() => victim.start()));
    if (kills % 10 === 0) plan.say(`${kills} kills`);
  }
  await Promise.all(restarts);
  return kills;
}

/** Messages taken on a channel per second, from the first to the last. */
function rateOf({ accepted }: Platforms, channel: 'zalo' | 'messenger'): number {
  const at = accepted.filter((one) => one.channel === channel).map((one) => one.at);
  const seconds = (Math.max(...at) - Math.min(...at)) / 1000;
  return at.length > 1 && seconds > 0 ? Math.round(((at.length - 1) / seconds) * 10) / 10 : 0;
}

/** What each person got, and what is told of it, held against what they are. */
async function wrongs(
  people: readonly InventedPerson[],
  stores: MongoStores,
  run: string,
  platforms: Platforms,
): Promise<Fault[]> {
  const faults: Fault[] = [];
  const got = new Map<string, number>();
  for (const { channel, user } of platforms.accepted) {
    const key = `${channel} ${user}`;
    got.set(key, (got.get(key) ?? 0) + 1);
  }
  const told = new Map<string, DeliveryDoc[]>();
  for await (const doc of stores.deliveries.collection.find({ run })) {
    const delivery = doc as unknown as DeliveryDoc; // as the store wrote it
    told.set(delivery.contact, [...(told.get(delivery.contact) ?? []), delivery]);
  }
  for (const { kind, contacts, n } of people) {
    const { ends } = KINDS[kind];
    const messages = contacts.reduce((sum, { channel, user }) => sum + (got.get(`${channel} ${user}`) ?? 0), 0);
    const lines = contacts.flatMap(({ contact }) => told.get(contact) ?? []).map(({ state, why }) => `${state} ${why}`);
    const wanted = ends === 'sent ' ? 1 : 0;
    const facts = [`person ${n}, ${kind}: ${messages} messages, told ${lines.join(', ') || 'nothing'}`];
    if (messages !== wanted)
      faults.push({ who: 'people', what: messages > wanted ? 'got it too often' : 'did not get it', facts });
    else if (lines.join() !== (ends ?? ''))
      faults.push({ who: 'deliveries', what: 'another end than theirs is told', facts });
  }
  return faults;
}
