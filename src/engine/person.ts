import type { Answers } from '../core/answers.ts';
import type { Person } from '../core/person.ts';
import type { Session } from '../core/session.ts';
import type { Unit, UnitTree } from '../core/unit.ts';
import type { ContactSnapshot } from '../core/archive.ts';
import type { World } from './flow.ts';

/** Reads the answers of the draft first, then those of the last entry; the unit of a QR code counts until another is answered. */
export function personOf(world: World, session: Session): Person {
  const flow = session.campaign === null ? undefined : world.flows.get(session.campaign);
  const draft = session.campaign === null ? undefined : session.drafts[session.campaign];
  const person = { name: '', phone: '', units: [] as readonly string[] };
  for (const answers of [draft?.answers, session.profile]) {
    if (!answers) continue;
    const name = flow?.steps.find((step) => step.type === 'text' && step.reader === 'name')?.field ?? 'name';
    const said = answers[name];
    if (person.name === '' && said?.type === 'text') person.name = said.text;
    for (const answer of Object.values(answers)) {
      if (person.phone === '' && answer.type === 'phone') person.phone = answer.e164;
    }
    if (person.units.length === 0) person.units = unitPath(answers);
  }
  if (person.units.length === 0 && draft?.unitHint && flow) person.units = pathTo(flow.campaign.units, draft.unitHint);
  return person;
}

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

function pathTo(units: UnitTree, code: string): string[] {
  const path: string[] = [];
  for (
    let unit: Unit | null = units.byCode(code);
    unit;
    unit = unit.parent === null ? null : units.byCode(unit.parent)
  ) {
    path.unshift(unit.code);
  }
  return path;
}
