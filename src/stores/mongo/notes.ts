import type { Connection } from 'mongoose';
import { modelOf } from './model.ts';
import { storing } from './storing.ts';

export const NOTE_VERSION = 1;

/** What staff write about a conversation for each other, in the collection `notes`. */
export type NoteDoc = {
  /** Made by the page: written again it is the same note. */
  _id: string;
  v: number;
  contact: string;
  /** Account and name at that time. */
  staff: string;
  name: string;
  text: string;
  at: Date;
};

export type NoteStore = ReturnType<typeof noteStore>;

/** More than anyone reads; newer ones are given first. */
const MAX_LISTED = 200;

export function noteStore(connection: Connection) {
  const model = modelOf<NoteDoc>(
    connection,
    'notes',
    { _id: String, v: Number, contact: String, staff: String, name: String, text: String, at: Date },
    [[{ contact: 1, at: -1 }]],
  );
  return {
    /** Gives the note as it is kept: the first one of this id. Null where that is a note about somebody else. */
    add: (note: Omit<NoteDoc, 'v'>): Promise<NoteDoc | null> =>
      storing(async () => {
        const { _id, ...fields } = note;
        await model.updateOne({ _id }, { $setOnInsert: { ...fields, v: NOTE_VERSION } }, { upsert: true });
        const kept = await model.findById(_id).lean<NoteDoc>();
        return kept?.contact === note.contact && kept.staff === note.staff ? kept : null;
      }),
    /** Oldest first, the last 200. */
    list: (contact: string): Promise<NoteDoc[]> =>
      storing(async () => {
        const found = await model.find({ contact }).sort({ at: -1 }).limit(MAX_LISTED).lean<NoteDoc[]>();
        return found.reverse();
      }),
    eraseOf: (contact: string): Promise<void> =>
      storing(async () => {
        await model.deleteMany({ contact });
      }),
  };
}
