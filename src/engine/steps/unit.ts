import { never } from '../../base/never.ts';
import type { Answer } from '../../core/answers.ts';
import { phaseAt, phasesFor, type Campaign } from '../../core/campaign.ts';
import { pathNow, type Unit, type UnitTree } from '../../core/unit.ts';
import { readCommand } from '../commands.ts';
import { tellClosing } from '../times-told.ts';
import { clean, countChars } from '../readers/fold.ts';
import { readYesNo } from '../readers/yes-no.ts';
import { action, flowOf, mustDraft, putDraft, tell, type Answerable, type Question, type Talk } from '../talk.ts';
import {
  answered,
  checkAnswered,
  checkRefused,
  refused,
  STAY,
  type Check,
  type Input,
  type StepType,
  type Verdict,
} from './step-type.ts';

/** Units on one page: with the buttons for more, another and none of these it stays within Messenger's 13 quick replies. */
const PAGE = 8;
const MAX_OTHER_CHARS = 200;

/** The workplace: a first-level unit, then one below it as deep as the list goes, or the person's own words when it is not there. */
export const unit: StepType<'unit'> = {
  question(talk, step) {
    const tree = treeOf(talk);
    const { ask } = talk.session;
    switch (ask?.type) {
      case 'confirmUnit':
        return {
          text: tell(talk, 'ask.confirmUnit', { unit: fullName(tree, ask.code) }),
          options: [action(talk, 'yes', 'button.right'), action(talk, 'retype', 'button.otherPlace')],
        };
      case 'otherUnit':
        return { text: tell(talk, 'ask.otherUnit', { unit: nameOf(tree, ask.parent) }), options: [] };
      case 'pickUnit':
        return pickQuestion(talk, tree, ask.parent, ask.codes, ask.page);
      default:
        return { text: tell(talk, `${step.key}.prompt`), options: [] };
    }
  },
  answer(talk, _step, input) {
    const verdict = read(talk, input);
    const closed = verdict.type === 'answered' ? closedFor(flowOf(talk).campaign, verdict.answer, talk.at) : null;
    if (!closed) return verdict;
    talk.session.ask = null;
    return refused('unit.over', tellClosed(talk, closed));
  },
  fits: (_step, answer, talk) =>
    answer.type === 'unit' && answer.path.length > 0 && answer.path.every((code) => treeOf(talk).byCode(code) !== null),
  check: (talk, _step, value) => (value.type === 'unit' ? check(talk, value) : checkRefused(talk, '')),
  show: (talk, _step, answer) => showUnit(treeOf(talk), answer),
};

function read(talk: Talk, input: Input): Verdict {
  const tree = treeOf(talk);
  const { ask } = talk.session;
  switch (ask?.type) {
    case 'confirmUnit': {
      const yes = input.type === 'tap' ? input.value === 'yes' : readYesNo(input.text);
      if (yes === null) return search(talk, tree, null, input);
      if (yes) return choose(talk, tree, ask.code);
      talk.session.ask = null;
      return STAY;
    }
    case 'otherUnit':
      return input.type === 'tap' ? STAY : other(tree.pathOf(ask.parent), input.text);
    case 'pickUnit':
      return pick(talk, tree, ask.parent, ask.codes, ask.page, input);
    default:
      return search(talk, tree, null, input);
  }
}

type Closed = { unit: string; closesAt: number };

/** A workplace whose deadline is over while that of others is not is no answer, for another may be meant; null = it may be one. */
export function closedFor(campaign: Campaign, answer: Answer, at: number): Closed | null {
  if (answer.type !== 'unit' || campaign.deadlines.length === 0) return null;
  const where = phaseAt(phasesFor(campaign, answer.path), at);
  if (where.type !== 'over') return null;
  return { unit: nameOf(campaign.units, answer.path.at(-1) ?? ''), closesAt: where.last.closesAt };
}

const tellClosed = (talk: Talk, { unit, closesAt }: Closed) => ({ unit, closing: tellClosing(talk, closesAt) });

/** Sets the question that a QR code's unit calls for; called when the step is entered. */
export function enterUnit(talk: Talk): void {
  const draft = mustDraft(talk);
  if (draft.unitHint === null) return;
  const hint = treeOf(talk).byCode(draft.unitHint);
  putDraft(talk, { ...draft, unitHint: null });
  if (hint) talk.session.ask = { type: 'confirmUnit', code: hint.code };
}

/** One level up inside the step; false when it stands at the first question already. */
export function backInUnit(talk: Talk): boolean {
  const { ask } = talk.session;
  if (ask?.type === 'otherUnit') {
    enterBelow(talk, treeOf(talk), ask.parent);
    return talk.session.ask?.type === 'pickUnit';
  }
  if (ask?.type !== 'pickUnit') return false;
  const above = ask.parent === null ? null : (treeOf(talk).byCode(ask.parent)?.parent ?? null);
  talk.session.ask = null;
  if (above !== null) enterBelow(talk, treeOf(talk), above);
  return true;
}

export function showUnit(tree: UnitTree, answer: Answer): string {
  if (answer.type !== 'unit') return '';
  const names = pathNow(tree, answer.path).map((code) => nameOf(tree, code));
  if (answer.other) names.push(answer.other);
  return names.join(' – ');
}

/** A path from the first level down, and below its end the workplace in words where the list does not have it. */
function check(talk: Talk, { path, other: typed }: Extract<Answer, { type: 'unit' }>): Check {
  const tree = treeOf(talk);
  const closed = closedFor(flowOf(talk).campaign, { type: 'unit', path, other: typed }, talk.at);
  if (closed) return checkRefused(talk, 'reject.unit.over', tellClosed(talk, closed));
  let parent: string | null = null;
  for (const code of path) {
    const unit = tree.byCode(code);
    if (unit?.parent !== parent) {
      return checkRefused(talk, parent === null ? 'reject.unit.none' : 'reject.unit.noneBelow', {
        text: code.slice(0, 40),
      });
    }
    parent = unit.code;
  }
  if (parent === null) return checkRefused(talk, 'reject.unit.none', { text: '' });
  if (typed === '' && tree.childrenOf(parent).length > 0) return checkAnswered({ type: 'unit', path, other: '' });
  if (typed === '' && path.length > 1) return checkAnswered({ type: 'unit', path, other: '' });
  const verdict = other(path, typed);
  if (verdict.type === 'answered' && verdict.answer.type === 'unit') return checkAnswered({ ...verdict.answer, path });
  return checkRefused(talk, verdict.type === 'refused' ? `reject.${verdict.key}` : '', { max: MAX_OTHER_CHARS });
}

const treeOf = (talk: Talk): UnitTree => flowOf(talk).campaign.units;
const nameOf = (tree: UnitTree, code: string): string => tree.byCode(code)?.name ?? code;

const fullName = (tree: UnitTree, code: string): string =>
  tree
    .pathOf(code)
    .map((c) => nameOf(tree, c))
    .join(' – ');

function pickQuestion(
  talk: Talk,
  tree: UnitTree,
  parent: string | null,
  codes: readonly string[],
  page: number,
): Question {
  const shown = codes.slice(page * PAGE, (page + 1) * PAGE);
  const options: Answerable[] = shown.flatMap((code) => {
    const one = tree.byCode(code);
    return one ? [{ kind: 'choice' as const, value: `u:${code}`, label: one.name, short: one.short }] : [];
  });
  if (codes.length > PAGE) options.push(action(talk, 'more'));
  if (parent === null) return { text: tell(talk, 'ask.pickUnit', { count: codes.length }), options };
  options.push(action(talk, 'other'), action(talk, 'direct'));
  const pages = Math.ceil(codes.length / PAGE);
  const place = { unit: nameOf(tree, parent), page: page + 1, pages };
  return { text: tell(talk, pages > 1 ? 'ask.pickSubUnits' : 'ask.pickSubUnit', place), options };
}

/** What comes after a unit is chosen: the level below it, or the end. */
function choose(talk: Talk, tree: UnitTree, code: string): Verdict {
  const chosen = tree.byCode(code);
  if (!chosen) return STAY;
  const isLast = chosen.parent !== null && tree.childrenOf(code).length === 0;
  if (isLast) return answered({ type: 'unit', path: [...tree.pathOf(code)], other: '' });
  enterBelow(talk, tree, code);
  return STAY;
}

function enterBelow(talk: Talk, tree: UnitTree, parent: string): void {
  const children = tree.childrenOf(parent).map((child) => child.code);
  talk.session.ask =
    children.length > 0 ? { type: 'pickUnit', parent, codes: children, page: 0 } : { type: 'otherUnit', parent };
}

function pick(
  talk: Talk,
  tree: UnitTree,
  parent: string | null,
  codes: readonly string[],
  page: number,
  input: Input,
): Verdict {
  if (input.type === 'tap') {
    if (input.value.startsWith('u:')) return choose(talk, tree, input.value.slice(2));
    return word(talk, tree, { parent, codes, page }, input.value) ?? STAY;
  }
  const ordinal = /^\s*(?:số\s*|so\s*|#\s*)?(\d{1,2})\s*\.?\s*$/iu.exec(input.text)?.[1];
  if (ordinal !== undefined) {
    const shown = codes.slice(page * PAGE, (page + 1) * PAGE);
    const code = shown[Number(ordinal) - 1];
    return code === undefined ? refused('unit.number', { count: shown.length }) : choose(talk, tree, code);
  }
  const command = readCommand(input.text, talk.world.words)?.name;
  const said =
    command === 'more' ? 'more' : command === 'otherUnit' ? 'other' : command === 'directUnit' ? 'direct' : '';
  return word(talk, tree, { parent, codes, page }, said) ?? search(talk, tree, parent, input);
}

type Shown = { parent: string | null; codes: readonly string[]; page: number };

function word(talk: Talk, tree: UnitTree, { parent, codes, page }: Shown, said: string): Verdict | null {
  switch (said) {
    case 'more':
      talk.session.ask = {
        type: 'pickUnit',
        parent,
        codes: [...codes],
        page: (page + 1) % Math.max(1, Math.ceil(codes.length / PAGE)),
      };
      return STAY;
    case 'other':
      if (parent === null) return null;
      talk.session.ask = { type: 'otherUnit', parent };
      return STAY;
    case 'direct':
      return parent === null ? null : answered({ type: 'unit', path: [...tree.pathOf(parent)], other: '' });
    default:
      return null;
  }
}

function search(talk: Talk, tree: UnitTree, parent: string | null, input: Input): Verdict {
  if (input.type === 'tap') return STAY;
  const match = tree.search(input.text, parent);
  switch (match.type) {
    case 'one':
      return choose(talk, tree, match.unit.code);
    case 'some':
      talk.session.ask = { type: 'pickUnit', parent, codes: match.units.map((u: Unit) => u.code), page: 0 };
      return STAY;
    case 'none':
      return refused(parent === null ? 'unit.none' : 'unit.noneBelow', { text: clean(input.text).slice(0, 40) });
    default:
      return never(match, 'unit match');
  }
}

function other(path: readonly string[], typed: string): Verdict {
  const text = clean(typed).replace(/\s+/g, ' ').trim();
  if (!/\p{L}/u.test(text)) return refused('unit.otherEmpty');
  if (countChars(text) > MAX_OTHER_CHARS) return refused('unit.otherTooLong', { max: MAX_OTHER_CHARS });
  return answered({ type: 'unit', path: [...path], other: text });
}
