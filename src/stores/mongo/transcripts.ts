import type { Connection } from 'mongoose';
import type { ArchiveItem } from '../../core/archive.ts';
import type { ProofFile } from '../../core/answers.ts';
import type { Attachment, FileOutcome, InboundEvent } from '../../core/event.ts';
import { Mixed, modelOf } from './model.ts';
import { storing } from './storing.ts';
import type { UpdateStatement } from './write-commands.ts';

export const TRANSCRIPT_VERSION = 1;

type LineBase = {
  /** `in/<event id>`, `out/<outbox row>` or `out/<event id of an echo>`: archived again it is the same line. */
  _id: string;
  v: number;
  contact: string;
  /** When it reached us or left us. */
  at: Date;
};

/** What we sent: a row of the outbox. */
export type SentLine = LineBase & {
  direction: 'out';
  /** `staff`: written in our console. `notice`: a change of speaker told by the bot. */
  by: 'bot' | 'staff' | 'notice' | 'broadcast';
  /** Account and name, for `staff`. */
  staff?: string;
  name?: string;
  text: string;
  file?: ProofFile;
  state: 'sent' | 'failed' | 'withdrawn';
  messageIds: string[];
  /** How often it may have been read more than once. */
  repeats?: number;
  paid?: string;
  code?: string;
};

/** One line of a conversation, in the collection `transcripts`. */
export type TranscriptDoc =
  | SentLine
  | (LineBase & {
      direction: 'in';
      sentAt: Date;
      event: InboundEvent;
      /** What became of its attachments, in their order. */
      files?: FileOutcome[];
    })
  | (LineBase & {
      direction: 'out';
      /** Written in the platform's own inbox, or by another app. */
      by: 'inbox' | 'otherApp';
      text: string;
      messageIds: string[];
      /** The platform's id of who wrote it, where it tells. */
      staff?: string;
      items?: Attachment[];
    });

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
      name: String,
      file: Mixed,
      files: [Mixed],
      items: [Mixed],
    },
    [[{ contact: 1, at: -1 }]],
  );
  return {
    connection,
    collection: model.collection,
    /** The last lines of a conversation, oldest first. */
    last: (contact: string, limit: number): Promise<TranscriptDoc[]> =>
      storing(async () => {
        const newestFirst = await model.find({ contact }).sort({ at: -1 }).limit(limit).lean<TranscriptDoc[]>();
        return newestFirst.reverse();
      }),
    eraseOf: (contact: string): Promise<void> =>
      storing(async () => {
        await model.deleteMany({ contact });
      }),
    /** By `_id`. */
    erase: (lines: readonly string[]): Promise<void> =>
      storing(async () => {
        await model.deleteMany({ _id: { $in: lines } });
      }),
  };
}

export type LineItem = Extract<ArchiveItem, { type: 'inbound' | 'outbound' | 'native' }>;

/** `_id` of an item's line. */
export function lineIdOf(item: LineItem): string {
  if (item.type === 'inbound') return `in/${item.event.id}`;
  return `out/${item.type === 'native' ? item.id : item.row}`;
}

export function lineOf(item: LineItem): TranscriptDoc {
  const _id = lineIdOf(item);
  switch (item.type) {
    case 'inbound': {
      const { event, receivedAt } = item;
      const { contact, sentAt } = event;
      const at = new Date(receivedAt);
      return { _id, v: TRANSCRIPT_VERSION, contact, at, direction: 'in', sentAt: new Date(sentAt), event };
    }
    case 'native': {
      const { contact, text, origin, messageId, staff, items } = item;
      const by = origin === 'staff' ? 'inbox' : 'otherApp';
      const base = { _id, v: TRANSCRIPT_VERSION, contact, at: new Date(item.at) };
      return {
        ...base,
        direction: 'out',
        by,
        text,
        messageIds: [messageId],
        ...(staff && { staff }),
        ...(items && { items }),
      };
    }
    case 'outbound': {
      const { contact, text, state, messageIds, repeats, paid, code, from, file } = item;
      const base = { _id, v: TRANSCRIPT_VERSION, contact, at: new Date(item.at) };
      const line: SentLine = { ...base, direction: 'out', by: from?.type ?? 'bot', text, state, messageIds };
      if (from?.type === 'staff') {
        line.staff = from.staff;
        line.name = from.name;
      }
      if (file) line.file = file;
      if (repeats) line.repeats = repeats;
      if (paid) line.paid = paid;
      if (code) line.code = code;
      return line;
    }
  }
}

/** Brings a line that was there before up to this one; where a newer state lies already nothing is found and nothing changes. */
export function laterState({ _id, ...fields }: TranscriptDoc): UpdateStatement {
  return { q: { _id, at: { $lte: fields.at } }, u: { $set: fields } };
}

/** What a fetch came to, beside the line of the event that brought the attachments. */
export function filesWrite({ of, outcomes }: Extract<ArchiveItem, { type: 'files' }>) {
  return { updateOne: { filter: { _id: `in/${of}` }, update: { $set: { files: outcomes } } } };
}

/** At most so many bytes in BSON: a UTF-16 unit takes three at most, the rest is short. */
export function weightOf(item: LineItem): number {
  if (item.type !== 'inbound') return 2000 + 3 * item.text.length;
  let units = 0;
  for (const value of Object.values(item.event)) {
    units += typeof value === 'string' ? value.length : typeof value === 'object' ? JSON.stringify(value).length : 0;
  }
  return 2000 + 3 * units;
}
