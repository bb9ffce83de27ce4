import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { silentLog } from '../../src/base/log.ts';
import { readWorld } from '../../src/content/world.ts';
import type { Role } from '../../src/config/variables.ts';
import { connectRedis } from '../../src/stores/redis/connection.ts';
import { startBalancer, type Balancer } from './balancer.ts';
import { buildProduct, CAMPAIGN, flowsOfNow } from './build.ts';
import { check, type Fault, type Findings } from './checks.ts';
import { makeLedger, type Ledger } from './ledger.ts';
import { makeMail, type Mail, type MailFaults } from './mail.ts';
import { startPeople, type People } from './people.ts';
import { startPlatforms, type Accepted, type Platforms } from './platforms.ts';
import type { EchoSetting } from './platforms-echo.ts';
import type { Faults as PlatformFaults } from './platforms-faults.ts';
import { freePort, makeRunner, untilTrue, type Runner } from './processes.ts';
import { startProxy, type Proxy } from './proxy.ts';
import { branch, type Random } from './random.ts';
import { makeMongo, makeRedis, type StoreServer } from './stores.ts';

export type WorldOptions = {
  seed: number;
  /** People in all at least, and at once. */
  people: number;
  active: number;
  /** How many of them come on Zalo, 0 to 1. */
  zaloShare: number;
  partitions: number;
  /** Processes of each kind; one kind may have several roles, as `sender,jobs`. */
  processes: Readonly<Record<string, number>>;
  mail: MailFaults;
  platforms: PlatformFaults;
  /** Shortest and longest wait for an echo; null = none ever comes. */
  echoMs: readonly [number, number] | null;
  /** More arguments of redis-server. */
  redisArgs: readonly string[];
  /** Used in place of the one server and its proxies, which then stand idle; null = the one server. */
  redisUrl: string | null;
  /** More environment of every product process. */
  env: Readonly<Record<string, string>>;
  /** Words on how it goes. */
  say(line: string): void;
};

export const USUAL: Omit<WorldOptions, 'seed' | 'say'> = {
  people: 1000,
  active: 120,
  zaloShare: 0.5,
  partitions: 16,
  processes: { web: 2, worker: 3, sender: 1, jobs: 1 },
  mail: { redelivered: 0.04, doubled: 0.04, late: 0.02 },
  platforms: {},
  echoMs: [0, 300],
  redisArgs: [],
  redisUrl: null,
  env: {},
};

/** One process of the product with a proxy of its own before each store. */
export type Product = {
  name: string;
  roles: readonly Role[];
  origin: string;
  runner: Runner;
  redis: Proxy;
  mongo: Proxy;
};

/** Everything that plays together in one run. */
export type World = {
  options: WorldOptions;
  random: Random;
  /** Logs and files of the stores. */
  dir: string;
  /** The build that runs. */
  dist: string;
  products: readonly Product[];
  /** Those with this role. */
  having(role: Role): readonly Product[];
  redis: StoreServer;
  mongo: StoreServer;
  /** Straight to Redis, past every proxy. */
  redisUrl: string;
  mongoUri: string;
  platforms: Platforms;
  /** How echoes come, for `platforms.setEcho`. */
  echo: EchoSetting | null;
  balancer: Balancer;
  ledger: Ledger;
  mail: Mail;
  people: People;
  say(line: string): void;
  /** Kills with SIGKILL and starts again after `downMs`. Resolves when it was started, not when it is ready. */
  kill(product: Product, downMs?: number): Promise<void>;
  kills(): number;
  /** Messages that the platform took between these instants (epoch ms), or shortly before, may come twice: their answers may be lost. */
  inDoubt(from: number, to: number): void;
  /** A wrong thing that a scenario saw. */
  fault(fault: Fault): void;
  /** Set by a scenario: called before the platform answers a send that it took. */
  hooks: { beforeAnswer: ((message: Accepted) => void | Promise<void>) | null };
  /** Every process answers `GET /readyz` with 200. */
  allReady(): Promise<void>;
  /** Lets people finish, waits until nothing moves any more, and checks everything. */
  finish(): Promise<Findings>;
  /** Ends all processes. `keep`: leaves logs and files where they are. */
  close(keep: boolean): Promise<void>;
};

const ROOT = new URL('../..', import.meta.url).pathname.replace(/\/$/, '');
const READY_MS = 300_000;
/** Nothing changes for so long: whoever is not through by then is stuck. Longer than the longest wait for an echo. */
const STUCK_MS = 150_000;
/** Before a process that ended by itself is started again. */
const RESTART_MS = 1000;
/** A send is written down as done this long after its answer, at the latest. */
const SETTLE_MS = 5000;

export async function openWorld(given: Partial<WorldOptions> & Pick<WorldOptions, 'seed' | 'say'>): Promise<World> {
  const options: WorldOptions = { ...USUAL, ...given };
  const { seed, partitions } = options;
  const begunAt = performance.now();
  const say = (line: string): void =>
    options.say(`${((performance.now() - begunAt) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  const dist = await buildProduct(ROOT);
  const dir = mkdtempSync(join(tmpdir(), 'skb-faults-'));
  mkdirSync(join(dir, 'logs'));
  const flowsDir = flowsOfNow(ROOT, dir, Date.now());
  const random = branch(seed, 'faults');
  const redis = await makeRedis(dir, options.redisArgs);
  const mongo = await makeMongo(dir, dist);
  await Promise.all([redis.start(), mongo.start()]);

  const hooks: World['hooks'] = { beforeAnswer: null };
  const doubts: { from: number; to: number }[] = [];
  const found: Fault[] = [];
  let kills = 0;
  let closing = false;
  let people: People | null = null;
  let balancer: Balancer | null = null;
  const echo = options.echoMs && { to: () => balancer?.ready() ?? [], delayMs: options.echoMs };
  const platforms = await startPlatforms({
    random: branch(seed, 'platforms'),
    faults: options.platforms,
    echo,
    beforeAnswer: (message) => hooks.beforeAnswer?.(message),
    onAccepted: ({ channel, user, text }) => people?.hear(channel, user, text),
  });

  async function makeProduct(kind: string, n: number): Promise<Product> {
    const port = await freePort();
    const [redisProxy, mongoProxy] = await Promise.all([startProxy(redis.port), startProxy(mongo.port)]);
    const name = `${kind.replaceAll(',', '+')}-${n}`;
    const runner = makeRunner({
      name,
      cwd: dir,
      command: [process.execPath, join(dist, 'main.js')],
      logFile: join(dir, 'logs', `${name}.log`),
      env: () => ({
        NODE_ENV: 'production',
        PORT: String(port),
        HOST: '127.0.0.1',
        PUBLIC_URL: 'http://localhost',
        ROLES: kind,
        LOG_LEVEL: 'info',
        PARTITIONS: String(partitions),
        REDIS_URL: options.redisUrl ?? `redis://127.0.0.1:${redisProxy.port}`,
        MONGODB_URI: `mongodb://127.0.0.1:${mongoProxy.port}/skb`,
        FLOWS_DIR: flowsDir,
        LOCALES_DIR: join(ROOT, 'locales'),
        CAMPAIGN,
        ADMIN_EMAIL: 'admin@example.test',
        ADMIN_PASSWORD: 'invented-password',
        ZALO_SENDS_PER_SECOND: '2000',
        MESSENGER_SENDS_PER_SECOND: '2000',
        ...platforms.env(),
        ...options.env,
      }),
    });
    runner.onCrash((how) => {
      if (closing) return;
      found.push({ who: name, what: 'a process ended by itself', facts: [how, runner.said().slice(-1500)] });
      setTimeout(() => !closing && !runner.isUp() && runner.start(), RESTART_MS);
    });
    const roles = kind.split(',') as Role[];
    return { name, roles, origin: `http://127.0.0.1:${port}`, runner, redis: redisProxy, mongo: mongoProxy };
  }

  const products = await Promise.all(
    Object.entries(options.processes).flatMap(([kind, count]) =>
      Array.from({ length: count }, (_, i) => makeProduct(kind, i + 1)),
    ),
  );
  const having = (role: Role): Product[] => products.filter(({ roles }) => roles.includes(role));
  balancer = startBalancer(having('web').map(({ origin }) => origin));
  const ledger = makeLedger(`${seed.toString(36)}_${process.pid.toString(36)}`);
  const mail = makeMail(balancer, ledger, branch(seed, 'mail'), () => {});
  mail.setFaults(options.mail);
  const redisUrl = options.redisUrl ?? `redis://127.0.0.1:${redis.port}`;
  const mongoUri = `mongodb://127.0.0.1:${mongo.port}/skb`;

  const isReady = async ({ origin }: Product): Promise<boolean> =>
    fetch(`${origin}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
  const allReady = async (): Promise<void> => {
    await Promise.all(
      products.map((product) =>
        untilTrue(
          `${product.name} is ready`,
          () => isReady(product),
          READY_MS,
          () => product.runner.said(),
        ),
      ),
    );
    await untilTrue('the balancer sees all of them', () => balancer.ready().length === having('web').length, READY_MS);
  };
  for (const { runner } of products) runner.start();
  await allReady();
  say(`${products.length} processes are ready, logs in ${dir}`);
  const crowd = (people = startPeople({
    mail,
    seed,
    firstUser: (seed % 1000) * 10_000 + 1,
    active: options.active,
    zaloShare: options.zaloShare,
    least: options.people,
  }));

  const mayDouble = ({ answer, at, answeredAt }: Accepted): boolean =>
    answer === 'lost' || doubts.some(({ from, to }) => to >= at && from <= (answeredAt ?? at) + SETTLE_MS);

  /** What is still to be done, as text: when it does not change any more, nothing moves. */
  async function state(): Promise<{ rest: number; text: string }> {
    const connection = await connectRedis(redisUrl, silentLog);
    try {
      let rest = crowd.talking() + mail.waiting() + platforms.echoesWaiting();
      for (let p = 0; p < partitions; p++) {
        const at = connection.keys.partition(p);
        const keys = [at.in, at.out.zalo, at.out.messenger, at.tasks, at.archive];
        for (const key of keys) rest += await connection.client.xlen(key);
      }
      const told = `${crowd.talking()} talking, ${mail.waiting()} webhooks, ${platforms.echoesWaiting()} echoes waiting`;
      return { rest, text: `${told}, ${rest} in all, ${platforms.counts.accepted} messages` };
    } finally {
      connection.close();
    }
  }

  return {
    options,
    random,
    dir,
    dist,
    products,
    having,
    redis,
    mongo,
    redisUrl,
    mongoUri,
    platforms,
    echo,
    balancer,
    ledger,
    mail,
    people: crowd,
    say,
    hooks,
    allReady,
    kills: () => kills,
    fault: (fault) => void found.push(fault),
    inDoubt: (from, to) => void doubts.push({ from, to }),
    async kill(product, downMs = 0) {
      kills++;
      if (product.roles.includes('sender')) doubts.push({ from: Date.now(), to: Date.now() });
      await product.runner.kill('SIGKILL');
      if (downMs > 0) await delay(downMs);
      if (!closing) product.runner.start();
    },
    async finish() {
      crowd.stop();
      say(`${crowd.finished()} have finished, ${crowd.talking()} still talk`);
      let last = '';
      let movedAt = performance.now();
      for (;;) {
        const now = await state();
        if (now.rest === 0) break;
        if (now.text !== last) movedAt = performance.now();
        if (performance.now() - movedAt > STUCK_MS) {
          found.push({ who: 'pipeline', what: 'nothing moves any more', facts: [now.text] });
          break;
        }
        last = now.text;
        await delay(300);
      }
      const findings = await check({
        flows: readWorld({ flowsDir, localesDir: join(ROOT, 'locales'), campaign: CAMPAIGN }),
        ledger,
        people: crowd,
        accepted: platforms.accepted,
        redisUrl,
        mongoUri,
        partitions,
        mayDouble,
      });
      return { ...findings, faults: [...found, ...findings.faults] };
    },
    async close(keep) {
      closing = true;
      mail.close();
      await Promise.all(products.map(({ runner }) => runner.kill('SIGKILL')));
      await Promise.all([redis.runner.kill('SIGKILL'), mongo.runner.kill('SIGKILL')]);
      await Promise.all(products.flatMap((product) => [product.redis.close(), product.mongo.close()]));
      await balancer.close();
      await platforms.close();
      if (!keep) rmSync(dir, { recursive: true, force: true });
    },
  };
}
