import type { EntrySubmission } from '../core/entry.ts';
import type { ActResult } from '../core/handover.ts';
import type { Outcome, Request } from '../core/request.ts';
import { changeable } from './asides.ts';
import { tellClosing, tellInstant } from './times-told.ts';
import { notice } from './handback.ts';
import { whereIn } from './own-phases.ts';
import { activeSteps, isDone } from './progress.ts';
import { refuseAct, refuseDraft } from './staff-answer.ts';
import { entryOf, keepSaved, requestOf, tellLocked } from './submit.ts';
import { mustDraft, tell, type Talk } from './talk.ts';

/** Sends the draft in the author's place, marked as such; null while the outside is asked. */
export function submitForAuthor(talk: Talk, enteredBy: NonNullable<EntrySubmission['enteredBy']>): ActResult | null {
  const refusal = refuseDraft(talk);
  if (refusal) return refusal;
  const pending = Object.keys(mustDraft(talk).fetching).length;
  if (pending > 0) return refuseAct('incomplete', tell(talk, 'reject.files.pending', { count: pending }));
  const missing = activeSteps(talk).filter((step) => step.type !== 'review' && !step.optional && !isDone(talk, step));
  if (missing.length > 0) {
    const labels = missing.map((step) => tell(talk, `${step.key}.label`)).join(', ');
    return refuseAct('incomplete', tell(talk, 'handover.missing', { labels }));
  }
  const where = whereIn(talk);
  if (where.type !== 'open') {
    const opening = where.type === 'over' ? '' : tellInstant(talk, where.next.opensAt);
    return refuseAct('closed', tell(talk, 'submit.notYet', { opening }));
  }
  const { revises } = mustDraft(talk);
  if (revises !== null && !changeable(talk).some((entry) => entry.code === revises)) {
    return refuseAct('closed', tell(talk, 'entry.tooLate'));
  }
  talk.request = requestOf(talk, { ...entryOf(talk, where.phase.id), enteredBy });
  return null;
}

/** What became of it: the person is told the code of their entry, and staff go on talking with them. */
export function takeStaffOutcome(talk: Talk, request: Request, outcome: Outcome): ActResult {
  if (outcome.type === 'entryLocked') return refuseAct('closed', tellLocked(talk, outcome));
  if (outcome.type !== 'entrySaved') return refuseAct('failed');
  const flow = keepSaved(talk, request, outcome);
  if (!flow) return refuseAct('failed');
  const where = whereIn(talk, flow);
  const closing = where.type === 'open' ? tellClosing(talk, where.phase.closesAt) : '';
  const { code } = outcome;
  const told = tell(talk, request.type === 'submitEntry' ? 'handover.submitted' : 'handover.revised', {
    code,
    closing,
  });
  const outside = 'entry' in request && request.entry.outsideCount ? [tell(talk, 'entry.outsideCount')] : [];
  talk.replies.push(notice([told, ...outside].join('\n\n')));
  return { type: 'done', code };
}
