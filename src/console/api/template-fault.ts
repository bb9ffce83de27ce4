import type { TemplateBody } from './types-templates.ts';

/** Source: Messenger Platform, Utility messages: body, places and buttons at creation (messenger.md §4.4, 3 and 4). */
const MAX_BODY = 1024;
const MAX_BUTTON = 20;
const NAME = /^[a-z][a-z0-9_]{0,99}$/;

type Wanted = Extract<TemplateBody, { channel: 'messenger' }>;

/** What Meta would refuse in any case, so that nobody waits for its answer; null = nothing that we know of. */
export function templateFault({ name, body, examples, button }: Wanted): string | null {
  if (!NAME.test(name)) return 'templateName';
  if (body.length > MAX_BODY || [...button].length > MAX_BUTTON) return 'templateLong';
  const places = [...body.matchAll(/\{\{([a-z0-9_]+)\}\}/g)].map(([, place = '']) => place);
  const rest = body.replace(/\{\{[a-z0-9_]+\}\}/g, '');
  if (/[{}]/.test(rest) || /^\{\{|\}\}$/.test(body.trim())) return 'templatePlaces';
  const wanted = new Set(places);
  const given = Object.entries(examples).filter(([, example]) => example !== '');
  if (given.length !== wanted.size || given.some(([place]) => !wanted.has(place))) return 'templateExamples';
  return null;
}
