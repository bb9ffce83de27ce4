import { tellOver } from './deadline.ts';
import { tellClosing, tellInstant, tellLeft } from './times-told.ts';
import { startDraft } from './drafts.ts';
import type { Flow } from './flow.ts';
import { whereIn } from './own-phases.ts';
import { menu } from './asides.ts';
import { draftOf, flowOf, goTo, langOf, mustDraft, note, putDraft, tell, type Talk } from './talk.ts';

/** The first words to someone new: what this is, until when, that it is automatic, and how to reach a person. `hint`: unit of a code. */
export function greet(talk: Talk, hint: string | null = null): void {
  const flow = flowOf(talk);
  const lang = langOf(talk);
  const where = whereIn(talk, flow, hint);
  const campaign = flow.campaign.name[lang];
  talk.session.greetedAt = talk.at;
  talk.session.campaign = flow.campaign.id;
  const facts = ((): { key: string; when: string; left: string; phase: string } => {
    switch (where.type) {
      case 'open': {
        const { closesAt, name } = where.phase;
        return {
          key: 'open',
          when: tellClosing(talk, closesAt),
          left: tellLeft(talk, closesAt - talk.at),
          phase: name[lang],
        };
      }
      case 'before':
      case 'between':
        return { key: 'waiting', when: tellInstant(talk, where.next.opensAt), left: '', phase: where.next.name[lang] };
      case 'over':
        return { key: 'over', when: tellClosing(talk, where.last.closesAt), left: '', phase: where.last.name[lang] };
    }
  })();
  const { key, ...params } = facts;
  talk.replies.push({ text: tell(talk, `greeting.${key}`, { campaign, ...params }), options: [] });
  if (where.type !== 'over' && !draftOf(talk)) startDraft(talk, flow);
}

/** A code was scanned, typed or carried by a link: campaign and unit are chosen, nothing filled in is lost. */
export function arriveByCode(talk: Talk, flow: Flow, unit: string | null): void {
  const live = whereIn(talk, flow, unit).type !== 'over';
  const { session } = talk;
  if (!session.arrivals.some(({ campaign }) => campaign === flow.campaign.id)) {
    session.arrivals = [...session.arrivals, { campaign: flow.campaign.id, unit, at: talk.at }];
  }
  const moved = session.campaign !== flow.campaign.id;
  if (moved) {
    session.campaign = flow.campaign.id;
    session.ask = null;
  }
  if (session.greetedAt === null) greet(talk, unit);
  else if (live && session.entries.length > 0 && !draftOf(talk))
    note(talk, 'arrive.again', { campaign: flow.campaign.shortName[langOf(talk)] });
  else if (live && moved) tellCampaign(talk, flow, unit);
  else if (!live && moved) tellOver(talk);
  if (!live) return menu(talk, 'idle.over');
  if (!draftOf(talk)) startDraft(talk, flow, { unitHint: unit });
  const draft = mustDraft(talk);
  const unitStep = flow.steps.find((step) => step.type === 'unit');
  if (unit === null || !unitStep || draft.answers[unitStep.field]) return;
  putDraft(talk, { ...draft, unitHint: unit });
  const hinted = flow.campaign.units.byCode(unit);
  if (hinted) note(talk, 'arrive.unit', { unit: hinted.name });
  if (draft.step === unitStep.id) {
    goTo(talk, unitStep.id);
    talk.session.ask = { type: 'confirmUnit', code: unit };
    putDraft(talk, { ...mustDraft(talk), unitHint: null });
  }
}

/** Names the campaign someone moved to, and until when it is open. */
function tellCampaign(talk: Talk, flow: Flow, unit: string | null): void {
  const lang = langOf(talk);
  const where = whereIn(talk, flow, unit);
  if (where.type !== 'open') return;
  note(talk, 'arrive.campaign', {
    campaign: flow.campaign.shortName[lang],
    closing: tellClosing(talk, where.phase.closesAt),
  });
}
