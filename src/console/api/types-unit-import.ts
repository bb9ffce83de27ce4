/** What the routes that import workplaces give and take, as JSON. Types only. */
import type { ImportRead } from '../../content/sheet/import.ts';
import type { Added, Changed, Note, Problem } from '../../content/sheet/plan.ts';
import type { FaultView } from './types-campaigns.ts';

/** POST /editor/campaigns/:campaign/unit-imports?name= with the file as its body → 201 `{ id }`, or 409 `ImportRefused`. */
export type ImportRefused = {
  why: 'notASheet' | 'oldOrLocked' | 'empty' | 'tooLarge' | 'tooManyRows' | 'letters';
};

/** How the sheet is to be taken: below which unit, from which day, and whether what it leaves out ends. */
export type ImportWish = { under: string; from: string; endMissing: boolean };

/** Lists are cut to so many; totals are beside them. Problems never are. */
export type Listed<T> = { total: number; first: readonly T[] };
export type UnitLine = { code: string; name: string };

/** GET /editor/campaigns/:campaign/unit-imports/:id?under=&from=&endMissing= : nothing is saved. */
export type ImportView = {
  name: string;
  encoding: string | null;
  /** Version that it was compared with, and the one it became. */
  base: number;
  published: number | null;
  /** `2025-07-01`: the day taken for `from` where none was given. */
  from: string;
} & (
  { type: 'noHeading' } | { type: 'badHeading'; read: ImportRead } | ({ type: 'planned'; read: ImportRead } & PlanView)
);

export type PlanView = {
  kind: 'units' | 'successors';
  rows: number;
  problems: readonly Problem[];
  notes: Listed<Note>;
  added: Listed<Added>;
  changed: Listed<Changed>;
  unchanged: number;
  missing: Listed<UnitLine>;
  ended: number;
  /** Phases by id, for quotas. */
  phases: readonly { id: string; name: string }[];
  /** Of units that are named by code above. */
  unitNames: Readonly<Record<string, string>>;
  /** What would be refused although every row is right; empty = it can be published. */
  faults: readonly FaultView[];
};

/** POST /editor/campaigns/:campaign/unit-imports/:id/publish → 201 `{ version }`, or 409. `skip`: rows with problems stay out. */
export type ImportPublishBody = ImportWish & { base: number; skip: boolean; note: string };
export type ImportPublishRefused =
  | { why: 'importConflict'; latest: number }
  | { why: 'importProblems' | 'importNothing' | 'importUnread' | 'importEnds' }
  | { why: 'importFaults'; faults: readonly FaultView[] };
