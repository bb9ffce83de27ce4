import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { ChannelName } from '../core/contact.ts';
import type { Crowd } from './crowd.ts';
import { actRequestSchema, inboxRequestSchema, type Act, type ActFile, type InboxAct } from './acts.ts';
import { MAX_FILE_BYTES } from './files.ts';
import type { MessengerProfile } from './graph-profile.ts';
import type { Inbox } from './inbox.ts';
import type { People, Person } from './people.ts';
import type { Phones } from './phones.ts';
import type { Feed } from './feed.ts';
import { showStanding, toActFile, type Platform } from './platform.ts';
import { readBody, readJsonBody, sendJson } from './respond.ts';
import { isSampleName, makeSample } from './samples.ts';

export type PageApi = {
  platform: Platform & { people: People; feed: Feed };
  phones: Phones;
  inbox: Inbox;
  crowd: Crowd;
  profile(): MessengerProfile;
  /** Codes to try, with what they stand for. */
  examples(): readonly { code: string; label: string }[];
  /** Instants worth a visit, epoch ms. */
  moments(): readonly { at: number; label: string }[];
  /** Null where the clock cannot be set. */
  setClock: ((at: number) => void) | null;
};

const MAX_ACT_BYTES = 512 * 1024;
const YEAR_2100 = 4_102_444_800_000;
const crowdSchema = z.object({ people: z.number().int().min(1).max(200) });
const clockSchema = z.object({ at: z.number().int().min(0).max(YEAR_2100) });

/** What the phone page asks for, below `/simulator/api/`. False when there is no such address. */
export async function servePageApi(
  api: PageApi,
  path: string,
  query: URLSearchParams,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<boolean> {
  switch (`${req.method} ${path}`) {
    case 'POST people':
      sendJson(res, 200, newPeople(api));
      return true;
    case 'GET feed':
      watch(api, query, req, res);
      return true;
    case 'GET account':
      sendJson(res, 200, account(api));
      return true;
    case 'POST act':
      await act(api, req, res);
      return true;
    case 'POST inbox':
      await actInInbox(api, req, res);
      return true;
    case 'POST crowd':
      await gather(api, req, res);
      return true;
    case 'GET crowd':
      sendJson(res, 200, { left: api.crowd.left() });
      return true;
    case 'POST clock':
      await setClock(api, req, res);
      return true;
    case 'POST files':
      await upload(api, query, req, res);
      return true;
    case 'POST samples':
      sample(api, query, res);
      return true;
    default:
      return false;
  }
}

const account = ({ profile, examples, moments, platform, setClock: set }: PageApi) => ({
  profile: profile(),
  examples: examples(),
  moments: moments(),
  now: platform.clock.now(),
  clockCanBeSet: set !== null,
});

async function gather(api: PageApi, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const body = await readBody(req, MAX_ACT_BYTES);
  const read = crowdSchema.safeParse(body === null ? null : readJsonBody(body));
  if (!read.success) return sendJson(res, 400, { error: 'not a number of people' });
  sendJson(res, 202, { left: api.crowd.come(read.data.people) });
}

async function setClock(api: PageApi, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const body = await readBody(req, MAX_ACT_BYTES);
  const read = clockSchema.safeParse(body === null ? null : readJsonBody(body));
  if (!read.success || !api.setClock) return sendJson(res, 400, { error: 'not a time' });
  api.setClock(read.data.at);
  api.platform.feed.tellTime();
  sendJson(res, 200, {});
}

/** A new visitor: a session, and a person on each platform. */
function newPeople({ platform }: PageApi): { session: string; zalo: string; messenger: string } {
  const session = randomBytes(16).toString('base64url');
  const id = (channel: ChannelName): string => {
    const person = platform.people.issue(channel);
    person.session = session;
    return person.id;
  };
  return { session, zalo: id('zalo'), messenger: id('messenger') };
}

/** The person, bound to the page's session: after a restart of ours the page says who is who. */
function personOf({ platform }: PageApi, channel: ChannelName, id: string, session: string): Person | null {
  const person = platform.people.find(channel, id);
  if (!person || (person.session !== null && person.session !== session)) return null;
  person.session = session;
  return person;
}

function watch(api: PageApi, query: URLSearchParams, req: IncomingMessage, res: ServerResponse): void {
  const session = query.get('session') ?? '';
  const people = (['zalo', 'messenger'] as const).map((channel) =>
    personOf(api, channel, query.get(channel) ?? '', session),
  );
  if (session.length < 8 || people.includes(null)) {
    sendJson(res, 404, { error: 'unknown people' });
    return;
  }
  const lastId = req.headers['last-event-id'];
  api.platform.feed.watch(session, typeof lastId === 'string' ? lastId : (query.get('after') ?? ''), res);
  for (const person of people) if (person) showStanding(api.platform, person);
}

async function act(api: PageApi, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const body = await readBody(req, MAX_ACT_BYTES);
  const read = actRequestSchema.safeParse(body === null ? null : readJsonBody(body));
  if (!read.success) return sendJson(res, 400, { error: 'not an act' });
  const person = personOf(api, read.data.phone, read.data.person, read.data.session);
  if (!person) return sendJson(res, 404, { error: 'unknown person' });
  const files = filesOf(api, read.data.act);
  if (!files) return sendJson(res, 404, { error: 'unknown file' });
  api.phones.act(person, read.data.act, files, read.data.switches);
  sendJson(res, 202, {});
}

async function actInInbox(api: PageApi, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const body = await readBody(req, MAX_ACT_BYTES);
  const read = inboxRequestSchema.safeParse(body === null ? null : readJsonBody(body));
  if (!read.success) return sendJson(res, 400, { error: 'not an act' });
  const person = personOf(api, read.data.phone, read.data.person, read.data.session);
  if (!person) return sendJson(res, 404, { error: 'unknown person' });
  const files = filesOf(api, read.data.act);
  if (!files) return sendJson(res, 404, { error: 'unknown file' });
  api.inbox.act(person, read.data.act, files);
  sendJson(res, 202, {});
}

/** Null when a file is not kept any more. */
function filesOf({ platform }: PageApi, act: Act | InboxAct): ActFile[] | null {
  if (act.type === 'voice') {
    const { name, mime, bytes } = makeSample('voice');
    return [toActFile(platform, platform.files.add(name, mime, bytes))];
  }
  if (act.type !== 'files') return [];
  const found: ActFile[] = [];
  for (const { id } of act.files) {
    const file = platform.files.get(id);
    if (!file) return null;
    found.push(toActFile(platform, file));
  }
  return found;
}

async function upload(api: PageApi, query: URLSearchParams, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const bytes = await readBody(req, MAX_FILE_BYTES);
  if (bytes === null) return sendJson(res, 413, { error: 'too large' });
  const file = api.platform.files.add(query.get('name') ?? 'file', req.headers['content-type'] ?? '', bytes);
  sendJson(res, 200, { id: file.id });
}

function sample(api: PageApi, query: URLSearchParams, res: ServerResponse): void {
  const name = query.get('name') ?? '';
  if (!isSampleName(name)) return sendJson(res, 404, { error: 'unknown sample' });
  const made = makeSample(name);
  sendJson(res, 200, { id: api.platform.files.add(made.name, made.mime, made.bytes).id });
}
