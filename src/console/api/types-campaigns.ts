/** What the routes that edit campaigns give and take, as JSON. Types only. Instants are epoch ms, but in the files' own fields. */
import type { Lang } from '../../core/campaign.ts';
import type { CampaignFile, IntakeFile } from '../../content/schemas.ts';

/** What is edited here: quotas and workplaces come from a sheet and stay as they are in the version that is changed. */
export type EditedFile = Omit<CampaignFile, 'quotas'>;

/** A version: `by` null and `at` 0 = the files of the deployment, which are version 0. */
export type VersionView = { version: number; note: string; by: string | null; at: number };

/** GET /editor/campaigns?lang= → `{ campaigns: EditorLine[] }` */
export type EditorLine = VersionView & {
  id: string;
  name: string;
  code: string;
  isOpen: boolean;
  /** Of the open phase, else of the next, else of the last one. */
  phase: { name: string; opensAt: number; closesAt: number };
};

/** GET /editor/campaigns/:campaign */
export type EditorCampaign = VersionView & {
  id: string;
  file: EditedFile;
  intake: IntakeFile;
  /** Sentences that the questions use, as they are without words of the campaign's own. */
  texts: Readonly<Record<Lang, Readonly<Record<string, string>>>>;
  /** Names of the units that have dates of their own. */
  unitNames: Readonly<Record<string, string>>;
  /** Workplaces of the first level, and those that have been given a quota. */
  counts: { units: number; quotas: number };
};

/** One value that differs; `undefined` is left out: nothing there. Paths as in `Difference`. */
export type ChangeView = { path: string; before?: unknown; after?: unknown };

/** GET /editor/campaigns/:campaign/compare?from=&to= : what changed; `more` = so many are not listed. */
export type CompareView = { changes: ChangeView[]; more: number; unitNames: Readonly<Record<string, string>> };

/** POST /editor/campaigns/:campaign/preview */
export type PreviewBody = { base: number; file: EditedFile; intake: IntakeFile };
export type PreviewView = CompareView & {
  /** Empty = it can be published. */
  faults: FaultView[];
  effects: EffectsView;
  /** What was published since `base`, null = nothing. */
  behind: (VersionView & CompareView) | null;
};
export type FaultView = { path: string; code: string; facts: Readonly<Record<string, string | number>>; text: string };

/** See `Effects`; `unit` null = all who have no date of their own. */
export type EffectsView = {
  deadlines: { phase: string; unit: string | null; before: SpanView | null; after: SpanView | null }[];
  /** `drafts`: how many are filling in now, null = could not be counted in time. */
  reopened: { phase: string; unit: string | null; drafts: number | null }[];
  closed: { phase: string; unit: string | null; drafts: number | null }[];
  steps: { added: string[]; removed: string[]; changed: string[] };
};
export type SpanView = { opensAt: number; closesAt: number };

/** POST /editor/campaigns/:campaign/publish → 201 `{ version }`, or 409 `PublishRefused`. */
export type PublishBody = PreviewBody & { note: string };
export type PublishRefused =
  | { error: 'console.conflict'; why: 'published'; latest: number }
  | { error: 'console.badInput'; why: 'faults'; faults: FaultView[] };

/** GET /editor/campaigns/:campaign/versions → `{ versions: VersionView[] }`, newest first, the files last. */
/** GET /editor/campaigns/:campaign/versions/:version → a whole version, to go back to it. */
export type WholeVersion = VersionView & { file: EditedFile; intake: IntakeFile };
