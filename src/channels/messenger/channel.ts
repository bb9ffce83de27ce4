import { Pool } from 'undici';
import { AppError } from '../../base/errors.ts';
import type { Channel } from '../channel.ts';
import { handshake } from './handshake.ts';
import { parseMessenger } from './parse.ts';
import { describeMessenger, renderMessenger } from './render.ts';
import { graphSender } from './send.ts';
import { verifyMessenger } from './verify.ts';
import { makeUploads, noFiles, UPLOAD_TIMEOUT_MS, type ReadFile } from '../uploads.ts';

export const GRAPH_URL = 'https://graph.facebook.com';
/** Usable until 29 Jul 2028. Source: Graph API, Versions (messenger.md §3.1). */
export const GRAPH_VERSION = '25.0';

/**
 * Per page. Source: Messenger Platform, Rate limits (messenger.md §8.1): 300 text sends a second; a margin is left for the
 * echo of other apps. The wait for an echo is the error table's.
 */
const LIMITS: Channel['limits'] = { concurrency: 64, perSecond: 250, echoWaitMs: 60_000 };

export type MessengerOptions = {
  pageId: string;
  appId: string;
  appSecret: string;
  verifyToken: string;
  pageToken: string;
  /** Origin of the Graph API, http only for a stand-in on this machine. */
  graphUrl?: string;
  /** `25.0`, with or without a leading `v`. */
  version?: string;
  timeoutMs?: number;
  uploadTimeoutMs?: number;
  /** Files that staff send; without it there are none. */
  readFile?: ReadFile;
  autoReplies?: readonly string[];
  limits?: Partial<Channel['limits']>;
};

/** Facebook Messenger. Throws `config.invalid` on an empty secret: an HMAC under an empty key can be forged by anyone. */
export function messengerChannel(options: MessengerOptions): Channel {
  const { pageId, appId, appSecret, verifyToken, pageToken } = options;
  for (const [name, value] of Object.entries({ pageId, appId, appSecret, verifyToken, pageToken }))
    if (value === '') throw new AppError('config.invalid', `messenger: ${name} is empty`);
  const limits = { ...LIMITS, ...options.limits };
  const timeoutMs = options.timeoutMs ?? 10_000;
  const pool = new Pool(new URL(options.graphUrl ?? GRAPH_URL).origin, {
    connections: limits.concurrency,
    connect: { timeout: Math.min(5_000, timeoutMs) },
  });
  const version = (options.version ?? GRAPH_VERSION).replace(/^v/, '');
  const uploadTimeoutMs = options.uploadTimeoutMs ?? UPLOAD_TIMEOUT_MS;
  const uploads = makeUploads('messenger', options.readFile ?? noFiles);
  const graph = graphSender({ pool, pageId, pageToken, appSecret, version, timeoutMs, uploadTimeoutMs, uploads });
  const account = { pageId, appId, autoReplies: options.autoReplies ?? [] };
  return {
    name: 'messenger',
    limits,
    handshake: (query) => handshake(query, verifyToken),
    verify: (webhook) => verifyMessenger(webhook, appSecret),
    parse: (webhook, receivedAt) => parseMessenger(webhook.body, receivedAt, account),
    render: renderMessenger,
    ...graph,
    describe: describeMessenger,
    close: () => pool.close(),
  };
}
