import { never } from '../base/never.ts';
import type { Session } from '../core/session.ts';
import { readChoice, compileChoices } from './readers/choice.ts';
import { callHuman } from './call-human.ts';
import type { Command } from './commands.ts';
import { isLive, tellDeadline, tellOver } from './deadline.ts';
import { startDraft } from './drafts.ts';
import { phasesIn, whereIn } from './own-phases.ts';
import { openQuestion } from './open-question.ts';
import { activeSteps, enter, reopen, stepBefore } from './progress.ts';
import { setReminders } from './remind-consent.ts';
import { summaryLines } from './summary.ts';
import { backInUnit } from './steps/unit.ts';
import { action, draftOf, flowOf, langOf, mustDraft, note, stepOf, type Talk } from './talk.ts';

/** Does what a command asks and comes back to the open question. */
export function obey(talk: Talk, command: Command): void {
  talk.asking = true;
  const { session } = talk;
  switch (command.name) {
    case 'status':
      talk.request = { type: 'findEntries', contact: session.contact, code: command.rest || null };
      return;
    case 'deadline':
      talk.notes.push(tellDeadline(talk));
      if (!openQuestion(talk)) offerMenu(talk);
      return;
    case 'help':
      return help(talk);
    case 'human':
      return callHuman(talk, 'asked');
    case 'contact':
      return contact(talk);
    case 'back':
      return back(talk);
    case 'edit':
      return edit(talk, command.rest);
    case 'cancel':
    case 'restart':
      if (draftOf(talk)) session.ask = { type: 'confirmCommand', command: command.name };
      else if (command.name === 'restart') newEntry(talk);
      else note(talk, 'cancel.nothing');
      return;
    case 'deleteData':
      session.ask = { type: 'confirmCommand', command: 'deleteData' };
      return;
    case 'vietnamese':
    case 'english':
      session.lang = command.name === 'vietnamese' ? 'vi' : 'en';
      note(talk, 'language.changed');
      return;
    case 'stopReminders':
      return setReminders(talk, false);
    case 'startReminders':
      return setReminders(talk, true);
    case 'hello':
      return hello(talk);
    case 'thanks':
      note(talk, 'idle.thanks');
      if (!openQuestion(talk)) offerMenu(talk);
      return;
    case 'newEntry':
      return newEntry(talk);
    case 'correctEntry':
      return pickEntry(talk, 'correct');
    case 'withdrawEntry':
      return pickEntry(talk, 'withdraw');
    case 'done':
    case 'skip':
    case 'submit':
    case 'later':
    case 'more':
    case 'keepPart':
    case 'rewrite':
    case 'reuse':
    case 'retype':
    case 'otherUnit':
    case 'directUnit':
    case 'details':
    case 'resume':
      return menu(talk, 'idle.nothingOpen');
    default:
      return never(command.name, 'command');
  }
}

/** What a person without an open question can do. */
export function menu(talk: Talk, key: string): void {
  talk.asking = true;
  if (openQuestion(talk)) return;
  note(talk, key);
  offerMenu(talk);
}

export function offerMenu(talk: Talk): void {
  const live = isLive(talk) || whereIn(talk, talk.world.defaultFlow(talk.at)).type !== 'over';
  const { entries } = talk.session;
  talk.offers = [
    ...(entries.length > 0 ? [action(talk, 'menu:status', 'button.status')] : []),
    ...(live ? [action(talk, 'menu:newEntry', entries.length > 0 ? 'button.newEntry' : 'button.start')] : []),
    action(talk, 'menu:help', 'button.help'),
    action(talk, 'menu:human', 'button.human'),
  ];
}

function contact(talk: Talk): void {
  const lines = flowOf(talk).campaign.contactLines.map((line) => line[langOf(talk)]);
  note(talk, 'contact.lines', { lines: lines.join('\n') });
}

function help(talk: Talk): void {
  const draft = draftOf(talk);
  const flow = flowOf(talk);
  if (draft && openQuestion(talk)) note(talk, `${stepOf(talk).key}.help`);
  const { applicationWindow, links } = flow.campaign;
  const lang = langOf(talk);
  note(talk, flow.guideKey, { window: applicationWindow[lang] });
  const lines = links.map(({ label, url }) => `${label[lang]}: ${url}`).join('\n');
  if (lines !== '') note(talk, 'help.links', { lines });
  note(talk, 'help.commands');
}

function back(talk: Talk): void {
  const { session } = talk;
  if (!draftOf(talk)) return menu(talk, 'idle.nothingOpen');
  if (session.ask && (session.ask.type === 'confirmCommand' || session.ask.type === 'pickEdit')) {
    session.ask = null;
    return;
  }
  const step = stepOf(talk);
  if (step.type === 'unit' && backInUnit(talk)) return;
  if (session.ask && session.ask.type !== 'reuseProfile' && step.type !== 'unit') {
    session.ask = null;
    return;
  }
  const before = stepBefore(talk);
  if (before) reopen(talk, before);
  else note(talk, 'back.first');
}

/** `sửa 5`, `sửa số điện thoại`, or `sửa` alone, which asks what. After a submission it means the entry. */
function edit(talk: Talk, rest: string): void {
  const draft = draftOf(talk);
  if (!draft || !isLive(talk)) return pickEntry(talk, 'correct');
  const lines = summaryLines(talk);
  if (lines.length === 0) return note(talk, 'edit.nothing');
  if (rest === '') {
    talk.session.ask = { type: 'pickEdit' };
    return;
  }
  const number = /^\d+$/.test(rest) ? Number(rest) : lineNamed(talk, rest);
  if (number !== null && editLine(talk, number)) return;
  note(talk, 'edit.unknown', { what: rest });
  talk.session.ask = { type: 'pickEdit' };
}

/** The line of the summary whose label these words name; null when none does. */
export function lineNamed(talk: Talk, words: string): number | null {
  const lines = summaryLines(talk);
  const found = readChoice(words, compileChoices(lines.map(({ label }) => ({ label, short: label, aliases: [] }))));
  return found.type === 'one' ? (lines[found.index]?.number ?? null) : null;
}

/** Opens the first answered step of line `number`; false when there is none. */
export function editLine(talk: Talk, number: number): boolean {
  const line = summaryLines(talk).find((l) => l.number === number);
  if (!line) return false;
  const { answers } = mustDraft(talk);
  const steps = activeSteps(talk).filter((step) => step.part === number && answers[step.field]);
  if (steps.length > 1) {
    // the questions of one part are asked again together
    const rest = { ...answers };
    for (const step of steps) delete rest[step.field];
    talk.session.drafts[mustDraft(talk).campaign] = { ...mustDraft(talk), answers: rest };
    enter(talk, line.step.id);
  } else reopen(talk, line.step);
  return true;
}

function hello(talk: Talk): void {
  if (draftOf(talk) && isLive(talk)) return;
  if (!isLive(talk)) tellOver(talk);
  menu(talk, talk.session.entries.length > 0 ? 'idle.helloAgain' : 'idle.hello');
}

export function newEntry(talk: Talk): void {
  talk.asking = true;
  const { session } = talk;
  if (!isLive(talk)) {
    const flow = talk.world.defaultFlow(talk.at);
    if (whereIn(talk, flow).type === 'over') {
      tellOver(talk);
      return offerMenu(talk);
    }
    session.campaign = flow.campaign.id;
    session.ask = null;
  }
  if (draftOf(talk)) return note(talk, 'newEntry.open');
  startDraft(talk, flowOf(talk));
}

/** Own entries that may still be changed: their phase is open. */
export function changeable(talk: Talk): Session['entries'] {
  return talk.session.entries.filter((entry) => {
    const flow = talk.world.flows.get(entry.campaign);
    if (!flow) return false;
    return phasesIn(talk, flow).some(
      (p) => p.opensAt <= entry.submittedAt && entry.submittedAt < p.closesAt && talk.at < p.closesAt,
    );
  });
}

function pickEntry(talk: Talk, what: 'correct' | 'withdraw'): void {
  const open = changeable(talk);
  const [first] = open;
  if (!first) {
    note(talk, talk.session.entries.length > 0 ? 'entry.tooLate' : 'entry.none');
    if (!draftOf(talk)) offerMenu(talk);
    return;
  }
  if (open.length > 1) {
    talk.session.ask = { type: 'pickEntry', action: what, codes: open.slice(0, 8).map((entry) => entry.code) };
    return;
  }
  changeEntry(talk, what, first.code);
}

/** The button of a result: opens this entry to be corrected, where that may still be. */
export function correct(talk: Talk, code: string): void {
  if (changeable(talk).some((entry) => entry.code === code)) return changeEntry(talk, 'correct', code);
  talk.asking = true;
  note(talk, talk.session.entries.length > 0 ? 'entry.tooLate' : 'entry.none');
  if (!draftOf(talk)) offerMenu(talk);
}

export function changeEntry(talk: Talk, what: 'correct' | 'withdraw', code: string): void {
  talk.asking = true;
  if (what === 'withdraw') {
    talk.session.ask = { type: 'confirmWithdraw', code };
    return;
  }
  const entry = talk.session.entries.find((e) => e.code === code);
  const open = entry ? talk.session.drafts[entry.campaign] : undefined;
  if (open) {
    if (open.revises !== code) {
      note(talk, 'entry.draftOpen');
      return;
    }
    talk.session.campaign = open.campaign;
    return;
  }
  talk.request = { type: 'loadEntry', contact: talk.session.contact, code };
}
