import { never } from '../base/never.ts';
import type { Option } from '../core/reply.ts';
import type { Ask, Session } from '../core/session.ts';
import { isLive } from './deadline.ts';
import { profileFor } from './drafts.ts';
import { tellInstant } from './times-told.ts';
import type { Step } from './flow.ts';
import { reviewQuestion } from './review.ts';
import { questionOf, showAnswer } from './steps/step-types.ts';
import { summaryLines } from './summary.ts';
import { action, draftOf, flowOf, stepOf, tell, type Answerable, type Question, type Talk } from './talk.ts';

/** Buttons carry at most this many characters. Source: messenger.md §3.3, quick reply title. */
const MAX_SHORT = 20;

/** What the person is asked now, or null when nothing is open. */
export function openQuestion(talk: Talk): Question | null {
  const { ask } = talk.session;
  const own = ask ? askedAnywhere(talk, ask) : null;
  if (own) return own;
  const draft = draftOf(talk);
  if (!draft || !isLive(talk)) return null;
  const step = stepOf(talk);
  if (step.type === 'review') return reviewQuestion(talk);
  const question = questionOf(talk, step);
  return { ...question, text: withProgress(talk, step, question.text) };
}

/** Whether the open question is another one than in `before`: then buttons of that one are old. */
export function isOtherQuestion(talk: Talk, before: Session): boolean {
  const { campaign } = talk.session;
  const [ask, askBefore] = [questionIn(talk.session), questionIn(before)];
  const stepBefore = before.campaign === null ? undefined : before.drafts[before.campaign]?.step;
  if (campaign !== before.campaign || draftOf(talk)?.step !== stepBefore) return true;
  return ask !== askBefore && JSON.stringify(ask) !== JSON.stringify(askBefore);
}

/** What is asked in place of the step's question. */
const questionIn = ({ ask }: Session): Ask | null => (ask?.type === 'remind' ? null : ask);

/** `Bước 3/8 · Nơi công tác`. */
export function progressLine(talk: Talk, step: Step): string {
  if (step.part === 0) return '';
  return tell(talk, 'progress', { n: step.part, total: flowOf(talk).parts, label: tell(talk, `${step.key}.label`) });
}

function withProgress(talk: Talk, step: Step, text: string): string {
  const line = progressLine(talk, step);
  return line ? `${line}\n${text}` : text;
}

/** Questions that do not belong to a step. */
function askedAnywhere(talk: Talk, ask: Ask): Question | null {
  switch (ask.type) {
    case 'confirmCommand':
      return {
        text: tell(talk, `confirm.${ask.command}`),
        options: [action(talk, 'yes', `confirm.${ask.command}Yes`), action(talk, 'no', 'button.no')],
      };
    case 'confirmWithdraw':
      return {
        text: tell(talk, 'confirm.withdraw', { code: ask.code }),
        options: [action(talk, 'yes', 'confirm.withdrawYes'), action(talk, 'no', 'button.no')],
      };
    case 'pickEntry':
      return {
        text: tell(talk, `ask.pickEntry.${ask.action}`),
        options: ask.codes.map((code) => ({
          kind: 'choice',
          value: `e:${code}`,
          label: `${code} (${tellInstant(talk, submittedAt(talk, code))})`,
          short: code,
        })),
      };
    case 'pickEdit':
      return {
        text: tell(talk, 'ask.pickEdit'),
        options: [
          ...summaryLines(talk).map(({ number, label }): Answerable => ({
            kind: 'choice',
            value: `n:${number}`,
            label,
            short: `${number}. ${label}`,
          })),
          action(talk, 'backToReview'),
        ],
      };
    case 'reuseProfile': {
      const flow = flowOf(talk);
      const known = profileFor(talk, flow);
      const lines = flow.steps.flatMap((step) => {
        const answer = known[step.field];
        return answer && step.type !== 'review'
          ? [`${tell(talk, `${step.key}.label`)}: ${showAnswer(talk, step, answer)}`]
          : [];
      });
      return {
        text: tell(talk, 'ask.reuseProfile', { lines: lines.join('\n') }),
        options: [action(talk, 'reuse'), action(talk, 'retype', 'button.enterAnew')],
      };
    }
    case 'confirmName':
    case 'confirmPhone':
    case 'pickPhone':
    case 'pickUnit':
    case 'confirmUnit':
    case 'otherUnit':
    case 'pickChoice':
    case 'keepCut':
      return null; // asked by the step
    case 'remind':
      return null; // asked beside it
    default:
      return never(ask, 'ask');
  }
}

const submittedAt = (talk: Talk, code: string): number =>
  talk.session.entries.find((entry) => entry.code === code)?.submittedAt ?? 0;

/** What goes out as it stands: commands, and what is known by its name. */
const UNNUMBERED = /^(menu|campaign|entry):/;

/** Gives answers their payloads. `prompt` is the number of the question; commands work under any number. */
export function toOptions(answerables: readonly Answerable[], prompt: number): Option[] {
  return answerables.map(({ kind, value, label, short }) => ({
    kind,
    label,
    short: cut(short ?? label),
    payload: UNNUMBERED.test(value) ? `#${value}` : `#${prompt.toString(36)}:${value}`,
  }));
}

const cut = (label: string): string => {
  if (label.length <= MAX_SHORT) return label;
  const letters = [...label];
  return letters.length > MAX_SHORT ? `${letters.slice(0, MAX_SHORT - 1).join('')}…` : label;
};
