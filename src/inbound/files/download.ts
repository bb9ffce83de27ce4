import { type Dispatcher, request } from 'undici';
import { ForbiddenAddress } from './guarded-agent.ts';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 3;

/** What one try came to. `forbidden` and `tooBig` are the same the next time, `failed` may not be. */
export type Download =
  | { type: 'bytes'; bytes: Buffer; url: URL; disposition: string }
  | { type: 'tooBig' }
  | { type: 'forbidden' }
  | { type: 'failed'; why: string };

export type Downloader = {
  /** Origins that may be on http, on any port and at any address. */
  isConfigured(url: URL): boolean;
  guarded: Dispatcher;
  plain: Dispatcher;
  /** For the whole try, redirects included. */
  totalMs: number;
};

/** Reads one URL into memory, bounded in bytes, time and redirects, each of which is checked like the first. Never throws. */
export async function download(address: string, maxBytes: number, tools: Downloader): Promise<Download> {
  const signal = AbortSignal.timeout(tools.totalMs);
  if (!URL.canParse(address)) return { type: 'forbidden' };
  try {
    let url = new URL(address);
    let isConfigured = tools.isConfigured(url);
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      if (!isConfigured && !isAcceptable(url)) return { type: 'forbidden' };
      const dispatcher = isConfigured ? tools.plain : tools.guarded;
      const answer = await request(url, {
        dispatcher,
        signal,
        headersTimeout: tools.totalMs,
        bodyTimeout: tools.totalMs,
        headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'sang-kien-bot' },
      });
      const { statusCode, headers, body } = answer;
      body.on('error', () => {}); // of a body we stop reading
      try {
        const location = one(headers['location']);
        if (REDIRECTS.has(statusCode) && location !== '') {
          if (!URL.canParse(location, url.href)) return { type: 'forbidden' };
          url = new URL(location, url.href);
          isConfigured &&= tools.isConfigured(url); // nobody outside may send us to our own machine
          continue;
        }
        if (statusCode !== 200) return { type: 'failed', why: `status ${statusCode}` };
        if (Number(one(headers['content-length'])) > maxBytes) return { type: 'tooBig' };
        const bytes = await readUpTo(body, maxBytes);
        return bytes
          ? { type: 'bytes', bytes, url, disposition: one(headers['content-disposition']) }
          : { type: 'tooBig' };
      } finally {
        body.destroy();
      }
    }
    return { type: 'forbidden' };
  } catch (error) {
    return isForbidden(error) ? { type: 'forbidden' } : { type: 'failed', why: nameOf(error) };
  }
}

/** Over https on its usual port, without a password in it. Where it leads is checked when it is connected to. */
const isAcceptable = ({ protocol, port, username, password }: URL): boolean =>
  protocol === 'https:' && port === '' && username === '' && password === '';

async function readUpTo(body: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

const one = (header: string | string[] | undefined): string =>
  Array.isArray(header) ? (header[0] ?? '') : (header ?? '');

function isForbidden(error: unknown): boolean {
  if (error instanceof ForbiddenAddress) return true;
  if (error instanceof AggregateError) return error.errors.some(isForbidden);
  return error instanceof Error && error.cause !== undefined && isForbidden(error.cause);
}

/** Names and codes only: messages may hold the URL, which is a key to the file. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
