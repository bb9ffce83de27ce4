import { draftOf, tell, type Talk } from './talk.ts';
import { activeSteps } from './progress.ts';
import { showAnswer } from './steps/step-types.ts';
import type { Step } from './flow.ts';

export type SummaryLine = { number: number; step: Step; label: string; value: string };

/** The answered questions, numbered by their part; steps of one part stand on one line. */
export function summaryLines(talk: Talk): SummaryLine[] {
  const answers = draftOf(talk)?.answers ?? {};
  const lines: SummaryLine[] = [];
  for (const step of activeSteps(talk)) {
    const answer = answers[step.field];
    if (step.type === 'review' || step.part === 0 || !answer) continue;
    const value = showAnswer(talk, step, answer);
    const last = lines.at(-1);
    if (last?.number === step.part) last.value += `; ${tell(talk, `${step.key}.label`)}: ${value}`;
    else lines.push({ number: step.part, step, label: tell(talk, `${step.key}.label`), value });
  }
  return lines;
}
