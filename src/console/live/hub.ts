import { describeError } from '../../base/errors.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Lang } from '../../core/campaign.ts';
import { mayReach, type Staff } from '../../core/staff.ts';
import type { World } from '../../engine/flow.ts';
import type { ContactDoc } from '../../stores/mongo/contacts.ts';
import type { InboxStore } from '../../stores/mongo/inbox.ts';
import type { PresenceStore } from '../../stores/redis/presence.ts';
import { isOverdue, toRow } from '../api/row-view.ts';
import type { LiveConversation, LiveInbox, PresenceView, Row } from '../api/types.ts';
import { countsOf, scopes, type Scopes } from './scopes.ts';

/** A page that listens. */
export type LiveClient = {
  staff: Staff;
  lang: Lang;
  /** The conversation on screen, which its staff may reach. */
  contact: string | null;
  send(event: 'hello' | 'inbox' | 'conversation' | 'presence', data: unknown): void;
  end(): void;
};

export type LiveHub = {
  /** Tells the client where things stand and from then on what changes. Gives how to leave. */
  join(client: LiveClient): () => void;
  /** Something is new in these conversations. */
  onNews(contacts: Iterable<string>): void;
  /** Something may have gone unheard. */
  onGap(): void;
  /** Somebody came to look at this conversation, or went. */
  onPresence(contact: string): void;
  close(): void;
};

export type LiveOptions = {
  world: World;
  inbox: InboxStore;
  presence: Pick<PresenceStore, 'list'>;
  /** The product's. */
  clock: Clock;
  /** The real one, by which presence ends. */
  realClock: Clock;
  log: Log;
  /** Between two messages to a client, and between two looks for conversations that staff left waiting. */
  pauseMs?: number;
  remindMs?: number;
};

const PAUSE_MS = 250;
const REMIND_MS = 30_000;
const RETRY_MS = 2000;
/** Rows at a time; what is more in a surge is seen when the list is loaded again. */
const MAX_ROWS = 60;
const MAX_READ = 500;

/**
 * Tells the pages that listen to this process what changed, each what its staff may see. News are gathered, so that each
 * change is looked up once for all of them, and nobody gets more than a few messages a second.
 */
export function makeLiveHub(options: LiveOptions): LiveHub {
  const { world, inbox, presence, clock, realClock, log, pauseMs = PAUSE_MS, remindMs = REMIND_MS } = options;
  const clients = new Set<LiveClient>();
  const known: Scopes = scopes();
  const reminded = new Map<string, number>();
  let changed = new Set<string>();
  let visited = new Set<string>();
  let greeting = new Set<LiveClient>();
  let running = false;
  let closed = false;
  let nextAt = 0;
  let timer: NodeJS.Timeout | undefined;

  function schedule(): void {
    if (closed || running || timer || (changed.size === 0 && visited.size === 0 && greeting.size === 0)) return;
    timer = setTimeout(() => void flush(), Math.max(0, nextAt - performance.now()));
  }

  async function flush(): Promise<void> {
    timer = undefined;
    running = true;
    const [contacts, seats, newcomers] = [changed, visited, greeting];
    [changed, visited, greeting] = [new Set(), new Set(), new Set()];
    let wait = pauseMs;
    try {
      if (clients.size > 0) {
        if (newcomers.size > 0) await greet(newcomers);
        if (contacts.size > 0) await tell([...contacts]);
        for (const contact of seats) await tellPresence(contact);
      }
    } catch (error) {
      log.warn(describeError(error), 'pages of the console could not be told what changed');
      // told again when the stores are back
      for (const contact of contacts) changed.add(contact);
      for (const contact of seats) visited.add(contact);
      for (const client of newcomers) if (clients.has(client)) greeting.add(client);
      wait = RETRY_MS;
    }
    running = false;
    nextAt = performance.now() + wait;
    schedule();
  }

  async function greet(newcomers: Iterable<LiveClient>): Promise<void> {
    const open = await inbox.open();
    for (const client of newcomers) client.send('hello', { counts: countsOf(open, client.staff) });
  }

  async function tell(contacts: string[]): Promise<void> {
    const listed = contacts.slice(-MAX_READ);
    const docs = new Map((await inbox.read(listed)).map((doc) => [doc._id, doc]));
    const shown = pick([...docs.values()].filter(isSeen));
    const last = await inbox.lastLines(shown.map(({ _id }) => _id));
    const rows = { vi: new Map<string, Row>(), en: new Map<string, Row>() };
    const at = clock.now();
    const rowOf = (doc: ContactDoc, lang: Lang): Row => {
      const made = rows[lang].get(doc._id) ?? toRow(world, doc, last.get(doc._id), at, lang);
      rows[lang].set(doc._id, made);
      return made;
    };
    const open = await inbox.open();
    const before = new Map(listed.map((contact) => [contact, known.of(contact)]));
    for (const contact of listed) known.keep(contact, docs.get(contact)?.units ?? null);
    for (const client of clients) {
      const { staff, lang } = client;
      const reach = (units: readonly string[] | null | undefined): boolean => !!units && mayReach(staff, units);
      const told: LiveInbox = {
        rows: shown.filter(({ units }) => reach(units)).map((doc) => rowOf(doc, lang)),
        gone: listed.filter((contact) => reach(before.get(contact)) && !reach(docs.get(contact)?.units)),
        counts: countsOf(open, staff),
      };
      if (told.rows.length > 0 || told.gone.length > 0) client.send('inbox', told);
      const { contact } = client;
      if (contact !== null && reach(docs.get(contact)?.units)) {
        client.send('conversation', { contact } satisfies LiveConversation);
      }
    }
  }

  const isSeen = ({ units }: ContactDoc): boolean => [...clients].some(({ staff }) => mayReach(staff, units));

  async function tellPresence(contact: string): Promise<void> {
    const watching = [...clients].filter((client) => client.contact === contact);
    if (watching.length === 0) return;
    const list = (await presence.list(contact, realClock.now())).map(toPresence);
    for (const client of watching) client.send('presence', { presence: list });
  }

  /** Time alone makes a conversation one that was left waiting: nobody does anything then, so it is looked for. */
  async function remind(): Promise<void> {
    if (clients.size === 0) return;
    const at = clock.now();
    const open = await inbox.open();
    const late = new Map(open.filter((one) => isOverdue(world, one, at)).map((one) => [one._id, +one.lastSeenAt]));
    for (const [contact, since] of late) if (reminded.get(contact) !== since) changed.add(contact);
    reminded.clear();
    for (const [contact, since] of late) reminded.set(contact, since);
    schedule();
  }
  const reminder = setInterval(() => {
    remind().catch((error: unknown) => log.warn(describeError(error), 'late conversations could not be looked for'));
  }, remindMs);
  reminder.unref();

  return {
    join(client) {
      clients.add(client); // first: what changes from now on reaches it, after the greeting or instead of it
      greeting.add(client);
      if (client.contact !== null) visited.add(client.contact);
      schedule();
      return () => void clients.delete(client);
    },
    onNews(contacts) {
      if (clients.size === 0) return;
      for (const contact of contacts) changed.add(contact);
      schedule();
    },
    onGap() {
      known.clear();
      for (const client of clients) greeting.add(client);
      schedule();
    },
    onPresence(contact) {
      if (clients.size === 0) return;
      visited.add(contact);
      schedule();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      clearInterval(reminder);
      for (const client of clients) client.end();
      clients.clear();
    },
  };
}

export const toPresence = ({ staff, name, since }: PresenceView): PresenceView => ({ staff, name, since });

/** Who waits or is held comes first, then whoever did something last. */
function pick(docs: ContactDoc[]): ContactDoc[] {
  if (docs.length <= MAX_ROWS) return docs;
  const rank = ({ owner, humanAskedAt }: ContactDoc): number => (owner.type === 'staff' || humanAskedAt ? 1 : 0);
  return docs.toSorted((a, b) => rank(b) - rank(a) || +b.lastSeenAt - +a.lastSeenAt).slice(0, MAX_ROWS);
}
