import type { IntakeFile, StepFile } from '../../../content/schemas.ts';

type YesNoFile = Extract<StepFile, { type: 'yesNo' }>;

/** The steps with their parts counted anew: 1, 2, 3 … where questions that shared a part go on to. */
function renumbered(steps: readonly StepFile[]): StepFile[] {
  let part = 0;
  let before: number | null = null;
  return steps.map((step) => {
    if (!('part' in step)) return step;
    if (step.part !== before) part += 1;
    before = step.part;
    return { ...step, part };
  });
}

/**
 * A new question that is answered with yes or no, behind the others of its kind, else before the proof. Its id is one that no
 * question ever had, so that no draft holds an answer to another one under it.
 */
export function withQuestion(intake: IntakeFile, id: string): IntakeFile {
  const { steps } = intake;
  const last = steps.findLastIndex(({ type }) => type === 'yesNo');
  const end = steps.findIndex(({ type }) => type === 'attachments' || type === 'review');
  const at = last >= 0 ? last + 1 : end;
  const beside = steps[last];
  const step: YesNoFile = {
    id,
    type: 'yesNo',
    field: id,
    // a part between two others for as long as it takes to count them anew
    part: beside && 'part' in beside ? beside.part : 0.5,
    text: `steps.${id}`,
    expect: true,
    otherwise: 'warn',
  };
  return { ...intake, steps: renumbered(steps.toSpliced(at, 0, step)) };
}

export function withoutQuestion(intake: IntakeFile, id: string): IntakeFile {
  return { ...intake, steps: renumbered(intake.steps.filter((step) => step.id !== id)) };
}

export function withStep<S extends StepFile>(intake: IntakeFile, id: string, change: Partial<S>): IntakeFile {
  return { ...intake, steps: intake.steps.map((step) => (step.id === id ? { ...step, ...change } : step)) };
}

/** The code of a new group: letters of its name that a button's payload may carry, and one that nobody has. */
export function freeCode(label: string, taken: readonly string[]): string {
  const folded = label
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[\u0111\u0110]/g, 'd')
    .toLowerCase();
  const stem =
    folded
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 30) || 'nhom';
  let code = stem;
  for (let n = 2; taken.includes(code); n += 1) code = `${stem}-${n}`;
  return code;
}
