import type { ServerResponse } from 'node:http';
import type { ChannelName } from '../../src/core/contact.ts';

/**
 * What may go wrong with one send. Up to `malformed` the message is not accepted; from `resetAfter` to `malformedAfter` it is
 * accepted and its answer is lost.
 * `status429`: HTTP 429, with `Retry-After` where `retryAfterSeconds` says. `rateCode`: Zalo -32, Messenger 4 or 613, no header.
 * `rateHeaders`: Zalo -32 with `X-RateLimit-Remain: 0`, Messenger 80006 with `X-Business-Use-Case-Usage`.
 * `serverError`: 502 with a page of HTML. `temporary`: Zalo -200, Messenger 1200/2018024.
 * `tokenExpired`: Zalo's access token dies (-220) until it is renewed; Messenger 190/463 for this call.
 */
export const REFUSALS = [
  'status429',
  'rateCode',
  'rateHeaders',
  'serverError',
  'temporary',
  'tokenExpired',
  'resetBefore',
  'malformed',
] as const;
export const LOSSES = ['resetAfter', 'hangAfter', 'serverErrorAfter', 'malformedAfter'] as const;
export type Refusal = (typeof REFUSALS)[number];
export type Loss = (typeof LOSSES)[number];
export type FaultKind = Refusal | Loss | 'slow';

/** Zalo: -213, -230. Messenger: 551/1545041, 10/2018278. */
export type PersonFault = 'blocked' | 'windowClosed';

export type Faults = {
  /** Probability of each kind per send; together at most 1. */
  zalo?: Partial<Record<FaultKind, number>>;
  messenger?: Partial<Record<FaultKind, number>>;
  /** What one person's sends come to, before the dice are thrown. */
  person?(channel: ChannelName, user: string): PersonFault | null;
  /** Probability that Zalo's OAuth server answers 503, or renews and breaks the connection: then the pair is lost. */
  oauthDown?: number;
  oauthLost?: number;
  /** For `status429`; null = no header. 1 when missing. */
  retryAfterSeconds?: number | null;
  /** For `rateHeaders` of Messenger, in minutes. 1 when missing. */
  regainMinutes?: number;
  /** How long a `slow` answer takes. 500 when missing. */
  slowMs?: number;
};

/** One throw of the dice; null: all goes well. */
export function rollFault(faults: Faults, channel: ChannelName, random: () => number): FaultKind | null {
  const rates = faults[channel];
  if (!rates) return null;
  let left = random();
  for (const [kind, rate] of Object.entries(rates)) {
    left -= rate;
    if (left < 0) return kind as FaultKind; // its own keys are such
  }
  return null;
}

export type Answer = { status: number; headers: Record<string, string>; body: string };

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

export const zaloError = (error: number, message: string, headers: Record<string, string> = {}): Answer =>
  answer(200, { error, message }, headers);

export function graphError(
  code: number,
  subcode?: number,
  more: { status?: number; headers?: Record<string, string> } = {},
): Answer {
  const error = { message: `(#${code}) invented`, type: 'OAuthException', code, fbtrace_id: 'A0' };
  const body = { error: subcode === undefined ? error : { ...error, error_subcode: subcode } };
  return answer(more.status ?? 400, body, more.headers);
}

/** A page of a proxy in between. */
const PAGE_OF_HTML = '<html><body>Bad Gateway</body></html>';
/** JSON that ends in the middle. */
const TORN = '{"data":{"message_id":';

/** What a refused send is answered with; null: its connection is broken. Source: zalo.md §3.4, §4; messenger.md §8. */
export function refusal(
  kind: Refusal,
  channel: ChannelName,
  faults: Faults,
  pageId: string,
  dice: number,
): Answer | null {
  const isZalo = channel === 'zalo';
  switch (kind) {
    case 'status429': {
      const { retryAfterSeconds: seconds = 1 } = faults;
      return answer(429, '', seconds === null ? {} : { 'retry-after': String(seconds) });
    }
    case 'rateCode':
      if (isZalo) return zaloError(-32, 'Your application reached limit call api');
      return graphError(dice < 0.5 ? 4 : 613);
    case 'rateHeaders': {
      if (isZalo)
        return zaloError(-32, 'Your OA reached limit call api', {
          'x-ratelimit-limit': '4000',
          'x-ratelimit-remain': '0',
        });
      const row = { type: 'messenger', call_count: 100, total_cputime: 20, total_time: 22 };
      const usage = { [pageId]: [{ ...row, estimated_time_to_regain_access: faults.regainMinutes ?? 1 }] };
      return graphError(80006, undefined, { headers: { 'x-business-use-case-usage': JSON.stringify(usage) } });
    }
    case 'serverError':
      return answer(502, PAGE_OF_HTML, { 'content-type': 'text/html' });
    case 'temporary':
      return isZalo ? zaloError(-200, 'Send message failed') : graphError(1200, 2018024, { status: 500 });
    case 'tokenExpired':
      if (isZalo) return zaloError(-220, 'access_token is expired or removed');
      return graphError(190, 463, { status: 401 });
    case 'malformed':
      return answer(200, TORN);
    case 'resetBefore':
      return null;
  }
}

/** What goes out in place of the answer of an accepted send; null: the connection is broken; undefined: nothing, ever. */
export function lossAnswer(kind: Loss): Answer | null | undefined {
  switch (kind) {
    case 'resetAfter':
      return null;
    case 'hangAfter':
      return undefined;
    case 'serverErrorAfter':
      return answer(502, PAGE_OF_HTML, { 'content-type': 'text/html' });
    case 'malformedAfter':
      return answer(200, TORN);
  }
}

export function personAnswer(fault: PersonFault, channel: ChannelName): Answer {
  if (channel === 'zalo')
    return fault === 'blocked'
      ? zaloError(-213, 'User has not followed OA')
      : zaloError(-230, 'User has not interacted with the OA in the past 7 days');
  return fault === 'blocked' ? graphError(551, 1545041) : graphError(10, 2018278);
}

export const isRefusal = (kind: FaultKind | null): kind is Refusal => REFUSALS.some((one) => one === kind);
export const isLoss = (kind: FaultKind | null): kind is Loss => LOSSES.some((one) => one === kind);

/** Null breaks the connection without a word. */
export function giveAnswer(response: ServerResponse, given: Answer | null): void {
  if (given === null) {
    const { socket } = response;
    if (socket && 'resetAndDestroy' in socket) socket.resetAndDestroy();
    return;
  }
  response.writeHead(given.status, given.headers);
  response.end(given.body);
}

export const okZalo = (messageId: string, user: string): Answer =>
  answer(200, {
    data: { message_id: messageId, user_id: user, sent_time: String(Date.now()), quota: { quota_type: 'reply' } },
    error: 0,
    message: 'Success',
  });
export const okGraph = (messageId: string, user: string): Answer =>
  answer(200, { recipient_id: user, message_id: messageId });
export const okJson = (body: unknown): Answer => answer(200, body);
