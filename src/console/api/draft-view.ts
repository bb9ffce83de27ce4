import type { Answer, Answers } from '../../core/answers.ts';
import type { Lang } from '../../core/campaign.ts';
import type { ContactId } from '../../core/contact.ts';
import { eventId } from '../../core/event.ts';
import type { Session } from '../../core/session.ts';
import { newSession } from '../../engine/drafts.ts';
import type { Flow, Step, World } from '../../engine/flow.ts';
import { activeSteps, isDone } from '../../engine/progress.ts';
import { showAnswer, type AnswerStep } from '../../engine/steps/step-types.ts';
import { draftOf, startTalk, type Talk } from '../../engine/talk.ts';
import { campaignName, labelOf } from './labels.ts';
import type { EntryDoc } from '../../stores/mongo/entry-doc.ts';
import type { DraftView, EntryView, StepInput, StepView } from './types.ts';

/** The open draft as staff see it, with answers shown in `lang`; null where nothing is open. */
export function toDraft(world: World, session: Session, at: number, lang: Lang): DraftView | null {
  const talk = talkOf(world, { ...session, lang }, at);
  const draft = draftOf(talk);
  const flow = draft ? world.flows.get(draft.campaign) : undefined;
  if (!draft || !flow) return null;
  const asked = activeSteps(talk);
  const steps = asked
    .filter(isAnswered)
    .map((step) => toStep(talk, flow, step, draft.answers[step.field] ?? null, step.id === draft.step));
  return {
    campaign: draft.campaign,
    campaignName: campaignName(world, draft.campaign, lang),
    steps,
    openStep: draft.step,
    missing: asked
      .filter((step) => step.type !== 'review' && !isDone(talk, step))
      .map((step) => labelOf(world, lang, step)),
    revises: draft.revises,
    consentAt: session.consentAt,
    startedAt: draft.startedAt,
    updatedAt: draft.updatedAt,
  };
}

export function toEntryView(world: World, entry: EntryDoc, at: number, lang: Lang): EntryView {
  const { code, campaign, title, state, reason, revision, outsideCount } = entry;
  const flow = world.flows.get(campaign);
  const session: Session = { ...newSession(entry.contact, at), lang, campaign };
  return {
    code,
    campaign,
    campaignName: campaignName(world, campaign, lang),
    title,
    state,
    reason,
    submittedAt: entry.submittedAt.getTime(),
    revision,
    outsideCount,
    answers: flow ? shownAnswers(talkOf(world, session, at), entry.answers) : [],
    enteredBy: entry.revisions.at(-1)?.enteredBy ?? entry.enteredBy ?? null,
  };
}

function shownAnswers(talk: Talk, answers: Answers): EntryView['answers'] {
  return activeSteps(talk, answers)
    .filter(isAnswered)
    .flatMap((step) => {
      const answer = answers[step.field];
      if (!answer) return [];
      const files = answer.type === 'attachments' ? answer.files : [];
      return [{ label: labelOf(talk.world, talk.session.lang, step), shown: shown(talk, step, answer), files }];
    });
}

type AnsweredStep = Exclude<AnswerStep, { type: 'consent' }>;
const isAnswered = (step: Step): step is AnsweredStep => step.type !== 'consent' && step.type !== 'review';

function toStep(talk: Talk, flow: Flow, step: AnsweredStep, answer: Answer | null, isOpen: boolean): StepView {
  const { lang } = talk.session;
  return {
    id: step.id,
    field: step.field,
    label: labelOf(talk.world, lang, step),
    optional: step.optional,
    isDone: isDone(talk, step),
    isOpen,
    answer,
    shown: answer ? shown(talk, step, answer) : '',
    input: inputOf(flow, step, answer, lang),
  };
}

/** Whole texts, where the summary in the chat gives only their beginning. */
function shown(talk: Talk, step: AnsweredStep, answer: Answer): string {
  if (answer.type === 'longText') return answer.parts.join('\n');
  return showAnswer(talk, step, answer);
}

function inputOf({ campaign }: Flow, step: AnsweredStep, answer: Answer | null, lang: Lang): StepInput {
  switch (step.type) {
    case 'text':
    case 'longText':
      return { type: step.type, max: step.max };
    case 'phone':
      return { type: 'phone' };
    case 'unit': {
      const path = answer?.type === 'unit' ? answer.path : [];
      const levels = path.map((code) => ({ code, name: campaign.units.byCode(code)?.name ?? code }));
      return { type: 'unit', levels };
    }
    case 'choice':
      return { type: 'choice', options: step.options.map(({ code, label }) => ({ code, label: label[lang] })) };
    case 'yesNo':
      return { type: 'yesNo', expect: step.expect, otherwise: step.otherwise };
    case 'attachments': {
      const { maxFiles, maxBytes, mimes } = step;
      return { type: 'attachments', maxFiles, maxBytes, mimes: [...mimes] };
    }
  }
}

/** The engine's own way to show answers wants a turn; this one plays nothing. */
function talkOf(world: World, session: Session, at: number): Talk {
  const contact = session.contact as ContactId; // made from one
  return startTalk(world, session, { type: 'reaction', id: eventId('console', 'shown'), contact, sentAt: at }, at);
}
