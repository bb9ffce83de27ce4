import { CANNED_NAMES, phasesFor, strangeName } from '../core/campaign.ts';
import { compileDeadlines, compilePhases } from './compile.ts';
import type { CampaignFile } from './schemas.ts';
import { isNamed, treeAt } from './unit-dates.ts';
import type { UnitRow } from './unit-rows.ts';

/**
 * Tells a mistake: where it is, a stable code with its facts for a sentence in the reader's language, and what to tell a
 * developer.
 */
export type TellFault = (
  path: readonly PropertyKey[],
  code: FaultCode,
  facts: Readonly<Record<string, string | number>>,
  message: string,
) => void;

export type FaultCode =
  | 'phase.closesFirst'
  | 'phase.overlaps'
  | 'phase.twice'
  | 'office.closesFirst'
  | 'canned.twice'
  | 'canned.name'
  | 'deadline.unit'
  | 'deadline.phase'
  | 'deadline.twice'
  | 'deadline.closesFirst'
  | 'quota.unit'
  | 'quota.phase'
  | 'quota.twice'
  | 'text.missing'
  | 'text.key'
  | 'text.name'
  | 'text.long'
  | 'text.oneLanguage'
  | 'step.twice'
  | 'step.field'
  | 'step.part'
  | 'step.when'
  | 'step.order'
  | 'option.twice'
  | 'code.taken';

/** Rules a schema cannot tell: order, references. */
export function checkCampaign(file: CampaignFile, tell: TellFault): void {
  let end = Number.NEGATIVE_INFINITY;
  const ids = new Set<string>();
  for (const [index, phase] of file.phases.entries()) {
    const { id } = phase;
    const opens = Date.parse(phase.opensAt);
    const closes = Date.parse(phase.closesAt);
    const at = (key: string) => ['phases', index, key];
    if (closes <= opens) tell(at('closesAt'), 'phase.closesFirst', { id }, `phase ${id} closes before it opens`);
    if (opens < end) tell(at('opensAt'), 'phase.overlaps', { id }, `phase ${id} opens before the one above it closes`);
    if (ids.has(id)) tell(at('id'), 'phase.twice', { id }, `phase ${id} stands twice`);
    ids.add(id);
    end = Math.max(end, closes);
  }
  for (const [index, { from, to }] of file.support.hours.entries()) {
    if (from < to) continue;
    const message = `the office closes at ${to} and opens at ${from}`;
    tell(['support', 'hours', index, 'to'], 'office.closesFirst', { from, to }, message);
  }
  const replies = new Set<string>();
  for (const [index, { id, text }] of file.support.canned.entries()) {
    const at = ['support', 'canned', index];
    if (replies.has(id)) tell([...at, 'id'], 'canned.twice', { id }, `reply ${id} stands twice`);
    replies.add(id);
    for (const lang of ['vi', 'en'] as const) {
      const name = strangeName(text[lang]);
      if (name === null) continue;
      tell([...at, 'text', lang], 'canned.name', { name }, `{${name}} is none of ${CANNED_NAMES.join(', ')}`);
    }
  }
}

/** What the campaign says of single units: they must be there, and no phase may close before it opens for them. */
export function checkUnitsOf(file: CampaignFile, rows: readonly UnitRow[], tell: TellFault): void {
  const named = new Set(rows.filter(isNamed).map(({ code }) => code));
  const units = treeAt(rows, Infinity);
  const phases = new Set(file.phases.map(({ id }) => id));
  const said = new Set<string>();
  const whole = { phases: compilePhases(file), deadlines: compileDeadlines(file) };
  for (const [index, { unit, phase }] of file.deadlines.entries()) {
    const at = (key: string) => ['deadlines', index, key];
    const facts = { unit, phase };
    if (!phases.has(phase)) tell(at('phase'), 'deadline.phase', facts, `there is no phase ${phase}`);
    if (!named.has(unit)) {
      tell(at('unit'), 'deadline.unit', facts, `there is no unit ${unit}`);
      continue;
    }
    const key = JSON.stringify([unit, phase]);
    if (said.has(key)) tell(at('unit'), 'deadline.twice', facts, `unit ${unit} stands twice for phase ${phase}`);
    said.add(key);
    const own = phasesFor({ ...whole, units }, units.pathOf(unit)).find(({ id }) => id === phase);
    if (own && own.closesAt <= own.opensAt) {
      tell(at('closesAt'), 'deadline.closesFirst', facts, `phase ${phase} closes before it opens for unit ${unit}`);
    }
  }
  const given = new Set<string>();
  for (const [index, { unit, phase }] of file.quotas.entries()) {
    const at = (key: string) => ['quotas', index, key];
    const facts = { unit, phase };
    if (!phases.has(phase)) tell(at('phase'), 'quota.phase', facts, `there is no phase ${phase}`);
    if (!named.has(unit)) tell(at('unit'), 'quota.unit', facts, `there is no unit ${unit}`);
    const key = JSON.stringify([unit, phase]);
    if (given.has(key)) tell(at('unit'), 'quota.twice', facts, `unit ${unit} has two quotas for phase ${phase}`);
    given.add(key);
  }
}
