import type { Connection, mongo } from 'mongoose';
import type { ArchiveItem } from '../../core/archive.ts';
import type { InboundEvent } from '../../core/event.ts';
import { Mixed, modelOf } from './model.ts';
import { storing } from './storing.ts';

export const TRANSCRIPT_VERSION = 1;

type LineBase = {
  /** `in/<event id>`, `out/<outbox row>` or `out/<event id of an echo>`: archived again it is the same line. */
  _id: string;
  v: number;
  contact: string;
  /** When it reached us or left us. */
  at: Date;
};

/** One line of a conversation, in the collection `transcripts`. */
export type TranscriptDoc = LineBase &
  (
    | { direction: 'in'; sentAt: Date; event: InboundEvent }
    | {
        direction: 'out';
        by: 'bot';
        text: string;
        state: 'sent' | 'failed' | 'withdrawn';
        messageIds: string[];
        /** How often it may have been read more than once. */
        repeats?: number;
        paid?: string;
        code?: string;
      }
    | { direction: 'out'; by: 'staff' | 'otherApp'; text: string; messageIds: string[]; staff?: string }
  );

export type TranscriptStore = ReturnType<typeof transcriptStore>;

export function transcriptStore(connection: Connection) {
  const model = modelOf<TranscriptDoc>(
    connection,
    'transcripts',
    {
      _id: String,
      v: Number,
      contact: String,
      at: Date,
      direction: String,
      sentAt: Date,
      event: Mixed,
      by: String,
      text: String,
      state: String,
      messageIds: [String],
      repeats: Number,
      paid: String,
      code: String,
      staff: String,
    },
    [[{ contact: 1, at: -1 }]],
  );
  return {
    collection: model.collection,
    /** The last lines of a conversation, oldest first. */
    last: (contact: string, limit: number): Promise<TranscriptDoc[]> =>
      storing(async () => {
        const newestFirst = await model.find({ contact }).sort({ at: -1 }).limit(limit).lean<TranscriptDoc[]>();
        return newestFirst.reverse();
      }),
    /** Without `until` (epoch ms) all lines; else those up to that instant. */
    eraseOf: (contact: string, until?: number): Promise<void> =>
      storing(async () => {
        const upTo = until === undefined ? {} : { at: { $lte: new Date(until) } };
        await model.deleteMany({ contact, ...upTo });
      }),
  };
}

type LineItem = Extract<ArchiveItem, { type: 'inbound' | 'outbound' | 'native' }>;

export function lineWrite(item: LineItem): mongo.AnyBulkWriteOperation<TranscriptDoc> {
  switch (item.type) {
    case 'inbound': {
      const { event, receivedAt } = item;
      const sentAt = new Date(event.sentAt);
      return insert({ ...base(`in/${event.id}`, event.contact, receivedAt), direction: 'in', sentAt, event });
    }
    case 'native': {
      const { id, contact, at, text, origin, messageId, staff } = item;
      const line = { direction: 'out' as const, by: origin, text, messageIds: [messageId], ...(staff && { staff }) };
      return insert({ ...base(`out/${id}`, contact, at), ...line });
    }
    case 'outbound': {
      const { row, contact, at, text, state, messageIds, repeats, paid, code } = item;
      const { _id, ...fields } = base(`out/${row}`, contact, at);
      const line = {
        direction: 'out',
        by: 'bot',
        text,
        state,
        messageIds,
        ...(repeats && { repeats }),
        ...(paid && { paid }),
        ...(code && { code }),
      };
      // an older state finds nothing to replace and is refused as a duplicate
      const filter = { _id, at: { $lte: fields.at } };
      return { updateOne: { filter, update: { $set: { ...fields, ...line } as TranscriptDoc }, upsert: true } };
    }
  }
}

const base = (_id: string, contact: string, at: number): LineBase => ({
  _id,
  v: TRANSCRIPT_VERSION,
  contact,
  at: new Date(at),
});

const insert = (document: TranscriptDoc) => ({ insertOne: { document } });
