import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import type { Clock } from '../../base/clock.ts';
import type { NoteDoc, NoteStore } from '../../stores/mongo/notes.ts';
import { idInput, textInput } from './inputs.ts';
import { ok, route, type ConsoleRoute } from './route.ts';
import type { NoteView } from './types.ts';

const MAX_NOTE = 4000;

export const toNote = ({ _id, staff, name, text, at }: NoteDoc): NoteView => ({
  id: _id,
  staff,
  name,
  text,
  at: at.getTime(),
});

/** What staff write about a conversation for each other. `noteChanged`: other pages that show it are told. */
export function noteRoutes({
  stores,
  clock,
  noteChanged,
}: {
  stores: { notes: NoteStore };
  clock: Clock;
  noteChanged(contact: string): void;
}): ConsoleRoute[] {
  const list = route({
    method: 'GET',
    path: '/conversations/:contact/notes',
    access: 'signedIn',
    scope: 'contact',
    async handle({ contact }) {
      return ok({ notes: (await stores.notes.list(contact._id)).map(toNote) });
    },
  });
  const add = route({
    method: 'POST',
    path: '/conversations/:contact/notes',
    access: 'signedIn',
    scope: 'contact',
    body: z.object({ id: idInput, text: textInput(MAX_NOTE) }),
    async handle({ contact, staff, body, audit }) {
      await audit({ action: 'conversation.note', target: body.id }); // what it says stands in the note alone
      const kept = await stores.notes.add({
        _id: body.id,
        contact: contact._id,
        staff: staff.id,
        name: staff.name,
        text: body.text,
        at: new Date(clock.now()),
      });
      if (!kept) throw new AppError('console.conflict', 'the id is taken');
      noteChanged(contact._id);
      return ok({ note: toNote(kept) });
    },
  });
  return [list, add];
}
