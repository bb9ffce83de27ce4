import type { Connection, mongo } from 'mongoose';
import type { HandoverDoc } from './handovers.ts';
import { storing } from './storing.ts';
import type { TranscriptDoc } from './transcripts.ts';

/** A stretch of a conversation, oldest first. */
export type Stretch = {
  lines: TranscriptDoc[];
  handovers: HandoverDoc[];
  /** Receipts of the person that reached us since the first of the lines. */
  receipts: TranscriptDoc[];
  /** There is more before it. */
  hasMore: boolean;
};

export type LineStore = ReturnType<typeof lineStore>;

type Filter = Record<string, unknown>;

/** What is no line to anybody: receipts, our own reports, acts and clocks. */
const UNSEEN = ['receipt', 'filesFetched', 'echo', 'control', 'staff', 'unanswered'];
const MAX_RECEIPTS = 500;
const MAX_NEWER = 500;
/** Lines whose state a receipt may have changed. */
const MAX_TOUCHED = 30;

/** Transcripts and changes of hands as one conversation. Reads only. */
export function lineStore(connection: Connection) {
  const transcripts = () => connection.collection<TranscriptDoc>('transcripts');
  const handovers = () => connection.collection<HandoverDoc>('handovers');
  const find = (filter: Filter) => transcripts().find(filter as mongo.Filter<TranscriptDoc>);
  const seen = (contact: string): Filter => ({ contact, 'event.type': { $nin: UNSEEN } });

  async function withRest(contact: string, lines: TranscriptDoc[], span: Filter, hasMore: boolean): Promise<Stretch> {
    const since = lines[0]?.at;
    const [changes, receipts] = await Promise.all([
      handovers()
        .find({ contact, ...span } as mongo.Filter<HandoverDoc>)
        .sort({ at: 1 })
        .limit(MAX_NEWER)
        .toArray(),
      since === undefined
        ? []
        : find({ contact, 'event.type': 'receipt', at: { $gte: since } })
            .sort({ at: -1 })
            .limit(MAX_RECEIPTS)
            .toArray(),
    ]);
    return { lines, handovers: changes, receipts, hasMore };
  }

  return {
    /** The last `limit` lines, or the last ones before `before` (epoch ms); more where several fall on the same instant. */
    before: (contact: string, before: number | null, limit: number): Promise<Stretch> =>
      storing(async () => {
        const until = before === null ? {} : { at: { $lt: new Date(before) } };
        const found = await find({ ...seen(contact), ...until })
          .sort({ at: -1 })
          .limit(limit + 1)
          .toArray();
        const page = found.slice(0, limit);
        const oldest = page.at(-1);
        if (found.length <= limit || !oldest) return withRest(contact, page.reverse(), until, false);
        // all of the oldest instant, so that the page before may begin below it
        const known = new Set(page.map(({ _id }) => _id));
        const [others, earlier] = await Promise.all([
          find({ ...seen(contact), at: oldest.at }).toArray(),
          find({ ...seen(contact), at: { $lt: oldest.at } })
            .limit(1)
            .next(),
        ]);
        page.push(...others.filter(({ _id }) => !known.has(_id)));
        const span = { at: { $gte: oldest.at, ...until.at } };
        return withRest(contact, page.reverse(), earlier ? span : until, earlier !== null);
      }),

    /** Those at or after `since` (epoch ms), at most 500; with what came before where the person has read or got it since then. */
    since: (contact: string, since: number): Promise<Stretch> =>
      storing(async () => {
        const span = { at: { $gte: new Date(since) } };
        const [newer, receipt] = await Promise.all([
          find({ ...seen(contact), ...span })
            .sort({ at: 1 })
            .limit(MAX_NEWER)
            .toArray(),
          find({ contact, 'event.type': 'receipt', ...span })
            .limit(1)
            .next(),
        ]);
        const older = receipt
          ? await find({ ...seen(contact), at: { $lt: new Date(since) } })
              .sort({ at: -1 })
              .limit(MAX_TOUCHED)
              .toArray()
          : [];
        return withRest(contact, [...older.reverse(), ...newer], span, false);
      }),
  };
}
