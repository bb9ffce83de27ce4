import type { TellFault } from './check.ts';
import type { IntakeFile } from './schemas.ts';

/** Rules a schema cannot tell about the questions: order, references. */
export function checkIntake(file: IntakeFile, tellAt: TellFault): void {
  const tell: TellFault = (path, ...rest) => tellAt(['steps', ...path], ...rest);
  const ids = new Set<string>();
  const fields = new Map<string, StepFacts>();
  let part = 0;
  for (const [index, step] of file.steps.entries()) {
    const facts = { id: step.id };
    if (ids.has(step.id)) tell([index, 'id'], 'step.twice', facts, `step ${step.id} stands twice`);
    ids.add(step.id);
    if (step.type === 'consent' && index !== 0) tell([index, 'type'], 'step.order', facts, 'consent comes first');
    if (step.type === 'review' && index !== file.steps.length - 1)
      tell([index, 'type'], 'step.order', facts, 'steps after the review cannot be reached');
    if ('field' in step) {
      const { field } = step;
      if (fields.has(field))
        tell([index, 'field'], 'step.field', { ...facts, field }, `field ${field} is filled twice`);
      if (step.part !== part && step.part !== part + 1)
        tell([index, 'part'], 'step.part', { ...facts, part: step.part }, `part ${step.part} follows ${part}`);
      part = step.part;
      fields.set(field, {
        type: step.type,
        codes: step.type === 'choice' ? step.options.map((option) => option.code) : ['yes', 'no'],
      });
    }
    if (step.when) {
      const { field, is } = step.when;
      const earlier = fields.get(field);
      const when = { ...facts, field, is };
      if (!earlier || ('field' in step && field === step.field)) {
        tell([index, 'when'], 'step.when', when, `no earlier step fills ${field}`);
      } else if (!['choice', 'yesNo'].includes(earlier.type) || !earlier.codes.includes(is)) {
        const message = `${field} is never "${is}", so this step cannot be reached`;
        tell([index, 'when', 'is'], 'step.when', when, message);
      }
    }
    if (step.type === 'choice') checkOptions(step, index, tell);
  }
  const last = file.steps.at(-1);
  if (last?.type !== 'review')
    tell([file.steps.length - 1], 'step.order', { id: last?.id ?? '' }, 'a flow ends with a review');
  if (file.steps[0]?.type !== 'consent')
    tell([0], 'step.order', { id: file.steps[0]?.id ?? '' }, 'a flow begins with consent');
}

type StepFacts = { type: string; codes: readonly string[] };

function checkOptions(
  { id, options }: { id: string; options: readonly { code: string }[] },
  index: number,
  tell: TellFault,
): void {
  const codes = new Set<string>();
  for (const [at, { code }] of options.entries()) {
    if (codes.has(code))
      tell([index, 'options', at, 'code'], 'option.twice', { id, code }, `option ${code} stands twice`);
    codes.add(code);
  }
}
