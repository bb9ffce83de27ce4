import type { Flow, World } from '../../src/engine/flow.ts';
import { readContent, readWorld, type Content } from '../../src/content/world.ts';

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
