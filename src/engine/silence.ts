import type { Attachment, InboundEvent } from '../core/event.ts';
import { readCommand } from './commands.ts';
import { resume } from './handback.ts';
import { storedFiles, takeFetched } from './steps/attachments.ts';
import { flowOf, type Talk } from './talk.ts';

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
/** What is fetched to be shown to staff, whatever the form asks for. */
const SHOWN = {
  maxBytes: 25_000_000,
  // prettier-ignore
  mimes: [
    'image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/heic',
    'application/pdf', 'application/msword', WORD,
    'audio/mpeg', 'audio/mp4', 'audio/x-m4a', 'audio/aac', 'audio/amr', 'audio/ogg', 'audio/wav', 'video/mp4',
  ],
};
const FETCHED: ReadonlySet<Attachment['kind']> = new Set(['image', 'file', 'audio', 'video']);
/** More in one message are shown as they came, without their bytes. */
const MAX_FETCHED = 20;
/** Stored files remembered of a person, the newest. */
const MAX_SENT = 20;

/** What a person did while staff own the conversation: nothing is said, and only one word changes anything. */
export function hearSilently(talk: Talk): void {
  const { event } = talk;
  if (event.type === 'attachments') return fetchToShow(talk, event.items);
  if (wantsBot(talk)) resume(talk);
}

/** The word that ends the help of staff, typed or tapped. */
export function wantsBot(talk: Talk): boolean {
  const { event, world } = talk;
  const said =
    event.type === 'text' ? event.text : event.type === 'quickReply' || event.type === 'postback' ? event.payload : '';
  return said.trim() === '#menu:resume' || readCommand(said, world.words)?.name === 'resume';
}

function fetchToShow(talk: Talk, all: readonly Attachment[]): void {
  const items = all.filter((item) => FETCHED.has(item.kind) && item.url !== undefined).slice(0, MAX_FETCHED);
  if (items.length === 0) return;
  const { maxBytes, mimes } = SHOWN;
  talk.tasks.push({
    type: 'fetchFiles',
    request: talk.event.id,
    contact: talk.session.contact,
    at: talk.at,
    items,
    limits: { maxBytes, mimes: [...mimes] },
  });
}

/** Files that a draft waited for, while nobody may be told of them. */
export function takeFilesSilently(talk: Talk, event: Extract<InboundEvent, { type: 'filesFetched' }>): void {
  const { session } = talk;
  const { campaign } = session;
  for (const draft of Object.values(session.drafts)) {
    if (draft.fetching[event.request] === undefined) continue;
    session.campaign = draft.campaign;
    const step = flowOf(talk).steps.find((s) => s.type === 'attachments');
    if (step?.type === 'attachments') takeFetched(talk, step, event.request, event.outcomes);
    session.campaign = campaign;
  }
}

/** Files that no question waited for. */
export function rememberFiles(talk: Talk, event: Extract<InboundEvent, { type: 'filesFetched' }>): void {
  const { session } = talk;
  const had = session.sentFiles;
  const known = new Set(had.map((file) => file.fileId));
  const files = storedFiles(event.outcomes).filter((file) => !known.has(file.fileId));
  if (files.length > 0) session.sentFiles = [...had, ...files].slice(-MAX_SENT);
}
