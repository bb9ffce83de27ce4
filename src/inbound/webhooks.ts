import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, describeError, type ErrorCode } from '../base/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Channel, Notice, ParsedWebhook } from '../channels/channel.ts';
import type { InboundLog } from '../stores/redis/inbound-log.ts';

export type WebhookOptions = {
  channel: Channel;
  log: Log;
  inboundLog: InboundLog;
  clock: Clock;
  /** Bytes of a body; 1 MiB unless told. */
  maxBytes?: number;
  /** Keeps a notice. The platform's answer does not wait for it: states of templates can be read again. */
  onNotice?(notice: Notice): Promise<void>;
  /** What a webhook came to, and the time from its arrival to our answer, in ms. */
  onAnswer?(status: number, tookMs: number, parsed: ParsedWebhook | null): void;
};

const MAX_BYTES = 1 << 20;
const STATUS: Partial<Record<ErrorCode, number>> = {
  'webhook.badSignature': 401,
  'webhook.tooLarge': 413,
  'log.unavailable': 503,
};

/**
 * Answers a platform: 200 only after every event is in the log. For `node:http` and for express, mounted on exactly its
 * path and before any body parser.
 */
export function webhookHandler(options: WebhookOptions): (req: IncomingMessage, res: ServerResponse) => void {
  const { channel, log, inboundLog, clock, maxBytes = MAX_BYTES } = options;

  async function accept(req: IncomingMessage, body: Buffer): Promise<ParsedWebhook> {
    const webhook = { headers: req.headers, body };
    channel.verify(webhook);
    const receivedAt = clock.now();
    const parsed = channel.parse(webhook, receivedAt);
    const { events, unreadable, notices } = parsed;
    if (events.length > 0) await inboundLog.append(events, receivedAt);
    if (unreadable.length > 0) {
      log.warn(
        { channel: channel.name, parts: unreadable.length, reason: unreadable[0]?.reason },
        'unreadable webhook',
      );
      await inboundLog.keepRaw(channel.name, unreadable, receivedAt);
    }
    for (const notice of notices) {
      const { kind, detail } = notice;
      log.warn({ channel: channel.name, kind, detail }, 'notice of the platform');
      options.onNotice?.(notice).catch((error: unknown) => {
        log.error({ channel: channel.name, kind, ...describeError(error) }, 'a notice could not be kept');
      });
    }
    return parsed;
  }

  return (req, res) => {
    const beganAt = performance.now();
    const answer = (status: number, parsed: ParsedWebhook | null): void => {
      if (res.headersSent) return;
      if (status === 413) res.setHeader('connection', 'close'); // the rest of the body is not read
      res.statusCode = status;
      res.end(status === 200 ? 'EVENT_RECEIVED' : '');
      options.onAnswer?.(status, performance.now() - beganAt, parsed);
    };
    const fail = (error: unknown): void => {
      const status = (error instanceof AppError && STATUS[error.code]) || 500;
      log.warn({ channel: channel.name, status, ...describeError(error) }, 'webhook refused');
      answer(status, null);
    };
    if (req.method === 'GET') return greet(req, res, channel);
    if (req.method !== 'POST') {
      res.setHeader('allow', 'GET, POST');
      return answer(405, null);
    }
    readBody(req, maxBytes, (error, body) => {
      if (error) return fail(error);
      accept(req, body).then((parsed) => answer(200, parsed), fail);
    });
  };
}

/** The verification handshake; a plain 200 where the platform has none, for consoles that look whether we are there. */
function greet(req: IncomingMessage, res: ServerResponse, channel: Channel): void {
  const query = new URLSearchParams(req.url?.split('?')[1] ?? '');
  const text = channel.handshake ? channel.handshake(query) : '';
  res.statusCode = text === null ? 403 : 200;
  res.setHeader('content-type', 'text/plain');
  res.end(text ?? '');
}

/** Calls back once. An oversized body is refused as soon as that is known; a request that breaks off calls nothing. */
function readBody(req: IncomingMessage, maxBytes: number, done: (error: AppError | null, body: Buffer) => void): void {
  const tooLarge = (): AppError => new AppError('webhook.tooLarge', 'the body is too large', { facts: { maxBytes } });
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) return done(tooLarge(), EMPTY);
  const chunks: Buffer[] = [];
  let size = 0;
  req.on('error', () => {}); // the platform hung up; it will deliver again
  req.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBytes) return void chunks.push(chunk);
    req.removeAllListeners('data');
    req.removeAllListeners('end');
    req.pause();
    done(tooLarge(), EMPTY);
  });
  req.on('end', () => done(null, chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
}

const EMPTY = Buffer.alloc(0);
