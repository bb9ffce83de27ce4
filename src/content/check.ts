import { CANNED_NAMES, strangeName } from '../core/campaign.ts';
import type { CampaignFile, IntakeFile } from './schemas.ts';
import { lineOf, type Fault, type YamlFile } from './yaml.ts';

/** Rules a schema cannot tell: order, references, sentences. */
export function checkCampaign(
  yaml: YamlFile,
  file: CampaignFile,
  sentences: ReadonlySet<string>,
  faults: Fault[],
): void {
  const fault = (path: readonly PropertyKey[], message: string) =>
    faults.push({ file: yaml.file, line: lineOf(yaml, path), message });
  let end = Number.NEGATIVE_INFINITY;
  const ids = new Set<string>();
  for (const [index, phase] of file.phases.entries()) {
    const opens = Date.parse(phase.opensAt);
    const closes = Date.parse(phase.closesAt);
    if (closes <= opens) fault(['phases', index, 'closesAt'], `phase ${phase.id} closes before it opens`);
    if (opens < end) fault(['phases', index, 'opensAt'], `phase ${phase.id} opens before the one above it closes`);
    if (ids.has(phase.id)) fault(['phases', index, 'id'], `phase ${phase.id} stands twice`);
    ids.add(phase.id);
    end = Math.max(end, closes);
  }
  for (const [index, { from, to }] of file.support.hours.entries()) {
    if (from >= to) fault(['support', 'hours', index, 'to'], `the office closes at ${to} and opens at ${from}`);
  }
  const replies = new Set<string>();
  for (const [index, { id, text }] of file.support.canned.entries()) {
    const at = ['support', 'canned', index];
    if (replies.has(id)) fault([...at, 'id'], `reply ${id} stands twice`);
    replies.add(id);
    for (const lang of ['vi', 'en'] as const) {
      const strange = strangeName(text[lang]);
      if (strange !== null) fault([...at, 'text', lang], `{${strange}} is none of ${CANNED_NAMES.join(', ')}`);
    }
  }
  if (!sentences.has(file.guide)) fault(['guide'], `no sentence "${file.guide}" in locales`);
}

export function checkIntake(yaml: YamlFile, file: IntakeFile, sentences: ReadonlySet<string>, faults: Fault[]): void {
  const fault = (path: readonly PropertyKey[], message: string) =>
    faults.push({ file: yaml.file, line: lineOf(yaml, ['steps', ...path]), message });
  const ids = new Set<string>();
  const fields = new Map<string, StepFacts>();
  let part = 0;
  for (const [index, step] of file.steps.entries()) {
    if (ids.has(step.id)) fault([index, 'id'], `step ${step.id} stands twice`);
    ids.add(step.id);
    for (const key of ['label', 'prompt', 'help', ...(step.type === 'yesNo' ? ['warn', 'yes', 'no'] : [])]) {
      if (!sentences.has(`${step.text}.${key}`)) fault([index, 'text'], `no sentence "${step.text}.${key}" in locales`);
    }
    if (step.type === 'consent' && index !== 0) fault([index, 'type'], 'consent comes first');
    if (step.type === 'review' && index !== file.steps.length - 1)
      fault([index, 'type'], 'steps after the review cannot be reached');
    if ('field' in step) {
      if (fields.has(step.field)) fault([index, 'field'], `field ${step.field} is filled twice`);
      if (step.part !== part && step.part !== part + 1) fault([index, 'part'], `part ${step.part} follows ${part}`);
      part = step.part;
      fields.set(step.field, {
        type: step.type,
        codes: step.type === 'choice' ? step.options.map((option) => option.code) : ['yes', 'no'],
      });
    }
    if (step.when) {
      const earlier = fields.get(step.when.field);
      if (!earlier || ('field' in step && step.when.field === step.field)) {
        fault([index, 'when'], `no earlier step fills ${step.when.field}`);
      } else if (!['choice', 'yesNo'].includes(earlier.type) || !earlier.codes.includes(step.when.is)) {
        fault([index, 'when', 'is'], `${step.when.field} is never "${step.when.is}", so this step cannot be reached`);
      }
    }
    if (step.type === 'choice') checkOptions(step.options, (at, message) => fault([index, 'options', ...at], message));
  }
  if (file.steps.at(-1)?.type !== 'review') fault([file.steps.length - 1], 'a flow ends with a review');
  if (file.steps[0]?.type !== 'consent') fault([0], 'a flow begins with consent');
}

type StepFacts = { type: string; codes: readonly string[] };

function checkOptions(options: readonly { code: string }[], fault: (at: PropertyKey[], message: string) => void): void {
  const codes = new Set<string>();
  for (const [index, { code }] of options.entries()) {
    if (codes.has(code)) fault([index, 'code'], `option ${code} stands twice`);
    codes.add(code);
  }
}
