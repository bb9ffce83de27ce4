import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChannelName } from '../../src/core/contact.ts';
import { ACCOUNTS, platformEnv } from './platforms-accounts.ts';
import { makeEchoes, type EchoSetting } from './platforms-echo.ts';
import {
  giveAnswer,
  graphError,
  isLoss,
  isRefusal,
  lossAnswer,
  okGraph,
  okJson,
  okZalo,
  personAnswer,
  refusal,
  rollFault,
  zaloError,
  type Answer,
  type FaultKind,
  type Faults,
  type PersonFault,
} from './platforms-faults.ts';

/** A message that its person got. */
export type Accepted = {
  channel: ChannelName;
  user: string;
  text: string;
  messageId: string;
  /** Epoch ms. */
  at: number;
  /** `lost`: the sender cannot have read the answer. It may become so later, when the connection ends before the answer is out. */
  answer: 'ok' | 'lost';
  /** When the answer was handed to the operating system; a process killed right after it may not have read it. Null: never. */
  answeredAt: number | null;
};

/** A message that its person did not get. */
export type Refused = { channel: ChannelName; user: string; text: string; why: Why; at: number };
export type Why = FaultKind | PersonFault | 'badToken' | 'tooLong';

export type PlatformsOptions = {
  /** 0 <= x < 1, from a printed seed. */
  random(): number;
  /** The product's clock, for the times in echoes; the real one when missing. */
  now?(): number;
  faults?: Faults;
  /** Asked before the dice: what this send comes to, null = leave it to the dice. */
  strike?(send: { channel: ChannelName; user: string; text: string }): FaultKind | null;
  /** Missing or null: no echo is ever sent. */
  echo?: EchoSetting | null;
  /** After a message was accepted, before its answer goes out: the place for killing whoever waits for it. */
  beforeAnswer?(message: Accepted): void | Promise<void>;
  onAccepted?(message: Accepted): void;
  onRefused?(message: Refused): void;
  /** False: `accepted` and `refused` stay empty, for runs that keep their own books. */
  keep?: boolean;
};

/** Graph, Zalo OpenAPI and Zalo OAuth on one loopback port, with their faults. */
export type Platforms = {
  /** `http://127.0.0.1:<port>`. */
  url: string;
  /** Environment of a product process that is to use them, with the token pair of now. */
  env(): Record<string, string>;
  /** In the order of acceptance. */
  accepted: readonly Accepted[];
  /** The newest at most `MOST_REFUSED`. */
  refused: readonly Refused[];
  /** All there ever were, whether kept or not. */
  counts: Readonly<{
    accepted: number;
    lost: number;
    refused: ReadonlyMap<Why, number>;
    refreshes: number;
    badRefreshes: number;
  }>;
  /** Takes the place of all faults so far. */
  setFaults(faults: Faults): void;
  /** Null: no echoes from now on; those under way still arrive. */
  setEcho(echo: EchoSetting | null): void;
  echoesWaiting(): number;
  zalo: {
    /** The access token is refused (-220) from now on, until somebody renews it. */
    expireAccess(): void;
    /** As when the admin withdraws the grant: both tokens are dead, a renewal is refused. */
    revoke(): void;
    /** A new grant by an admin: the pair to configure. The old pair is dead. */
    grant(): { access: string; refresh: string };
  };
  messenger: { setTokenValid(valid: boolean): void };
  close(): Promise<void>;
};

const MOST_REFUSED = 100_000;
const TEXT_LIMIT = 2000;
/** Different texts kept once each; the product says the same few hundred sentences over and over. */
const MOST_TEXTS = 20_000;

/** Started processes may be pointed to it with `env()`. Memory: one small record an accepted message, none with `keep: false`. */
export async function startPlatforms(options: PlatformsOptions): Promise<Platforms> {
  const { random, beforeAnswer, keep = true, now = Date.now } = options;
  const accepted: Accepted[] = [];
  const refused: Refused[] = [];
  const texts = new Map<string, string>();
  const counts = { accepted: 0, lost: 0, refused: new Map<Why, number>(), refreshes: 0, badRefreshes: 0 };
  const salt = Math.floor(random() * 2 ** 32).toString(16);
  let faults: Faults = options.faults ?? {};
  let echoes = options.echo ? makeEchoes(options.echo, random, now) : null;
  const formerEchoes: NonNullable<typeof echoes>[] = [];
  let grants = 1;
  let access = 'access-1-0';
  let refresh = 'refresh-1-0';
  let accessDead = false;
  let revoked = false;
  let pageTokenValid = true;

  /** The same string for the same words, so that a long run keeps each once. */
  function once(text: string): string {
    const known = texts.get(text);
    if (known !== undefined) return known;
    if (texts.size < MOST_TEXTS) texts.set(text, text);
    return text;
  }

  function lose(message: Accepted): void {
    if (message.answer === 'lost') return;
    message.answer = 'lost';
    counts.lost++;
  }

  function refuse(send: Send, why: Why, given: Answer | null, response: ServerResponse): void {
    const { channel, user, text } = send;
    const message = { channel, user: once(user), text: once(text), why, at: Date.now() };
    counts.refused.set(why, (counts.refused.get(why) ?? 0) + 1);
    if (keep) refused.push(message);
    if (refused.length > MOST_REFUSED * 1.1) refused.splice(0, refused.length - MOST_REFUSED);
    options.onRefused?.(message);
    giveAnswer(response, given);
  }

  async function takeSend(send: Send, isTokenGood: boolean, response: ServerResponse): Promise<void> {
    const { channel, user, text } = send;
    const isZalo = channel === 'zalo';
    if (!isTokenGood) {
      const why = isZalo ? zaloError(accessDead ? -220 : -216, 'Access token') : graphError(190, 463, { status: 401 });
      return refuse(send, 'badToken', why, response);
    }
    if (text.length > TEXT_LIMIT)
      return refuse(send, 'tooLong', isZalo ? zaloError(-210, 'too long') : graphError(100), response);
    const person = faults.person?.(channel, user) ?? null;
    if (person) return refuse(send, person, personAnswer(person, channel), response);
    const fault = options.strike?.(send) ?? rollFault(faults, channel, random);
    if (isRefusal(fault)) {
      if (fault === 'tokenExpired' && isZalo) accessDead = true;
      return refuse(send, fault, refusal(fault, channel, faults, ACCOUNTS.messenger.pageId, random()), response);
    }
    counts.accepted++;
    const messageId = isZalo
      ? `${salt}${counts.accepted.toString(16).padStart(12, '0')}`
      : `m_${salt}_${counts.accepted}`;
    const message: Accepted = {
      channel,
      user: once(user),
      text: once(text),
      messageId,
      at: Date.now(),
      answer: 'ok',
      answeredAt: null,
    };
    if (isLoss(fault)) lose(message);
    if (keep) accepted.push(message);
    options.onAccepted?.(message);
    echoes?.emit({ channel, user, text, messageId, metadata: send.metadata });
    response.once('finish', () => (message.answeredAt = Date.now()));
    response.once('close', () => {
      if (message.answeredAt === null) lose(message);
    });
    const doing = beforeAnswer?.(message);
    // the end of a killed process's connection is heard a moment after its death
    if (doing) await doing.then(() => new Promise((wait) => setTimeout(wait, 5)));
    if (fault === 'slow') await new Promise((wait) => setTimeout(wait, faults.slowMs ?? 500));
    if (response.closed) return;
    if (!isLoss(fault)) return giveAnswer(response, isZalo ? okZalo(messageId, user) : okGraph(messageId, user));
    const given = lossAnswer(fault);
    if (given !== undefined) giveAnswer(response, given);
  }

  function renew(form: URLSearchParams, secretKey: unknown): Answer | null {
    const dice = random();
    if (dice < (faults.oauthDown ?? 0)) return { status: 503, headers: {}, body: 'invented' };
    const { appId, appSecret } = ACCOUNTS.zalo;
    const isGood = form.get('refresh_token') === refresh && form.get('app_id') === appId && secretKey === appSecret;
    if (revoked || !isGood) {
      counts.badRefreshes++;
      return okJson({ error: -14999, error_name: 'invented', error_description: 'invented' });
    }
    counts.refreshes++;
    accessDead = false;
    access = `access-${grants}-${counts.refreshes}`;
    refresh = `refresh-${grants}-${counts.refreshes}`;
    if (dice < (faults.oauthDown ?? 0) + (faults.oauthLost ?? 0)) return null;
    return okJson({ access_token: access, refresh_token: refresh, expires_in: '90000' });
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const body = await readAll(request);
    const { headers } = request;
    if (path === '/v4/oa/access_token') {
      giveAnswer(response, renew(new URLSearchParams(body), headers['secret_key']));
      return;
    }
    if (path.endsWith('/v3.0/oa/message/cs')) {
      const { recipient, message } = JSON.parse(body) as ZaloBody;
      const send = { channel: 'zalo' as const, user: recipient.user_id, text: message.text ?? '', metadata: '' };
      return takeSend(send, headers['access_token'] === access && !accessDead && !revoked, response);
    }
    if (path.endsWith(`/${ACCOUNTS.messenger.pageId}/messages`)) {
      const { recipient, message } = JSON.parse(body) as GraphBody;
      if (!message) return giveAnswer(response, okJson({ recipient_id: recipient.id }));
      const { text = '', metadata = '' } = message;
      const isTokenGood = pageTokenValid && headers.authorization === `Bearer ${ACCOUNTS.messenger.pageToken}`;
      return takeSend({ channel: 'messenger', user: recipient.id, text, metadata }, isTokenGood, response);
    }
    giveAnswer(response, okJson({ result: 'success', success: true, error: 0 }));
  }

  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    env: () => platformEnv(url, { access, refresh }),
    accepted,
    refused,
    counts,
    setFaults: (next) => (faults = next),
    setEcho(next) {
      if (echoes) formerEchoes.push(echoes);
      echoes = next && makeEchoes(next, random, now);
    },
    echoesWaiting: () => [...formerEchoes, ...(echoes ? [echoes] : [])].reduce((sum, one) => sum + one.waiting(), 0),
    zalo: {
      expireAccess: () => (accessDead = true),
      revoke: () => (revoked = true),
      grant() {
        grants++;
        revoked = false;
        accessDead = false;
        access = `access-${grants}-${counts.refreshes}`;
        refresh = `refresh-${grants}-${counts.refreshes}`;
        return { access, refresh };
      },
    },
    messenger: { setTokenValid: (valid) => (pageTokenValid = valid) },
    close() {
      for (const one of [...formerEchoes, echoes]) one?.close();
      return new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      });
    },
  };
}

type Send = { channel: ChannelName; user: string; text: string; metadata: string };
type ZaloBody = { recipient: { user_id: string }; message: { text?: string } };
type GraphBody = { recipient: { id: string }; message?: { text?: string; metadata?: string } };

function readAll(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve((chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString('utf8')));
    request.on('error', reject);
  });
}
