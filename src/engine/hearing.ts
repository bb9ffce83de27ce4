import { never } from '../base/never.ts';
import { readEntryCode } from '../core/entry-code.ts';
import type { Attachment, InboundEvent } from '../core/event.ts';
import { answer, hear } from './answering.ts';
import { correct, menu, newEntry, obey } from './asides.ts';
import { COMMANDS, readCommand, worksAnywhere, type CommandName } from './commands.ts';
import { isLive, tellPhaseChange } from './deadline.ts';
import { tellLeft } from './times-told.ts';
import { whereIn } from './own-phases.ts';
import { arriveByCode, greet } from './greeting.ts';
import { progressLine } from './open-question.ts';
import { refresh } from './progress.ts';
import { readYesNo } from './readers/yes-no.ts';
import { fetchItems, takeFetched, tellFaults } from './steps/attachments.ts';
import { draftOf, flowOf, note, settleCampaign, stepOf, type Talk } from './talk.ts';

/** After this long a draft is taken up with a line that says where it stands. */
const RECAP_AFTER_MS = 12 * 3_600_000;
/** Whoever writes so soon after a reminder answers it: it has just said where the draft stands. */
const ANSWERED_WITHIN_MS = 3_600_000;
/** The same button tapped again this soon is a double tap and is passed over in silence. */
const DOUBLE_TAP_MS = 30_000;

/** What a person did, whatever the platform. */
type Heard =
  | { type: 'words'; text: string }
  | { type: 'tap'; prompt: number; value: string; payload: string }
  | { type: 'menu'; command: CommandName }
  /** Goes on in this campaign; corrects this entry. */
  | { type: 'campaign'; campaign: string }
  | { type: 'entry'; code: string }
  | { type: 'arrival'; ref: string | null }
  | { type: 'things'; items: readonly Attachment[]; text: string };

/** Plays what a person did, or what came of it, into the talk of the bot. */
export function hearEvent(talk: Talk): void {
  const { event } = talk;
  switch (event.type) {
    case 'text':
      return person(talk, readText(event.text));
    case 'quickReply':
      return person(talk, readPayload(event.payload) ?? readText(event.title));
    case 'postback':
      return person(talk, readPayload(event.payload) ?? { type: 'arrival', ref: event.ref ?? null });
    case 'opened':
      return person(talk, { type: 'arrival', ref: event.ref ?? null });
    case 'attachments':
      return person(talk, { type: 'things', items: event.items, text: event.text });
    case 'filesFetched':
      return fetched(talk, event);
    case 'erase':
      talk.request = { type: 'deleteData', contact: event.contact, at: talk.at };
      return;
    case 'echo':
    case 'receipt':
    case 'reaction':
    case 'left':
    case 'control':
    case 'staff':
    case 'unanswered':
    case 'nudge':
      return; // not for the bot
    default:
      return never(event, 'event');
  }
}

const TAP = /^#([0-9a-z]{1,8}):(.{1,180})$/;

function readPayload(payload: string): Heard | null {
  const match = TAP.exec(payload);
  const [, prompt = '', value = ''] = match ?? [];
  if (!match) return null;
  if (prompt === 'campaign') return { type: 'campaign', campaign: value };
  if (prompt === 'entry') return { type: 'entry', code: value };
  if (prompt !== 'menu') return { type: 'tap', prompt: Number.parseInt(prompt, 36), value, payload };
  const command = COMMANDS.find((name) => name === value);
  return command ? { type: 'menu', command } : null;
}

const readText = (text: string): Heard => readPayload(text.trim()) ?? { type: 'words', text };

function person(talk: Talk, heard: Heard): void {
  const { session } = talk;
  const code = codeIn(talk, heard);
  if (code) {
    talk.asking = true;
    return arriveByCode(talk, code.flow, code.unit);
  }
  if (heard.type === 'campaign' && heard.campaign !== session.campaign && talk.world.flows.has(heard.campaign)) {
    session.campaign = heard.campaign;
    session.ask = null;
  }
  settleCampaign(talk);
  if (session.greetedAt === null) return meet(talk, heard);
  if (session.ask?.type === 'remind' && !isAboutReminders(talk, heard)) session.ask = null;
  const back = returning(talk, heard);
  if (draftOf(talk) && isLive(talk) && refresh(talk)) {
    talk.asking = true;
    return;
  }
  if (back) {
    talk.asking = true;
    return;
  }
  switch (heard.type) {
    case 'words': {
      const entry = readEntryCode(heard.text);
      if (entry) return obey(talk, { name: 'status', rest: entry });
      return hear(talk, heard.text);
    }
    case 'menu':
      return obey(talk, { name: heard.command, rest: '' });
    case 'tap':
      return tap(talk, heard);
    case 'campaign':
      if (!draftOf(talk) || !isLive(talk)) return newEntry(talk);
      talk.asking = true;
      return;
    case 'entry':
      return correct(talk, heard.code);
    case 'arrival':
      return obey(talk, { name: 'hello', rest: '' });
    case 'things':
      return things(talk, heard.items, heard.text);
    default:
      return never(heard, 'heard');
  }
}

/** Whether it can answer the question whether they want to be reminded; anything else leaves that question. */
function isAboutReminders(talk: Talk, heard: Heard): boolean {
  const command =
    heard.type === 'menu'
      ? heard.command
      : heard.type === 'words'
        ? readCommand(heard.text, talk.world.words)?.name
        : undefined;
  if (command === 'startReminders' || command === 'stopReminders') return true;
  return heard.type === 'words' && readYesNo(heard.text) !== null;
}

function codeIn(talk: Talk, heard: Heard): ReturnType<Talk['world']['findCode']> {
  if (heard.type === 'arrival') return heard.ref === null ? null : talk.world.findCode(heard.ref);
  if (heard.type === 'words' && heard.text.length <= 40) return talk.world.findCode(heard.text);
  return null;
}

/** The first thing ever heard of a person: the greeting comes first, a command in it is done too, anything else waits. */
function meet(talk: Talk, heard: Heard): void {
  greet(talk);
  talk.asking = true;
  const command =
    heard.type === 'menu'
      ? { name: heard.command, rest: '' }
      : heard.type === 'words'
        ? readCommand(heard.text, talk.world.words)
        : null;
  if (command && command.name !== 'hello' && worksAnywhere(command.name)) return obey(talk, command);
  if (!draftOf(talk)) menu(talk, 'idle.over');
}

/** Someone back after a long time: one line on where the draft stands. True when what they sent was only a greeting. */
function returning(talk: Talk, heard: Heard): boolean {
  const { session } = talk;
  const draft = draftOf(talk);
  const changed = draft !== null && tellPhaseChange(talk);
  if (!draft || !isLive(talk) || session.lastSeenAt === 0) return false;
  if (talk.at - session.lastSeenAt < RECAP_AFTER_MS) return false;
  const where = whereIn(talk);
  const step = stepOf(talk);
  const progress = progressLine(talk, step).split(' · ')[0] ?? '';
  const onlyHello =
    heard.type === 'arrival' ||
    heard.type === 'campaign' ||
    (heard.type === 'words' && readCommand(heard.text, talk.world.words)?.name === 'hello');
  if (where.type === 'open' && !changed && !isReminded(talk, draft.campaign)) {
    const left = tellLeft(talk, where.phase.closesAt - talk.at);
    if (step.part > 0 && onlyHello) note(talk, 'recap.step', { progress, left });
    else note(talk, 'recap.other', { left });
  }
  return onlyHello;
}

const isReminded = ({ session, at }: Talk, campaign: string): boolean =>
  session.nudged.some(
    (said) =>
      said.campaign === campaign &&
      at - said.at < ANSWERED_WITHIN_MS &&
      (said.kind === 'reminder' || said.kind === 'silentDraft'),
  );

/** A button: of the open question, or an old one, which changes nothing. */
function tap(talk: Talk, heard: Extract<Heard, { type: 'tap' }>): void {
  const { session } = talk;
  if (heard.prompt === session.prompt) {
    session.lastTap = { payload: heard.payload, at: talk.at };
    return answer(talk, { type: 'tap', value: heard.value });
  }
  if (session.lastTap?.payload === heard.payload && talk.at - session.lastTap.at < DOUBLE_TAP_MS) return;
  note(talk, 'tap.old');
  menu(talk, 'idle.nothingOpen');
}

/** Pictures, files, stickers, voice, places: taken where proof is asked for, else told kindly what is wanted. */
function things(talk: Talk, items: readonly Attachment[], text: string): void {
  talk.asking = true;
  const draft = draftOf(talk);
  const step = draft && isLive(talk) ? stepOf(talk) : null;
  if (step?.type === 'attachments') {
    const link = items.find((item) => item.kind === 'link' && item.url !== undefined)?.url;
    if (link !== undefined) return answer(talk, { type: 'text', text: link });
    if (fetchItems(talk, step, items)) {
      talk.asking = talk.notes.length > 0;
      return;
    }
  } else if (text.trim() !== '') {
    // words with something we cannot use here: the words are the answer
    if (items.some((item) => item.kind !== 'link')) note(talk, 'things.notHere');
    return hear(talk, text);
  }
  const [first] = items;
  if (first?.kind === 'link' && first.url !== undefined && step !== null) return hear(talk, first.url);
  const wantsFiles = flowOf(talk).steps.some((s) => s.type === 'attachments');
  const proof = first?.kind === 'image' || first?.kind === 'file';
  if (proof && step) note(talk, wantsFiles ? 'things.later' : 'things.noFiles');
  else note(talk, `things.${first?.kind ?? 'unknown'}`);
  if (!step) menu(talk, 'idle.hello');
}

function fetched(talk: Talk, event: Extract<InboundEvent, { type: 'filesFetched' }>): void {
  for (const draft of Object.values(talk.session.drafts)) {
    if (draft.fetching[event.request] === undefined) continue;
    talk.session.campaign = draft.campaign;
    const step = flowOf(talk).steps.find((s) => s.type === 'attachments');
    if (step?.type !== 'attachments') continue;
    if (takeFetched(talk, step, event.request, event.outcomes)) tellFaults(talk, step);
    if (stepOf(talk).id !== step.id) talk.asking = false;
    return;
  }
}
