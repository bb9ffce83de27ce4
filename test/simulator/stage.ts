import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { clockStartingAt, type Clock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { makeSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/simulator.ts';

export const ZALO = {
  appId: '4100200300400500601',
  oaId: '3700111222333444555',
  oaSecret: 'oa-secret',
  appSecret: 'app-secret',
  accessToken: 'first-access',
  refreshToken: 'first-refresh',
};
export const MESSENGER = {
  pageId: '108845271234567',
  appId: '987654321012345',
  appSecret: 'page-app-secret',
  pageToken: 'page-token',
};

/** A webhook as the stand-in bot got it. */
export type Got = { path: string; headers: IncomingMessage['headers']; raw: Buffer; json: Json };
// Raw payloads of two platforms, read field by field in the tests.
export type Json = ReturnType<typeof JSON.parse>;

export type Stage = {
  url: string;
  simulator: Simulator;
  got: Got[];
  /** Status of each webhook answer. */
  bot: { status: (got: Got) => number | Promise<number> };
  /** Webhooks whose event matches, once there are `count`. */
  wait(match: (got: Got) => boolean, count?: number): Promise<Got[]>;
  people(): Promise<{ session: string; zalo: string; messenger: string }>;
  act(
    who: { session: string; zalo: string; messenger: string },
    phone: 'zalo' | 'messenger',
    act: Json,
    switches?: Json,
  ): Promise<number>;
  /** What staff do in the platform's own inbox. */
  inbox(
    who: { session: string; zalo: string; messenger: string },
    phone: 'zalo' | 'messenger',
    act: Json,
  ): Promise<number>;
  /** A file to send, by its id. */
  sample(name: string): Promise<string>;
  zalo(path: string, body: unknown, token?: string): Promise<Json>;
  graph(path: string, body: unknown, token?: string): Promise<{ status: number; json: Json }>;
  close(): Promise<void>;
};

/** A simulator and a bot that only listens, both on 127.0.0.1. */
export async function makeStage(options: Partial<SimulatorOptions> & { clock?: Clock } = {}): Promise<Stage> {
  const got: Got[] = [];
  const waiting = new Set<() => void>();
  const bot: Stage['bot'] = { status: () => 200 };
  const botServer = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const raw = Buffer.concat(chunks);
      const item: Got = { path: req.url ?? '', headers: req.headers, raw, json: JSON.parse(raw.toString('utf8')) };
      got.push(item);
      for (const check of waiting) check();
      void Promise.resolve(bot.status(item)).then((status) => res.writeHead(status).end());
    });
  });
  const botUrl = await listen(botServer);

  let simulator: Simulator | null = null;
  const server = createServer((req, res) => {
    void simulator?.handler(req, res).then((done) => {
      if (!done) res.writeHead(404).end();
    });
  });
  const url = await listen(server);
  simulator = makeSimulator({
    clock: clockStartingAt(Date.parse('2022-05-28T08:00:00+07:00')),
    log: silentLog,
    zalo: { ...ZALO, webhookUrl: `${botUrl}/webhooks/zalo` },
    messenger: { ...MESSENGER, webhookUrl: `${botUrl}/webhooks/messenger` },
    publicUrl: url,
    retryAfterMs: [5, 5],
    autoReplyAfterMs: 0,
    ...options,
  });

  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const json = { 'content-type': 'application/json' };
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { ...json, ...headers },
      body: JSON.stringify(body),
    });
    return { status: answer.status, json: (await answer.json()) as Json };
  };
  return {
    url,
    simulator,
    got,
    bot,
    wait: (match, count = 1) =>
      new Promise((resolve) => {
        const check = (): void => {
          const found = got.filter(match);
          if (found.length < count) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      }),
    people: async () => (await post('/simulator/api/people', {})).json,
    act: async (who, phone, act, switches = {}) =>
      (await post('/simulator/api/act', { session: who.session, phone, person: who[phone], act, switches })).status,
    inbox: async (who, phone, act) =>
      (await post('/simulator/api/inbox', { session: who.session, phone, person: who[phone], act })).status,
    sample: async (name) => (await post(`/simulator/api/samples?name=${name}`, {})).json.id,
    zalo: async (path, body, token = ZALO.accessToken) =>
      (await post(`/simulator/zalo${path}`, body, { access_token: token })).json,
    graph: (path, body, token = MESSENGER.pageToken) =>
      post(`/simulator/graph/v25.0${path}`, body, { authorization: `Bearer ${token}` }),
    async close() {
      simulator.close();
      await Promise.all([server, botServer].map(stop));
    },
  };
}

export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

export const textOf = (got: Got): string =>
  got.json.message?.text ?? got.json.entry?.[0]?.messaging?.[0]?.message?.text ?? '';
export const isEvent =
  (name: string) =>
  (got: Got): boolean =>
    got.json.event_name === name;
export const item = (got: Got): Json => got.json.entry?.[0]?.messaging?.[0] ?? {};
