import { isDeepStrictEqual } from 'node:util';
import type { Session } from '../../src/core/session.ts';
import type { EntryDoc } from '../../src/stores/mongo/entry-doc.ts';
import type { Person } from './people.ts';
import type { Replayed } from './replay.ts';
import type { Accepted } from './platforms.ts';

/** Null when the stored session is that of the replay, else where they part. */
export function sessionFault(stored: Session | null, replayed: Replayed): string | null {
  if (stored === null || replayed.session === null)
    return stored === replayed.session
      ? null
      : `stored ${stored ? 'there' : 'missing'}, replayed ${replayed.session ? 'there' : 'missing'}`;
  // Our own report of fetched files is kept in no record, so the replay cannot know its instant; all it moves is `lastSeenAt`, forward.
  const ours =
    replayed.hadFiles && stored.lastSeenAt > replayed.session.lastSeenAt
      ? { ...replayed.session, lastSeenAt: stored.lastSeenAt }
      : replayed.session;
  const thawed = JSON.parse(JSON.stringify(ours)) as Session;
  const keys = Object.keys({ ...stored, ...thawed }) as (keyof Session)[];
  const apart = keys.filter((key) => !isDeepStrictEqual(stored[key], thawed[key]));
  if (apart.length === 0) return null;
  return apart.map((key) => `${key}: stored ${short(stored[key])}, replayed ${short(thawed[key])}`).join('\n');
}

/** The entries of one person: in MongoDB, in the replay, and as they said. */
export function entryFaults(person: Person, stored: readonly EntryDoc[], replayed: Replayed): string[] {
  const faults: string[] = [];
  if (stored.length !== replayed.entries.length)
    faults.push(`${stored.length} entries in MongoDB, ${replayed.entries.length} in the replay`);
  for (const doc of stored) {
    const twin = replayed.entries.find(({ code }) => code === doc.code);
    if (!twin) {
      faults.push(`entry ${doc.code} is in no replay`);
      continue;
    }
    if (
      !isDeepStrictEqual(
        doc.revisions.map(({ key, answers }) => ({ key, answers })),
        plain(twin.revisions.map(({ key, answers }) => ({ key, answers }))),
      )
    )
      faults.push(
        `entry ${doc.code}: revisions differ from the replay: ${short(doc.revisions)} / ${short(twin.revisions)}`,
      );
    faults.push(...saidFaults(person, doc));
  }
  for (const code of person.progress.codes)
    if (!stored.some((doc) => doc.code === code)) faults.push(`was shown ${code}, which is not in MongoDB`);
  if (person.progress.finished && person.progress.codes.length !== stored.length)
    faults.push(`was shown ${person.progress.codes.length} codes, ${stored.length} entries are in MongoDB`);
  return faults;
}

const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Is it what they typed? */
function saidFaults({ wishes, progress }: Person, doc: EntryDoc): string[] {
  const { name, phone, title, description } = doc.answers;
  const told: [what: string, kept: unknown, typed: unknown][] = [
    ['name', name?.type === 'text' ? name.text : null, wishes.name],
    ['phone', phone?.type === 'phone' ? phone.e164 : null, wishes.e164],
    ['title', title?.type === 'text' ? title.text : null, progress.title],
    // parts told at once may change places on their way: platforms promise no order
    [
      'description',
      description?.type === 'longText' ? description.parts.toSorted() : null,
      wishes.description.toSorted(),
    ],
  ];
  return told
    .filter(([, kept, typed]) => !isDeepStrictEqual(kept, typed))
    .map(([what, kept, typed]) => `entry ${doc.code}: ${what} is ${short(kept)}, typed was ${short(typed)}`);
}

export type Heard = { faults: string[]; doubled: { first: Accepted; again: Accepted }[]; busy: number };

/**
 * The messages that the platform took for one person against those of the replay: all of them, in order. A message may come
 * twice in a row when `mayDouble` says that the answer to the first may have been lost. `extra`: sentences said outside of any turn.
 */
export function compareReplies(
  accepted: readonly Accepted[],
  said: Replayed['said'],
  extra: ReadonlySet<string>,
  mayDouble: (message: Accepted) => boolean,
): Heard {
  const faults: string[] = [];
  const doubled: Heard['doubled'] = [];
  let busy = 0;
  let at = 0;
  let last: Accepted | null = null;
  for (const message of accepted) {
    if (message.text === said[at]?.text) {
      at++;
      last = message;
    } else if (last && message.text === last.text) {
      doubled.push({ first: last, again: message });
      if (!mayDouble(last))
        faults.push(
          `doubled without need: ${short(message.text)} (first answered ${last.answer}, at ${clock(last.at)}, again at ${clock(message.at)})`,
        );
      last = message;
    } else if (extra.has(message.text)) busy++;
    else {
      faults.push(
        `message ${at + 1} should be ${short(said[at]?.text ?? 'none')}, was ${short(message.text)} at ${clock(message.at)}`,
      );
      break;
    }
  }
  if (faults.length === 0 && at < said.length)
    faults.push(
      `${said.length - at} of ${said.length} messages never came, first missing: ${short(said[at]?.text)} for ${said[at]?.event ?? ''}`,
    );
  return { faults, doubled, busy };
}

export const clock = (at: number): string => new Date(at).toISOString().slice(11, 23);

export function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
