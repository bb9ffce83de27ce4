import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { toString as toQr } from 'qrcode';
import type { Clock } from '../base/clock.ts';
import { describeError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { makeCrowd } from './crowd.ts';
import { makeDelivery } from './delivery.ts';
import { readApiRequest } from './api-request.ts';
import { makeFeed } from './feed.ts';
import { makeFiles, type Files } from './files.ts';
import type { MessengerProfile } from './graph-profile.ts';
import type { GraphAccount } from './graph-answers.ts';
import { makeGraph } from './graph.ts';
import { makeInbox } from './inbox.ts';
import { PLATFORM_LIMITS, type PlatformLimits } from './limits.ts';
import { servePageApi, type PageApi } from './page-api.ts';
import { makePeople } from './people.ts';
import { makePhones } from './phones.ts';
import type { ApiAnswer, Platform } from './platform.ts';
import { sendJson } from './respond.ts';
import { makeSample } from './samples.ts';
import type { ZaloPurse } from './zalo-purse.ts';
import { makeZaloTokens } from './zalo-tokens.ts';
import { makeZalo, type ZaloAccount } from './zalo.ts';

export type SimulatorOptions = {
  clock: Clock;
  log: Log;
  /** `accessToken`, `refreshToken`: the first pair, as an administrator would paste it. */
  zalo: ZaloAccount & { accessToken: string; refreshToken: string; webhookUrl: string };
  /** `profile`: what the page has set about itself before anybody calls `messenger_profile`. */
  messenger: GraphAccount & { webhookUrl: string; profile?: MessengerProfile };
  /** Address of this server as the bot reaches it, without a slash at the end: file links begin with it. */
  publicUrl: string;
  /** Codes to try on the page. */
  examples?: () => readonly { code: string; label: string }[];
  /** Instants worth a visit on the page's clock, epoch ms. */
  moments?: () => readonly { at: number; label: string }[];
  /** Sets the clock everybody shares, epoch ms; without it the page cannot. */
  setClock?: (at: number) => void;
  /** Waits before redeliveries, in ms. The platforms wait up to an hour. */
  retryAfterMs?: readonly number[];
  /** How long the platforms' automatic answers take, in ms. */
  autoReplyAfterMs?: number;
  /** Send echoes before the answer to the send. */
  echoFirst?: boolean;
  /** How long the platforms look at a template before they approve or refuse it, in ms. In life up to two days. */
  reviewAfterMs?: number;
  limits?: Partial<PlatformLimits>;
  /** What pays for Zalo's late messages and templates. */
  purse?: Partial<ZaloPurse>;
};

export type Simulator = {
  /** True when the request was for the simulator and is answered. The body must not have been read before. */
  handler(req: IncomingMessage, res: ServerResponse): Promise<boolean>;
  /** Ends streams and pending redeliveries. */
  close(): void;
};

const REVIEW_AFTER_MS = 4000;
const PURSE: ZaloPurse = { packageLeft: 0, balanceVnd: 5_000_000 };
const RETRY_AFTER_MS = [1000, 3000, 6000, 12_000, 30_000];

/**
 * Stand-in Zalo and Graph servers and the phone page that plays people on them. Nothing is kept past the process. Calls of
 * the platforms' APIs are taken below `/simulator/zalo` and `/simulator/graph`, and at their own paths (`/v3.0/oa/…`,
 * `/message/template`, `/v25.0/…`) for clients that know an origin only.
 */
export function makeSimulator(options: SimulatorOptions): Simulator {
  const { clock, log, publicUrl } = options;
  const now = () => clock.now();
  const files = makeFiles();
  const fileUrl = (file: { id: string; name: string }) =>
    `${publicUrl}/simulator/files/${file.id}/${encodeURIComponent(file.name)}`;
  const platform: Platform = {
    clock,
    people: makePeople(now),
    feed: makeFeed(now),
    delivery: makeDelivery({
      urls: { zalo: options.zalo.webhookUrl, messenger: options.messenger.webhookUrl },
      retryAfterMs: options.retryAfterMs ?? RETRY_AFTER_MS,
      timeoutMs: { zalo: 2000, messenger: 5000 },
    }),
    newId: () => randomBytes(10).toString('hex'),
    echoFirst: options.echoFirst ?? false,
    stickerUrl: `${publicUrl}/simulator/sticker.png`,
    files,
    fileUrl,
    limits: { ...PLATFORM_LIMITS, ...options.limits },
    reviewAfterMs: options.reviewAfterMs ?? REVIEW_AFTER_MS,
  };
  const tokens = makeZaloTokens(options.zalo.appSecret, options.zalo, now);
  const zalo = makeZalo(options.zalo, tokens, { ...PURSE, ...options.purse }, platform);
  const graph = makeGraph(options.messenger, options.messenger.profile ?? {}, platform);
  const inbox = makeInbox(platform, { zalo, messenger: graph }, options.autoReplyAfterMs);
  const phones = makePhones(platform, { zalo, messenger: graph }, inbox.heard);
  const crowd = makeCrowd(platform, phones, () => options.examples?.()[0]?.code.split('-')[0] ?? '');
  const pageApi: PageApi = {
    platform,
    phones,
    inbox,
    crowd,
    profile: graph.profile,
    examples: options.examples ?? (() => []),
    moments: options.moments ?? (() => []),
    setClock: options.setClock ?? null,
  };

  const serve = async (url: URL, req: IncomingMessage, res: ServerResponse): Promise<boolean> => {
    const path = url.pathname;
    const call = platformCall(path);
    if (call) {
      const request = await readApiRequest(call.path, url.searchParams, req);
      const answer: ApiAnswer = await (call.to === 'zalo' ? zalo : graph).call(request);
      sendJson(res, answer.status, answer.body, answer.headers);
      return true;
    }
    if (path.startsWith('/simulator/api/')) return servePageApi(pageApi, path.slice(15), url.searchParams, req, res);
    if (path.startsWith('/simulator/files/')) return serveFile(files, path, res);
    if (path === '/simulator/sticker.png') return sendBytes(res, 'image/png', makeSample('sticker').bytes);
    if (path === '/simulator/qr.svg') return serveQr(publicUrl, url.searchParams.get('code') ?? '', res);
    return servePage(path, res);
  };

  return {
    async handler(req, res) {
      const url = new URL(req.url ?? '/', 'http://simulator.invalid');
      const ours = url.pathname === '/simulator' || url.pathname.startsWith('/simulator/');
      if (!ours && !platformCall(url.pathname)) return false;
      try {
        if (!(await serve(url, req, res))) sendJson(res, 404, { error: 'not found' });
      } catch (error) {
        log.error(describeError(error), 'simulator failed');
        if (!res.headersSent) sendJson(res, 500, { error: 'failed' });
      }
      return true;
    },
    close() {
      crowd.close();
      phones.close();
      inbox.close();
      zalo.close();
      graph.close();
      platform.delivery.close();
      platform.feed.close();
    },
  };
}

/** Null when the path is none of a platform's API. */
function platformCall(path: string): { to: 'zalo' | 'graph'; path: string } | null {
  const mounted = /^\/simulator\/(zalo|graph)(\/.*)$/.exec(path);
  if (mounted) return { to: mounted[1] === 'zalo' ? 'zalo' : 'graph', path: mounted[2] ?? '' };
  if (/^\/v\d+(\.\d+)?\/oa\//.test(path) || /^\/(message|template)\//.test(path)) return { to: 'zalo', path };
  return /^\/v\d+\.\d+\//.test(path) ? { to: 'graph', path } : null;
}

const MIMES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The page's files as they lie beside this one. */
async function servePage(path: string, res: ServerResponse): Promise<boolean> {
  const name = /^\/simulator\/?$/.test(path) ? 'index.html' : path.slice('/simulator/'.length);
  const ending = /^[a-z0-9-]+\.(html|css|js)$/.exec(name)?.[1];
  if (ending === undefined) return false;
  const bytes = await readFile(new URL(`./page/${name}`, import.meta.url)).catch(() => null);
  if (!bytes) return false;
  res.setHeader('content-security-policy', PAGE_POLICY);
  res.setHeader('cache-control', 'no-cache');
  return sendBytes(res, MIMES[ending] ?? 'text/plain', bytes);
}

/** Bytes a person sent. A sandbox keeps what somebody uploaded from running as a page of ours. */
function serveFile(files: Files, path: string, res: ServerResponse): boolean {
  const file = files.get(path.split('/')[3] ?? '');
  if (!file) return false;
  res.setHeader('content-security-policy', "default-src 'none'; sandbox");
  return sendBytes(res, /^[\w.+-]+\/[\w.+-]+$/.test(file.mime) ? file.mime : 'application/octet-stream', file.bytes);
}

/** The code as a poster would carry it: the address of the landing page. */
async function serveQr(publicUrl: string, code: string, res: ServerResponse): Promise<boolean> {
  const text = `${publicUrl}/q/${encodeURIComponent(code.slice(0, 60))}`;
  return sendBytes(res, 'image/svg+xml', Buffer.from(await toQr(text, { type: 'svg', margin: 1 })));
}

function sendBytes(res: ServerResponse, type: string, bytes: Buffer): boolean {
  res.setHeader('x-content-type-options', 'nosniff');
  res.writeHead(200, { 'content-type': type, 'content-length': bytes.length });
  res.end(bytes);
  return true;
}
