import type { Flow, World } from '../../src/engine/flow.ts';
import { compilePublished } from '../../src/content/compile-published.ts';
import type { PublishedCampaign } from '../../src/content/published.ts';
import type { StepFile } from '../../src/content/schemas.ts';
import { makeWorld, readContent, readWorld, type Content } from '../../src/content/world.ts';

let read: World | undefined;
let content: Content | undefined;

/** What stands in the real flows and locales, read once. */
export function theContent(): Content {
  content ??= readContent({ flowsDir: 'flows', localesDir: 'locales', campaign: null });
  return content;
}

/** The real flows and locales, read once. */
export function theWorld(): World {
  read ??= readWorld({ flowsDir: 'flows', localesDir: 'locales', campaign: null });
  return read;
}

/** A later version of the 2022 flow: one question more, at the unit's part, and a shorter description. */
export function changedWorld(): World {
  const world = theWorld();
  const flow = world.flows.get('01-trieu-sang-kien') as Flow;
  const at = flow.steps.findIndex((step) => step.id === 'group');
  const steps = flow.steps.toSpliced(at, 0, {
    id: 'team',
    type: 'text',
    reader: 'plain',
    field: 'team',
    key: 'steps.title',
    part: 3,
    when: null,
    optional: false,
    max: 100,
  });
  const changed: Flow = { ...flow, version: '2', steps, byId: new Map(steps.map((step) => [step.id, step])) };
  const flows = new Map(world.flows).set(changed.campaign.id, changed);
  return { ...world, flows, defaultFlow: () => changed };
}

/** The real campaigns with one of them changed, as if published in the console; units as at `at` (epoch ms). */
export function worldWith(
  campaign: string,
  change: (published: PublishedCampaign) => Partial<PublishedCampaign>,
  at = Infinity,
): World {
  const content = theContent();
  const all = [...content.campaigns.values()].map((one) =>
    one.campaign === campaign ? { ...one, version: 1, ...change(one) } : one,
  );
  return makeWorld(
    content,
    all.map((one) => compilePublished(one, content.texts, at)),
  );
}

/** Worlds whose dates, units or questions are others than those of the files, by the name that chats have for them. */
export function otherWorlds(): Record<string, World> {
  const peak = (closesAt: string, deadlines: PublishedCampaign['file']['deadlines'] = []) =>
    worldWith('75-nghin-sang-kien', ({ file }) => ({
      file: { ...file, phases: file.phases.map((phase) => ({ ...phase, closesAt })), deadlines },
    }));
  const merger = { validTo: '2022-06-01', successor: '86' };
  const mergedAt = (at: string) =>
    worldWith(
      '01-trieu-sang-kien',
      ({ units }) => ({ units: units.map((row) => (row.code === '84' ? { ...row, ...merger } : row)) }),
      Date.parse(at),
    );
  const million = (change: (step: StepFile) => StepFile[]) =>
    worldWith('01-trieu-sang-kien', ({ intake }) => ({ intake: { ...intake, steps: intake.steps.flatMap(change) } }));
  return {
    // 20/4 for all, 10/4 for Đồng Tháp. Source: domain.md §11 row 3
    byUnit: peak('2021-04-21T00:00:00+07:00', [
      { unit: '87', phase: 'cao-diem', closesAt: '2021-04-11T00:00:00+07:00' },
    ]),
    // closed at 23:55, then prolonged. Source: domain.md §11 row 4
    shut: peak('2021-04-20T23:55:00+07:00'),
    prolonged: peak('2021-05-01T00:00:00+07:00'),
    brought: peak('2021-04-16T00:00:00+07:00'),
    unmerged: mergedAt('2022-05-31T23:59:59+07:00'),
    merged: mergedAt('2022-06-01T00:00:00+07:00'),
    optionGone: million((step) =>
      step.type === 'choice' ? [{ ...step, options: step.options.filter(({ code }) => code !== 'cong-nhan') }] : [step],
    ),
    shorter: million((step) => [step.type === 'longText' ? { ...step, max: 40 } : step]),
    // parts follow each other without a gap
    noDescription: million((step) =>
      step.type === 'longText' ? [] : [{ ...step, ...('part' in step && step.part > 6 && { part: step.part - 1 }) }],
    ),
    barred: million((step) => [
      step.id === 'applied' && step.type === 'yesNo' ? { ...step, otherwise: 'block' } : step,
    ]),
  };
}
