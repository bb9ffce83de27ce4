import type { UnitRow } from '../unit-rows.ts';
import type { CampaignFile } from '../schemas.ts';

/** What is wrong with a row, or what was made of it; each has a sentence in the console's locales. */
export type ProblemCode =
  | 'nameMissing'
  | 'codeForm'
  | 'codeZeros'
  | 'rowTwice'
  | 'ambiguous'
  | 'parentUnknown'
  | 'parentAmbiguous'
  | 'parentProblem'
  | 'parentSelf'
  | 'circle'
  | 'deep'
  | 'outside'
  | 'shortLong'
  | 'cellLong'
  | 'quotaForm'
  | 'quotaHuge'
  | 'dateForm'
  | 'successorUnknown'
  | 'formulaError'
  | 'ended'
  | 'oldMissing'
  | 'oldUnknown'
  | 'newMissing'
  | 'newUnknown'
  | 'readsLike'
  | 'nameTaken'
  | 'dates'
  | 'endsAbove'
  | 'publishing';
/** What was done with a row besides, for whom it surprises. */
export type NoteCode =
  'zeros' | 'near' | 'skippedTotal' | 'skippedFooter' | 'firstLevel' | 'shortMade' | 'stays' | 'renamed';

/** A row of the sheet by its number there, the cell by its letter (null = the whole row) and what stands in it. */
export type Remark<Code> = {
  row: number;
  column: string | null;
  cell: string;
  code: Code;
  /** For the places of its sentence. */
  facts: Readonly<Record<string, string | number>>;
};
export type Problem = Remark<ProblemCode>;
export type Note = Remark<NoteCode>;

export type ChangedField =
  'name' | 'short' | 'parent' | 'aliases' | 'kind' | 'source' | 'validFrom' | 'validTo' | 'successor';
/** A value that becomes another. `quota` of a phase: '' = none was given. */
export type Change =
  | { field: ChangedField; before: string; after: string }
  | { field: 'quota'; phase: string; before: number | null; after: number | null };

/** `row` null = not in the sheet: it follows from another row. */
export type Added = {
  row: number | null;
  code: string;
  name: string;
  parent: string | null;
  quotas: Readonly<Record<string, number>>;
};
export type Changed = { row: number | null; code: string; name: string; changes: readonly Change[] };

/** What a sheet would make of the list of units and their quotas. Nothing of it is saved yet; rows with a problem are left as they are. */
export type ImportPlan = {
  kind: 'units' | 'successors';
  /** Rows below the heading that say something, those with problems among them. */
  rows: number;
  problems: readonly Problem[];
  notes: readonly Note[];
  added: readonly Added[];
  changed: readonly Changed[];
  unchanged: number;
  /** Units in force of which the sheet says nothing. */
  missing: readonly { code: string; name: string; parent: string | null }[];
  /** How many of them end, as was asked for. */
  ended: number;
  units: readonly UnitRow[];
  quotas: CampaignFile['quotas'];
};

export type ImportOptions = {
  /** Rows that name no unit above them lie below this one, and only what is below it can be missing; null = the whole tree. */
  under: string | null;
  /** `2025-07-01`: from when what ends is no more, and what takes over is there. */
  from: string;
  /** End the units of which the sheet says nothing. */
  endMissing: boolean;
};
