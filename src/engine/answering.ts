import { never } from '../base/never.ts';
import type { Ask } from '../core/session.ts';
import { callHuman } from './call-human.ts';
import { changeEntry, editLine, lineNamed, menu, obey, offerMenu } from './asides.ts';
import { isPhraseOf, readCommand, readLooseCommand, worksAnywhere, type Command } from './commands.ts';
import { isLive, tellOver } from './deadline.ts';
import { profileFor, startDraft } from './drafts.ts';
import type { Step } from './flow.ts';
import { goOn, refresh } from './progress.ts';
import { answerToRemind, askToRemind } from './remind-consent.ts';
import { answerReview } from './review.ts';
import { readYesNo } from './readers/yes-no.ts';
import { answerTo } from './steps/step-types.ts';
import type { Input, Verdict } from './steps/step-type.ts';
import { submit } from './submit.ts';
import { action, draftOf, dropDraft, flowOf, mustDraft, note, putDraft, stepOf, type Talk } from './talk.ts';

/** Words typed at an open question, or anywhere. */
export function hear(talk: Talk, text: string): void {
  const { words } = talk.world;
  const command = commandIn(talk, text);
  if (command && worksAnywhere(command.name)) return obey(talk, command);
  if (isPhraseOf('later', text, words) && leave(talk)) return;
  if (takesAnyWords(talk)) return answer(talk, { type: 'text', text });
  const loose = readLooseCommand(text, words);
  if (loose) return obey(talk, loose);
  answer(talk, { type: 'text', text });
}

/** At a question of the form: the draft is kept, and nothing is asked but whether to be reminded. False elsewhere. */
function leave(talk: Talk): boolean {
  const { ask } = talk.session;
  if (!draftOf(talk) || !isLive(talk) || stepOf(talk).type === 'review') return false;
  if (ask && ask.type !== 'remind' && !isOfStep(ask)) return false;
  note(talk, 'review.laterOpen');
  talk.asking = false;
  askToRemind(talk);
  return true;
}

const OF_STEP: ReadonlySet<Ask['type']> = new Set([
  'confirmName',
  'confirmPhone',
  'pickPhone',
  'pickUnit',
  'confirmUnit',
  'otherUnit',
  'pickChoice',
  'keepCut',
]);
const isOfStep = ({ type }: Ask): boolean => OF_STEP.has(type);

/** "sửa số điện thoại" is a command, "sửa máy nhanh hơn" is not: the words must name a line of the summary. */
function commandIn(talk: Talk, text: string): Command | null {
  const command = readCommand(text, talk.world.words);
  if (command?.name !== 'edit' || command.rest === '' || /^\d+$/.test(command.rest)) return command;
  return draftOf(talk) && lineNamed(talk, command.rest) !== null ? command : null;
}

/** A title or a description may hold any words: only a message that is a command and nothing else is one. */
function takesAnyWords(talk: Talk): boolean {
  if (talk.session.ask?.type === 'otherUnit') return true;
  if (!draftOf(talk) || talk.session.ask !== null) return false;
  const step = stepOf(talk);
  return step.type === 'longText' || (step.type === 'text' && step.reader === 'plain');
}

/** An answer to whatever is open. */
export function answer(talk: Talk, input: Input): void {
  talk.asking = true;
  const { ask } = talk.session;
  if (ask && answeredAnywhere(talk, ask, input)) return;
  if (!draftOf(talk)) return menu(talk, 'idle.unknown');
  if (!isLive(talk)) {
    tellOver(talk);
    note(talk, 'phase.draftKept');
    return offerMenu(talk);
  }
  if (refresh(talk)) return;
  const step = stepOf(talk);
  settle(talk, step, step.type === 'review' ? answerReview(talk, input) : answerTo(talk, step, input));
}

function settle(talk: Talk, step: Step, verdict: Verdict): void {
  switch (verdict.type) {
    case 'answered': {
      const draft = mustDraft(talk);
      if (step.field) putDraft(talk, { ...draft, answers: { ...draft.answers, [step.field]: verdict.answer } });
      return goOn(talk);
    }
    case 'stay':
      talk.session.misses = 0;
      return;
    case 'submit':
      return submit(talk);
    case 'pause':
      talk.asking = false;
      return askToRemind(talk);
    case 'refused':
      return refuse(talk, step, verdict.key, verdict.params);
    default:
      return never(verdict, 'verdict');
  }
}

/** Wrong answers in a row after which a person is offered. */
const MISSES_BEFORE_PERSON = 3;

/**
 * What is wrong in this answer; the same fault again is explained in other words. From the third on a person is offered, and
 * after as many as the campaign says asked for.
 */
function refuse(talk: Talk, step: Step, key: string, params?: Readonly<Record<string, string | number>>): void {
  const { session } = talk;
  session.misses += 1;
  talk.asking = false;
  if (session.lastMiss === key) {
    note(talk, 'reject.again');
    note(talk, `${step.key}.help`);
    session.lastMiss = '';
  } else {
    note(talk, `reject.${key}`, params);
    session.lastMiss = key;
  }
  if (session.misses < MISSES_BEFORE_PERSON || session.humanAskedAt !== null) return;
  if (session.misses >= flowOf(talk).campaign.support.helpAfterMisses) return callHuman(talk, 'stuck');
  note(talk, 'reject.person');
  talk.offers = [action(talk, 'menu:human', 'button.human')];
}

/** Answers to questions that belong to no step; false when the step should hear it. */
function answeredAnywhere(talk: Talk, ask: Ask, input: Input): boolean {
  switch (ask.type) {
    case 'confirmCommand':
      return confirmed(talk, input, () => {
        const flow = flowOf(talk);
        switch (ask.command) {
          case 'cancel':
            dropDraft(talk, flow.campaign.id);
            note(talk, 'cancel.done');
            return offerMenu(talk);
          case 'restart':
            dropDraft(talk, flow.campaign.id);
            note(talk, 'restart.done');
            return startDraft(talk, flow);
          case 'deleteData':
            talk.request = { type: 'deleteData', contact: talk.session.contact, at: talk.at };
            return;
          default:
            return never(ask.command, 'command to confirm');
        }
      });
    case 'confirmWithdraw':
      return confirmed(talk, input, () => {
        talk.request = { type: 'withdrawEntry', code: ask.code, contact: talk.session.contact, at: talk.at };
      });
    case 'pickEntry': {
      const code =
        input.type === 'tap'
          ? ask.codes.find((c) => `e:${c}` === input.value)
          : ask.codes[Number(/^\s*(\d)\s*\.?\s*$/.exec(input.text)?.[1] ?? 0) - 1];
      talk.session.ask = null;
      if (code === undefined) return false;
      changeEntry(talk, ask.action, code);
      return true;
    }
    case 'pickEdit': {
      const said =
        input.type === 'tap' ? /^n:(\d+)$/.exec(input.value)?.[1] : /^\s*(\d{1,2})\s*\.?\s*$/.exec(input.text)?.[1];
      talk.session.ask = null;
      if (said !== undefined && editLine(talk, Number(said))) return true;
      if (input.type === 'text') obey(talk, { name: 'edit', rest: input.text.slice(0, 60) });
      return true;
    }
    case 'reuseProfile': {
      const word = input.type === 'tap' ? input.value : (readCommand(input.text, talk.world.words)?.name ?? null);
      const yes = input.type === 'text' ? readYesNo(input.text) : null;
      const draft = mustDraft(talk);
      talk.session.ask = null;
      if (word === 'reuse' || yes === true) {
        putDraft(talk, { ...draft, answers: { ...draft.answers, ...profileFor(talk, flowOf(talk)) } });
        goOn(talk);
        return true;
      }
      return word === 'retype' || yes === false || input.type === 'tap';
    }
    case 'confirmName':
    case 'confirmPhone':
    case 'pickPhone':
    case 'pickUnit':
    case 'confirmUnit':
    case 'otherUnit':
    case 'pickChoice':
    case 'keepCut':
      return false;
    case 'remind':
      return answerToRemind(talk, input);
    default:
      return never(ask, 'ask');
  }
}

/** Yes does it; no leaves everything as it is; anything else leaves it too, and is heard as an answer to the question below. */
function confirmed(talk: Talk, input: Input, doIt: () => void): boolean {
  const yes = input.type === 'tap' ? input.value === 'yes' : readYesNo(input.text);
  talk.session.ask = null;
  if (yes === true) doIt();
  else if (yes === false) note(talk, 'confirm.kept');
  if (yes !== null && !draftOf(talk) && !talk.request && talk.offers.length === 0) offerMenu(talk);
  return yes !== null;
}
