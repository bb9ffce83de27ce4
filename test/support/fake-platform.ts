import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call as it came in. `body` is parsed JSON, a form as an object, of an upload its parts as `Upload`, or the text itself. */
export type SentCall = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: unknown;
};

/** Parts of a form by name: texts, and files as `{ name, mime, bytes }`. */
export type Upload = Record<string, string | { name: string; mime: string; bytes: Buffer }>;

/**
 * How one call is answered in place of the usual way. `hang`: never; `cut`: read, then the connection is broken.
 * A string body goes out as it is, anything else as JSON.
 */
export type ScriptedAnswer = { status?: number; headers?: Record<string, string>; body?: unknown } | 'hang' | 'cut';

export type FakePlatform = {
  /** `http://127.0.0.1:<port>`, for Graph, Zalo OpenAPI and Zalo OAuth alike. */
  url: string;
  /** All calls so far, oldest first. */
  calls: SentCall[];
  /** Answers the next call that is not scripted yet; several are taken in order. */
  answerNext(...answers: ScriptedAnswer[]): void;
  /** The pair that Zalo takes now. A refresh token works once; the old access token dies with it. */
  zalo: { accessToken: string; refreshToken: string; refreshes: number };
  close(): Promise<void>;
};

/** Plays graph.facebook.com, openapi.zalo.me and oauth.zaloapp.com on one loopback port, as messenger.md §3 and zalo.md §2, §5 say. */
export async function startFakePlatform(): Promise<FakePlatform> {
  const calls: SentCall[] = [];
  const scripted: ScriptedAnswer[] = [];
  const zalo = { accessToken: 'access-1', refreshToken: 'refresh-1', refreshes: 0 };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    const { method = 'GET', headers } = request;
    const body = await readBody(await readAll(request), headers);
    const call: SentCall = { method, path: url.pathname, query: url.searchParams, headers, body };
    calls.push(call);
    const next = scripted.shift();
    if (next === 'hang') return;
    if (next === 'cut') {
      request.socket.destroy();
      return;
    }
    const answer = next ?? usual(call);
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
    response.end(text);
  }

  function usual(call: SentCall): Exclude<ScriptedAnswer, string> {
    if (call.path === '/v4/oa/access_token') return refresh(call);
    if (call.path.startsWith('/v3.0/oa/') || call.path.startsWith('/v2.0/oa/')) return openApi(call);
    return graph(call);
  }

  function refresh({ body, headers }: SentCall): Exclude<ScriptedAnswer, string> {
    const form = body as Record<string, string>;
    if (form['refresh_token'] !== zalo.refreshToken || !headers['secret_key'])
      return { body: { error: -14999, error_name: 'invented', error_description: 'invented' } };
    zalo.refreshes += 1;
    zalo.accessToken = `access-${zalo.refreshes + 1}`;
    zalo.refreshToken = `refresh-${zalo.refreshes + 1}`;
    const { accessToken: access_token, refreshToken: refresh_token } = zalo;
    return { body: { access_token, refresh_token, expires_in: '90000' } };
  }

  function openApi({ path, headers, body }: SentCall): Exclude<ScriptedAnswer, string> {
    if (headers['access_token'] !== zalo.accessToken)
      return { body: { error: -216, message: 'Access token is invalid' } };
    if (path.startsWith('/v2.0/oa/upload/')) {
      const id = `upload-${calls.length}`;
      return { body: { data: path.endsWith('/file') ? { token: id } : { attachment_id: id }, error: 0 } };
    }
    const { recipient } = body as { recipient?: { user_id?: string } };
    const data = { message_id: `z${calls.length}`, user_id: recipient?.user_id, quota: { quota_type: 'reply' } };
    return { body: { data, error: 0, message: 'Success' } };
  }

  function graph({ path, body }: SentCall): Exclude<ScriptedAnswer, string> {
    if (path.endsWith('/messenger_profile')) return { body: { result: 'success' } };
    if (path.endsWith('/subscribed_apps')) return { body: { success: true } };
    if (path.endsWith('/message_attachments')) return { body: { attachment_id: `upload-${calls.length}` } };
    const { recipient, message } = body as { recipient?: { id?: string }; message?: unknown };
    const answer = { recipient_id: recipient?.id };
    return { body: message === undefined ? answer : { ...answer, message_id: `m_${calls.length}` } };
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    answerNext: (...answers) => scripted.push(...answers),
    zalo,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function readBody(bytes: Buffer, headers: IncomingHttpHeaders): Promise<unknown> {
  const type = headers['content-type'] ?? '';
  if (type.startsWith('multipart/form-data')) return readUpload(bytes, type);
  const text = bytes.toString('utf8');
  if (type.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

async function readUpload(bytes: Buffer, contentType: string): Promise<Upload> {
  const parts: Upload = {};
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
  for (const [name, part] of form)
    parts[name] =
      typeof part === 'string'
        ? part
        : { name: part.name, mime: part.type, bytes: Buffer.from(await part.arrayBuffer()) };
  return parts;
}

/** A body as Meta puts it on the wire: non-ASCII and slashes escaped. Signing anything else would hide a faulty check. */
export function messengerBytes(body: unknown): Buffer {
  const escaped = JSON.stringify(body).replace(/[\u0080-\uffff]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return Buffer.from(escaped.replaceAll('/', '\\/'));
}

export function messengerSignature(body: Buffer, appSecret: string): Record<string, string> {
  return { 'x-hub-signature-256': `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}` };
}

/** `timestamp` as it stands in the body. */
export function zaloSignature(
  body: Buffer,
  appId: string,
  oaSecret: string,
  timestamp: string,
): Record<string, string> {
  const hash = createHash('sha256').update(appId).update(body).update(`${timestamp}${oaSecret}`);
  return { 'x-zevent-signature': `mac=${hash.digest('hex')}` };
}
