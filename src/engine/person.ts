import type { Answers } from '../core/answers.ts';
import type { Person } from '../core/person.ts';
import type { Session } from '../core/session.ts';
import { pathNow } from '../core/unit.ts';
import type { ContactSnapshot } from '../core/archive.ts';
import type { World } from './flow.ts';

/** Reads the answers of the draft first, then those of the last entry; the unit of a QR code counts until another is answered. */
export function personOf(world: World, session: Session): Person {
  const flow = session.campaign === null ? undefined : world.flows.get(session.campaign);
  const draft = session.campaign === null ? undefined : session.drafts[session.campaign];
  const person = { name: '', phone: '', units: unitsIn(world, session, session.campaign) };
  for (const answers of [draft?.answers, session.profile]) {
    if (!answers) continue;
    const name = flow?.steps.find((step) => step.type === 'text' && step.reader === 'name')?.field ?? 'name';
    const said = answers[name];
    if (person.name === '' && said?.type === 'text') person.name = said.text;
    for (const answer of Object.values(answers)) {
      if (person.phone === '' && answer.type === 'phone') person.phone = answer.e164;
    }
  }
  return person;
}

/**
 * Codes of the person's unit from the first level down, as the tree of the campaign is now: as told in the draft, else with the
 * last entry, else of the code they came by. Empty = none told.
 */
export function unitsIn(world: World, session: Session, campaign: string | null): readonly string[] {
  const tree = campaign === null ? undefined : world.flows.get(campaign)?.campaign.units;
  const draft = campaign === null ? undefined : session.drafts[campaign];
  for (const answers of [draft?.answers, session.profile]) {
    const path = answers ? unitPath(answers) : [];
    if (path.length > 0) return tree ? pathNow(tree, path) : path;
  }
  return tree && draft?.unitHint ? tree.pathOf(draft.unitHint) : [];
}

/** Whether the unit of `unitsIn` was told in this very campaign. */
export const hasToldUnit = ({ drafts, entries }: Session, campaign: string): boolean =>
  unitPath(drafts[campaign]?.answers ?? {}).length > 0 || entries.some((entry) => entry.campaign === campaign);

/** Every draft, with the target group where a flow asks for one: its first choice. */
export function draftsOf(world: World, session: Session): ContactSnapshot['drafts'] {
  return Object.values(session.drafts).map(({ campaign, step, answers, updatedAt }) => {
    const choice = world.flows.get(campaign)?.steps.find(({ type }) => type === 'choice');
    const answer = choice && answers[choice.field];
    const group = answer?.type === 'choice' ? answer.code : '';
    return { campaign, step, group, isBegun: Object.keys(answers).length > 0, updatedAt };
  });
}

function unitPath(answers: Answers): readonly string[] {
  for (const answer of Object.values(answers)) if (answer.type === 'unit') return answer.path;
  return [];
}
