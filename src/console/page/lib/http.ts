import { keepServerClock } from './clock.ts';

/** Where the console is served; routes of the page and of its API lie below. */
export const BASE = '/console';
/** The product's clock, epoch ms. */
const CLOCK_HEADER = 'x-clock';

/** An answer that is not a success. `text` is for people where the server gave one, else ''. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** 0 = no answer at all. */
  readonly status: number;
  /** The server's words for what is wrong, from the nearest to the most general; none where it gave none. */
  readonly words: readonly string[];
  readonly text: string;
  readonly retryAfterSeconds: number | null;

  constructor(status: number, words: readonly string[], text: string, retryAfterSeconds: number | null) {
    super(`${status} ${words.join(' ')}`);
    this.status = status;
    this.words = words;
    this.text = text;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
type Params = Readonly<Record<string, string | number | null | undefined>>;

let csrf = '';
let onSignedOut: () => void = () => {};

/** The token of the session, sent with everything that changes something. */
export function keepCsrfToken(token: string): void {
  csrf = token;
}

/** Called when an answer says that the session is over. */
export function whenSignedOut(act: () => void): void {
  onSignedOut = act;
}

/** A path below the API with its parameters; '' and null are left out. */
export function apiPath(path: string, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== null && value !== undefined && value !== '') query.set(name, String(value));
  }
  const tail = query.toString();
  return `${BASE}/api${path}${tail ? `?${tail}` : ''}`;
}

/**
 * Asks the API. A body is sent as JSON, a `Blob` as it is; `signal` lets go of the answer. Throws ApiError for every answer but 2xx.
 */
export async function call<T>(
  method: Method,
  path: string,
  params?: Params,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  return (await callWithStatus<T>(method, path, params, body, signal)).body;
}

export async function callWithStatus<T>(
  method: Method,
  path: string,
  params?: Params,
  body?: unknown,
  signal?: AbortSignal,
): Promise<{ status: number; body: T }> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (method !== 'GET') headers['x-csrf-token'] = csrf;
  let sent: BodyInit | null = null;
  if (body instanceof Blob) {
    headers['content-type'] = body.type || 'application/octet-stream';
    sent = body;
  } else if (body !== undefined) {
    headers['content-type'] = 'application/json';
    sent = JSON.stringify(body);
  }
  const asked = { method, headers, body: sent, ...(signal && { signal }) };
  const answer = await fetch(apiPath(path, params), asked).catch(() => null);
  if (!answer) throw new ApiError(0, ['unreachable'], '', null);
  const clock = Number(answer.headers.get(CLOCK_HEADER) ?? Number.NaN);
  if (Number.isFinite(clock)) keepServerClock(clock);
  const read = (await answer.json().catch(() => null)) as unknown;
  if (answer.ok) return { status: answer.status, body: read as T };
  if (answer.status === 401 && !path.startsWith('/session')) onSignedOut();
  throw toApiError(answer, read);
}

function toApiError(answer: Response, read: unknown): ApiError {
  const facts = (typeof read === 'object' && read !== null ? read : {}) as Record<string, unknown>;
  const word = (name: string): string => (typeof facts[name] === 'string' ? facts[name] : '');
  const wait = Number(answer.headers.get('retry-after') ?? Number.NaN);
  return new ApiError(
    answer.status,
    [word('why'), word('error')].filter(Boolean),
    word('text'),
    Number.isFinite(wait) ? wait : null,
  );
}
