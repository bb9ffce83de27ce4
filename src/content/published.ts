import type { CampaignFile, IntakeFile } from './schemas.ts';
import type { UnitRow } from './unit-rows.ts';

/** A campaign in the form in which it is edited and published: what its files under `flows/` hold. */
export type PublishedCampaign = {
  /** Its id, the name of the folder. */
  campaign: string;
  /** From 1; 0 = as in the files. */
  version: number;
  file: CampaignFile;
  intake: IntakeFile;
  units: readonly UnitRow[];
  note: string;
  /** Who published it; null for the files. */
  by: { id: string; name: string } | null;
  /** Epoch ms; 0 for the files. */
  at: number;
};

/** One mistake in what is to be published: where it is (`phases.0.closesAt`, `intake.steps.3.options`, `units.84`), and what. */
export type PublishFault = {
  path: string;
  /** Stable, for a sentence in the reader's language; `shape` = refused by the schema. */
  code: string;
  facts: Readonly<Record<string, string | number>>;
  /** For developers, in English. */
  message: string;
};

/** A value that differs. `undefined` where one side has nothing. Items of lists are named by their id or code where they have one. */
export type Difference = { path: string; before: unknown; after: unknown };

/** What becomes of people when `after` replaces `before`. Instants are epoch ms; `unit` null = all without a date of their own. */
export type Effects = {
  /** Beginnings and ends that are others now. `before` null = the phase is new, `after` null = it is gone. */
  deadlines: { phase: string; unit: string | null; before: Dates | null; after: Dates | null }[];
  /** Phases that take entries at this moment for these people, and would not have; and the other way round. */
  reopened: { phase: string; unit: string | null }[];
  closed: { phase: string; unit: string | null }[];
  /** Ids of questions. `changed`: asked again where an answer no longer fits. */
  steps: { added: string[]; removed: string[]; changed: string[] };
  units: { added: number; changed: number; ended: number; removed: number };
};
export type Dates = { opensAt: number; closesAt: number };
