import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeConsole, type Console } from '../../src/app-console.ts';
import { startWorld } from '../../src/app-world.ts';
import { systemClock, type Clock } from '../../src/base/clock.ts';
import { silentLog, type Log } from '../../src/base/log.ts';
import { readConfig, type Environment } from '../../src/config/config.ts';
import { makePasswords } from '../../src/console/auth/passwords.ts';
import type { CampaignDesk } from '../../src/content/campaign-desk.ts';
import type { ContactSnapshot } from '../../src/core/archive.ts';
import type { ChannelName } from '../../src/core/contact.ts';
import { BOT } from '../../src/core/handover.ts';
import type { Staff } from '../../src/core/staff.ts';
import type { Templates } from '../../src/core/template.ts';
import { snapshotWrite } from '../../src/stores/mongo/contacts.ts';
import type { MongoStores } from '../../src/stores/mongo/stores.ts';
import type { RedisConnection } from '../../src/stores/redis/connection.ts';
import { signInLimits, type SignInLimitOptions } from '../../src/stores/redis/sign-in-limits.ts';
import { openTestMongo, type TestMongo } from './mongo.ts';
import { startRedis, type RedisServer } from './redis.ts';
import { theContent } from './world.ts';

export const ADMIN = { email: 'first.admin@example.vn', password: 'an-invented-password' };
/** Hashes that cost next to nothing. */
export const QUICK = { N: 16, r: 1, p: 1 };
const SEEN_AT = Date.parse('2022-05-28T08:00:00+07:00');

export type TestConsole = {
  url: string;
  console: Console;
  campaigns: CampaignDesk;
  redis: RedisConnection;
  redisServer: RedisServer;
  stores: MongoStores;
  /** A browser of its own, with its own cookies, signed in as nobody. */
  browser(): Browser;
  /** Makes an account with a password and gives it. */
  staff(fields: Partial<Staff>): Promise<Staff & { password: string }>;
  /** Makes an account and signs it in. */
  signedIn(fields: Partial<Staff>): Promise<Browser>;
  contact(id: string, units: readonly string[]): Promise<string>;
  close(): Promise<void>;
};

export type ConsoleOptions = {
  env?: Environment;
  clock?: Clock;
  log?: Log;
  limits?: SignInLimitOptions;
  pageFolder?: string;
  publicUrl?: string;
  beatMs?: number;
  templates?: ReadonlyMap<ChannelName, Templates>;
};

/** The whole console on real stores and a real port; only the cost of passwords is small. */
export async function openConsole(options: ConsoleOptions = {}): Promise<TestConsole> {
  const redisServer = await startRedis({ own: true });
  const mongo: TestMongo = await openTestMongo();
  const redis = await redisServer.connect();
  let handler: Console['handler'] | null = null;
  const server: Server = createServer((req, res) => {
    if (!handler?.(req, res)) res.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = readConfig({ ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password, ...options.env });
  const passwords = makePasswords(QUICK, { atOnce: 4, maxWaiting: 1000 });
  const parts = { clock: options.clock ?? systemClock, log: options.log ?? silentLog };
  const campaigns = await startWorld(theContent(), { redis, stores: mongo.stores }, parts);
  const made = await makeConsole(
    config,
    campaigns,
    { redis, stores: mongo.stores },
    { ...parts, publicUrl: options.publicUrl ?? url, templates: options.templates ?? new Map() },
    {
      passwords,
      limits: signInLimits(redis, options.limits),
      ...(options.clock && { clock: options.clock }),
      ...(options.beatMs !== undefined && { beatMs: options.beatMs }),
      ...(options.pageFolder !== undefined && { pageFolder: options.pageFolder }),
    },
  );
  handler = made.handler;
  let count = 0;

  async function staff(fields: Partial<Staff>): Promise<Staff & { password: string }> {
    count += 1;
    const account: Staff = {
      id: `staff-${count}`,
      email: `staff-${count}@example.vn`,
      name: `Staff ${count}`,
      role: 'support',
      unit: null,
      ...fields,
    };
    const { id, ...rest } = account;
    const password = `invented-password-${count}`;
    await mongo.stores.staff.add({
      _id: id,
      ...rest,
      state: 'active',
      password: await passwords.hash(password),
      generation: 1,
      link: null,
      createdAt: new Date(),
      signedInAt: null,
    });
    return { ...account, password };
  }

  return {
    url,
    console: made,
    campaigns: campaigns.desk,
    redis,
    redisServer,
    stores: mongo.stores,
    browser: () => makeBrowser(url),
    staff,
    async signedIn(fields) {
      const { email, password } = await staff(fields);
      const browser = makeBrowser(url);
      await browser.signIn(email, password);
      return browser;
    },
    async contact(id, units) {
      const { q, u, upsert } = snapshotWrite(id, SEEN_AT, snapshot(units));
      await mongo.stores.contacts.collection.updateOne(q as never, u as never, { upsert: upsert ?? false });
      return id;
    },
    async close() {
      made.close();
      campaigns.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await mongo.close();
      await redisServer.close();
    },
  };
}

function snapshot(units: readonly string[]): ContactSnapshot {
  return {
    lang: 'vi',
    owner: BOT,
    consentAt: SEEN_AT,
    remindersOff: false,
    remindYesAt: null,
    drafts: [],
    campaign: '01-trieu-sang-kien',
    step: null,
    profile: {},
    name: '',
    phone: '',
    units,
    entries: [],
    arrivals: [],
    humanAskedAt: null,
    humanReason: null,
    handledAt: null,
    lastSeenAt: SEEN_AT,
  };
}

export type Answered = { status: number; body: Record<string, unknown>; headers: Headers; text: string };
type Sent = { body?: unknown; headers?: Readonly<Record<string, string>>; raw?: string | Uint8Array };
export type Browser = ReturnType<typeof makeBrowser>;

/** Keeps cookies, sends the session's token as the page does, and follows no redirect. */
export function makeBrowser(url: string) {
  const cookies = new Map<string, string>();
  let csrf = '';

  async function call(method: string, path: string, { body, headers, raw }: Sent = {}): Promise<Answered> {
    const sent: Record<string, string> = {};
    if (cookies.size > 0) sent['cookie'] = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    if (method !== 'GET' && method !== 'HEAD') {
      Object.assign(sent, { 'x-csrf-token': csrf, origin: url, 'sec-fetch-site': 'same-origin' });
    }
    if (body !== undefined || raw !== undefined) sent['content-type'] = 'application/json';
    for (const [name, value] of Object.entries(headers ?? {})) {
      if (value === '') delete sent[name];
      else sent[name] = value;
    }
    const answer = await fetch(path.startsWith('http') ? path : `${url}${path}`, {
      method,
      headers: sent,
      redirect: 'manual',
      ...(raw !== undefined ? { body: raw as BodyInit } : body !== undefined && { body: JSON.stringify(body) }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0\b/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    const isEndless = answer.headers.get('content-type')?.startsWith('text/event-stream');
    const text = isEndless ? '' : await answer.text();
    if (isEndless) await answer.body?.cancel();
    let read: unknown = {};
    try {
      read = JSON.parse(text);
    } catch {
      // a page, or nothing
    }
    return { status: answer.status, body: read as Answered['body'], headers: answer.headers, text };
  }

  return {
    cookies,
    call,
    /** Below the API. */
    api: (method: string, path: string, sent?: Sent) => call(method, `/console/api${path}`, sent),
    async signIn(email: string, password: string): Promise<Answered> {
      const answer = await call('POST', '/console/api/session', { body: { email, password } });
      if (typeof answer.body['csrf'] === 'string') csrf = answer.body['csrf'];
      return answer;
    },
    useToken: (token: string) => void (csrf = token),
    token: () => csrf,
  };
}
