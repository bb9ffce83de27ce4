/**
 * What the routes of broadcasts give and take, as JSON. Types only: the page imports them too. Instants are epoch ms. Names and
 * labels are in the language of the query `lang`.
 */
import type {
  CallLine,
  DeliveryLine,
  DraftFault,
  Preview,
  SamplePerson,
  UpcomingReminder,
} from '../../broadcasts/types.ts';
import type { NudgeName } from '../../core/nudge-names.ts';
import type { Localized } from '../../core/campaign.ts';
import type { Run, RunDraft } from '../../core/run.ts';

export type { DraftFault, RunProgress } from '../../broadcasts/types.ts';
export type { AudienceRule, DeliveryState, Run, RunDraft } from '../../core/run.ts';

/** GET /broadcasts?campaign=&kind=&after=&limit= → newest first; `next` is the `after` of the next page, null at the end. */
export type RunsPage = { runs: Run[]; next: string | null };

/** GET /broadcast-options?campaign=&lang=: what an audience of this campaign may be narrowed by. */
export type AudienceOptions = {
  groups: { code: string; label: string }[];
  steps: { id: string; label: string }[];
  phases: { id: string; name: string; closesAt: number }[];
  /** To whose people the one who asks is bound, null = everyone. */
  unit: { code: string; name: string } | null;
};

/** POST /broadcast-preview with a `RunDraft`. */
export type PreviewView = {
  preview: Omit<Preview, 'sample'> & { sample: SampleView[] };
  /** What keeps it from being sent; empty = nothing. */
  faults: DraftFault[];
  /** What may stand in braces for this audience. */
  names: NudgeName[];
};
export type SampleView = SamplePerson & { unitName: string; stepLabel: string };

/** POST /broadcasts with `RunDraft`, PATCH /broadcasts/:id with this → `{ run: Run }`; 409 `{ why, faults? }`. */
export type RunBody = { rev: number; draft: RunDraft };

/** POST /broadcasts/:id/acts → `{ run: Run }`; 409 `{ why, faults? }`. `rev` is what the one who acts has seen. */
export type RunActBody =
  { act: 'submit' | 'approve' | 'sendBack'; rev: number } | { act: 'pause' | 'resume' | 'cancel' };

/** GET /broadcasts/:id. `says`: of a run without texts of its own; `unitName`: of the audience's unit, '' = all. */
export type RunAnswer = { run: Run; says: SpokenView[]; unitName: string };
/** What people are told who stand so, with names in braces. */
export type SpokenView = { of: string; text: Localized };

/** GET /broadcasts/:id/progress → RunProgress */

/** GET /broadcasts/:id/deliveries?state=&why=&after=&limit= */
export type DeliveriesPage = { lines: DeliveryView[]; next: string | null };
export type DeliveryView = DeliveryLine & { unitName: string };

/** POST /broadcast-test → `{ run: Run }` */
export type TestBody = { draft: RunDraft; contact: string };

/** GET /broadcast-upcoming?campaign=&lang= → `{ reminders: UpcomingView[] }` */
export type UpcomingView = UpcomingReminder & { phaseName: string; unitName: string; says: SpokenView[] };

/** GET /call-list?campaign=&unit=: the first of them. GET /call-list/sheet gives all as XLSX. */
export type CallListView = { lines: CallView[]; hasMore: boolean };
export type CallView = CallLine & { unitName: string; stepLabel: string };
