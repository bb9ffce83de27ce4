import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import type { Lang } from '../../core/campaign.ts';
import { wordsSought } from '../../core/search-words.ts';
import { scopeOf } from '../../core/staff.ts';
import { reachOf } from '../../content/reach.ts';
import type { World } from '../../engine/flow.ts';
import type { ContactDoc } from '../../stores/mongo/contacts.ts';
import type { InboxCursor, InboxStore } from '../../stores/mongo/inbox.ts';
import { filterInput, langInput, limitInput } from './inputs.ts';
import { ok, route, type ConsoleRoute } from './route.ts';
import { toRow } from './row-view.ts';
import type { InboxPage, Row } from './types.ts';

const MAX_ROWS = 100;
const ROWS = 50;

const queryInput = z.object({
  tab: z.enum(['waiting', 'mine', 'all', 'closed']).default('waiting'),
  campaign: filterInput,
  unit: filterInput,
  channel: filterInput,
  q: z.string().max(200).default(''),
  cursor: z.string().max(500).default('').transform(readCursor),
  limit: limitInput(MAX_ROWS, ROWS),
  lang: langInput,
});

type Parts = { world: World; stores: { inbox: InboxStore }; clock: Clock };

/** The list of conversations. */
export function inboxRoutes({ world, stores, clock }: Parts): ConsoleRoute[] {
  const list = route({
    method: 'GET',
    path: '/conversations',
    access: 'signedIn',
    scope: 'filtered',
    query: queryInput,
    async handle({ staff, query }) {
      const { tab, limit, cursor, lang, q } = query;
      const words = wordsSought(q);
      const sought = q.trim() !== '' && words.length === 0; // signs alone are in nobody's name
      const [found, counts] = await Promise.all([
        sought
          ? { contacts: [], next: null }
          : stores.inbox.page({
              tab,
              staff: staff.id,
              scope: scopeOf(staff),
              words,
              limit,
              ...(query.campaign !== undefined && { campaign: query.campaign }),
              ...(query.unit !== undefined && { unit: reachOf(world, query.unit) }),
              ...(query.channel !== undefined && { channel: query.channel }),
              ...(cursor && { after: cursor }),
            }),
        stores.inbox.counts(staff.id, scopeOf(staff)),
      ]);
      const rows = await toRows(world, stores.inbox, found.contacts, clock.now(), lang);
      const page: InboxPage = { rows, next: found.next && writeCursor(found.next), counts };
      return ok(page);
    },
  });
  return [list];
}

/** In the order of `contacts`. */
export async function toRows(
  world: World,
  inbox: InboxStore,
  contacts: readonly ContactDoc[],
  at: number,
  lang: Lang,
): Promise<Row[]> {
  const last = await inbox.lastLines(contacts.map(({ _id }) => _id));
  return contacts.map((contact) => toRow(world, contact, last.get(contact._id), at, lang));
}

const cursorShape = z.tuple([z.number(), z.string()]);

const writeCursor = ({ at, contact }: InboxCursor): string =>
  Buffer.from(JSON.stringify([at, contact])).toString('base64url');

function readCursor(text: string, context: z.RefinementCtx): InboxCursor | null {
  if (text === '') return null;
  try {
    const [at, contact] = cursorShape.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return { at, contact };
  } catch {
    context.addIssue({ code: 'custom', message: 'no cursor of ours' });
    return z.NEVER;
  }
}
