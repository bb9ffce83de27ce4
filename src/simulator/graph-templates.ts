import { z } from 'zod';
import type { GraphFault } from './graph-send.ts';

export type GraphTemplateButton = { type: 'POSTBACK' | 'URL' | 'PHONE_NUMBER'; text: string; value: string };

/** A utility template as it was handed in, and what became of it. */
export type GraphTemplate = {
  id: string;
  name: string;
  language: string;
  status: 'PENDING' | 'APPROVED' | 'REJECTED';
  /** `NONE` unless refused. */
  reason: string;
  /** Null without one. */
  header: string | null;
  body: string;
  buttons: GraphTemplateButton[];
  named: boolean;
  components: unknown;
};

/** Source: messenger.md §4.4. */
const LIMITS = { name: 512, body: 1024, buttons: 3, label: 20 } as const;

const buttonSchema = z.looseObject({
  type: z.string(),
  text: z.string(),
  payload: z.string().optional(),
  url: z.string().optional(),
  phone_number: z.string().optional(),
});
const createSchema = z.looseObject({
  name: z.string().regex(/^[a-z0-9_]+$/),
  language: z.string().min(2),
  category: z.string(),
  parameter_format: z.enum(['NAMED', 'POSITIONAL']).optional(),
  components: z.array(
    z.looseObject({
      type: z.string(),
      format: z.string().optional(),
      text: z.string().optional(),
      example: z.unknown().optional(),
      buttons: z.array(buttonSchema).optional(),
    }),
  ),
});

export type GraphTemplates = {
  /** What `POST message_templates` is answered; the decision comes later. */
  create(json: unknown): object | GraphFault;
  list(query: URLSearchParams): object;
  drop(query: URLSearchParams): object | GraphFault;
  /** Null when there is none of this name and language. */
  find(name: string, language: string): GraphTemplate | null;
  close(): void;
};

/** `newId` gives hex. `onDecided` is called `reviewMs` after the hand-in, for each template. */
export function makeGraphTemplates(
  newId: () => string,
  reviewMs: number,
  onDecided: (template: GraphTemplate) => void,
): GraphTemplates {
  const templates = new Map<string, GraphTemplate>();
  const timers = new Set<NodeJS.Timeout>();

  const review = (template: GraphTemplate): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (templates.get(template.id) !== template) return;
      template.reason = refusalOf(template) ?? 'NONE';
      template.status = template.reason === 'NONE' ? 'APPROVED' : 'REJECTED';
      onDecided(template);
    }, reviewMs);
    timer.unref();
    timers.add(timer);
  };
  const find = (name: string, language: string): GraphTemplate | null =>
    [...templates.values()].find((each) => each.name === name && each.language === language) ?? null;

  return {
    create(json) {
      const read = createSchema.safeParse(json);
      if (!read.success) return bad(`Invalid parameter ${read.error.issues[0]?.path.join('.')}`);
      const made = readTemplate(read.data);
      if ('code' in made) return made;
      if (find(made.name, made.language)) return bad('There is already content in this language for this template');
      const template: GraphTemplate = { ...made, id: String(parseInt(newId().slice(0, 12), 16)) };
      templates.set(template.id, template);
      review(template);
      return { id: template.id, status: template.status, category: 'UTILITY' };
    },
    list(query) {
      const { name, status } = Object.fromEntries(query);
      const data = [...templates.values()]
        .filter(
          (each) => (name === undefined || each.name === name) && (status === undefined || each.status === status),
        )
        .map(({ id, name: own, language, status: state, reason, components }) => ({
          id,
          name: own,
          language,
          status: state,
          category: 'UTILITY',
          rejected_reason: reason,
          components,
        }));
      return { data };
    },
    drop(query) {
      const { name = '', hsm_id: id } = Object.fromEntries(query);
      const gone = [...templates.values()].filter((each) => each.name === name && (id === undefined || each.id === id));
      if (gone.length === 0) return bad('Template was not found');
      for (const each of gone) templates.delete(each.id);
      return { success: true };
    },
    find,
    close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

/** Refuses at once what the real edge does not even look at. Source: messenger.md §4.4. */
function readTemplate(given: z.infer<typeof createSchema>): Omit<GraphTemplate, 'id'> | GraphFault {
  const part = (type: string) => given.components.find((each) => each.type === type);
  const odd = given.components.find(({ type }) => !['HEADER', 'BODY', 'BUTTONS', 'FOOTER'].includes(type));
  if (odd) return bad(`unknown component ${odd.type}`);
  const [header, body, buttons] = [part('HEADER'), part('BODY'), part('BUTTONS')?.buttons ?? []];
  if (given.category !== 'UTILITY') return bad('category must be UTILITY');
  if (given.name.length > LIMITS.name) return bad('name is too long');
  if (!body?.text || body.text.length > LIMITS.body) return bad('body is missing or too long');
  if (header && header.format !== 'TEXT') return bad('only text headers are simulated');
  if (buttons.length > LIMITS.buttons) return bad('buttons has too many elements');
  const read: GraphTemplateButton[] = [];
  for (const { type, text, payload, url, phone_number: phone } of buttons) {
    if (type !== 'POSTBACK' && type !== 'URL' && type !== 'PHONE_NUMBER') return REFUSED_BUTTON;
    if (text === '' || text.length > LIMITS.label) return bad('button text is missing or too long');
    read.push({ type, text, value: { POSTBACK: payload, URL: url, PHONE_NUMBER: phone }[type] ?? '' });
  }
  return {
    name: given.name,
    language: given.language,
    status: 'PENDING',
    reason: 'NONE',
    header: header?.text ?? null,
    body: body.text,
    buttons: read,
    named: given.parameter_format === 'NAMED',
    components: given.components,
  };
}

/** What stands in double braces, each once, in order. */
export const placeholdersOf = (text: string): string[] => [
  ...new Set([...text.matchAll(/\{\{([^{}]*)\}\}/g)].map(([, name = '']) => name.trim())),
];

/** Assumed: the stand-in takes these words for advertising; how Meta finds it is not told. */
const PROMOTION = /khuyến m[aãạ]i|giảm giá|ưu đãi|quà tặng|tham gia ngay|promotion|discount|join now|free gift/i;

/** Why the review says no; null = approved. Names of reasons: messenger.md §4.3, §4.4. */
function refusalOf({ body, header, named, components }: GraphTemplate): string | null {
  for (const text of header === null ? [body] : [header, body]) {
    const names = placeholdersOf(text);
    const isInOrder = named
      ? names.every((name) => /^[a-z][a-z0-9_]*$/.test(name))
      : names.every((name, index) => name === String(index + 1));
    if (!isInOrder || /^\s*\{\{|\}\}\s*$/.test(text) || /\{\{[^{}]*[#$%][^{}]*\}\}/.test(text))
      return 'INCORRECT_PARAMS';
    const words = text
      .replaceAll(/\{\{[^{}]*\}\}/g, ' ')
      .split(/\s+/)
      .filter(Boolean).length;
    if (names.length * 3 > words) return 'PARAMS_TO_WORD_RATIO_EXCEED_LIMIT';
    if (names.length > 0 && !hasExamples(components, text)) return 'TEMPLATE_VARIABLES_MISSING_SAMPLE_VALUES';
  }
  return PROMOTION.test(body) ? 'TAG_SHOULD_BE_MARKETING' : null;
}

/** Whether the component with this text gives one example for each of its placeholders. */
function hasExamples(components: unknown, text: string): boolean {
  const own = (components as { text?: string; example?: Record<string, unknown> }[]).find((each) => each.text === text); // read by `createSchema`
  const [given] = Object.values(own?.example ?? {});
  const list: unknown = Array.isArray(given) && Array.isArray(given[0]) ? given[0] : given;
  return Array.isArray(list) && list.length === placeholdersOf(text).length;
}

const bad = (what: string): GraphFault => ({ code: 100, message: `(#100) ${what}` });
const REFUSED_BUTTON: GraphFault = { code: 100, subcode: 2018416, message: 'Message Template Creation Failed' };
