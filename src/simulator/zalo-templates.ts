import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ShownButton } from './shown.ts';
import type { ZaloFault } from './zalo-send.ts';

/** A ZBS template. Its text has parameters as `<name>`. */
export type ZaloTemplate = {
  id: string;
  name: string;
  status: 'PENDING_REVIEW' | 'ENABLE' | 'REJECT';
  /** Empty unless refused. */
  reason: string;
  tag: '1' | '2' | '3';
  text: string;
  buttons: readonly ShownButton[];
  /** In đồng; null = cannot be sent by user id. */
  userVnd: number | null;
  phoneVnd: number;
};

export type ZaloTemplates = {
  find(id: string): ZaloTemplate | null;
  /** `data` of the answer to `POST /template/create`; the decision comes later. */
  create(json: unknown): object | ZaloFault;
  /** The whole answer to `GET /template/all`. */
  list(query: URLSearchParams): object;
  info(query: URLSearchParams): object | ZaloFault;
  close(): void;
};

/** Source: zalo.md §3.5, the example template of S2. */
const PRICES = { userVnd: 560, phoneVnd: 800 } as const;
const TAGS = { '1': 'TRANSACTION', '2': 'CUSTOMER_CARE', '3': 'PROMOTION' } as const;

const wordsSchema = z.object({
  /** Approved before anybody asks, and the same after a restart. `byUser` false: too old to be sent by user id. */
  ready: z.array(
    z.object({ id: z.string(), name: z.string(), tag: z.enum(['1', '2', '3']), text: z.string(), byUser: z.boolean() }),
  ),
  /** Assumed: reasons come as Vietnamese sentences written by a person; these are made up. */
  refusals: z.object({ noParameter: z.string(), unknownParameter: z.string(), promotion: z.string() }),
});
const WORDS = wordsSchema.parse(
  JSON.parse(readFileSync(new URL('./page/zalo-templates.json', import.meta.url), 'utf8')),
);

const value = z.looseObject({ value: z.string() });
const componentSchema = z.looseObject({
  TITLE: value.optional(),
  PARAGRAPH: value.optional(),
  TABLE: z.looseObject({ rows: z.array(z.looseObject({ title: z.string(), value: z.string() })) }).optional(),
  BUTTONS: z
    .looseObject({ items: z.array(z.looseObject({ type: z.coerce.number(), title: z.string(), content: z.string() })) })
    .optional(),
});
const partSchema = z.looseObject({ components: z.array(componentSchema) });
/** Source: ZBS API, "Tạo template", as public clients send it; read by nobody at Zalo's own. */
const createSchema = z.looseObject({
  template_name: z.string().min(10).max(60),
  tag: z.coerce.string().pipe(z.enum(['1', '2', '3'])),
  layout: z.looseObject({ body: partSchema, footer: partSchema.optional() }),
  params: z.array(z.looseObject({ name: z.string(), sample_value: z.string().optional() })).default([]),
});

/** `newId` gives hex. `onDecided` is called `reviewMs` after the hand-in, for each template. */
export function makeZaloTemplates(
  newId: () => string,
  reviewMs: number,
  onDecided: (template: ZaloTemplate) => void,
): ZaloTemplates {
  const templates = new Map<string, ZaloTemplate>();
  for (const { byUser, ...ready } of WORDS.ready) {
    const prices = byUser ? PRICES : { ...PRICES, userVnd: null };
    templates.set(ready.id, { ...ready, status: 'ENABLE', reason: '', buttons: [], ...prices });
  }
  const timers = new Set<NodeJS.Timeout>();

  const review = (template: ZaloTemplate, params: readonly string[]): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      template.reason = refusalOf(template, params) ?? '';
      template.status = template.reason === '' ? 'ENABLE' : 'REJECT';
      onDecided(template);
    }, reviewMs);
    timer.unref();
    timers.add(timer);
  };

  return {
    find: (id) => templates.get(id) ?? null,
    create(json) {
      const read = createSchema.safeParse(json);
      if (!read.success) return { error: -1101, message: `${read.error.issues[0]?.path.join('.')} is invalid` };
      const { template_name: name, tag, layout, params } = read.data;
      const parts = [...layout.body.components, ...(layout.footer?.components ?? [])];
      const template: ZaloTemplate = {
        id: String(600_000 + (parseInt(newId().slice(0, 6), 16) % 300_000)),
        name,
        status: 'PENDING_REVIEW',
        reason: '',
        tag,
        text: parts
          .flatMap(linesOf)
          .join('\n')
          .replaceAll(/\{\{(\w+)\}\}/g, '<$1>'),
        buttons: parts.flatMap(({ BUTTONS }) => BUTTONS?.items ?? []).map(toButton),
        ...PRICES,
      };
      templates.set(template.id, template);
      review(
        template,
        params.map((each) => each.name),
      );
      const { phoneVnd: price } = template;
      return {
        template_id: template.id,
        template_name: name,
        template_status: template.status,
        tag,
        price: String(price),
        preview_url: '',
      };
    },
    list(query) {
      const [offset, limit] = [Number(query.get('offset') ?? 0), Number(query.get('limit') ?? 100)];
      const all = [...templates.values()];
      const data = all.slice(offset, offset + limit).map(({ id, name, status }) => ({
        templateId: Number(id),
        templateName: name,
        createdTime: 0,
        status,
        templateQuality: 'HIGH',
      }));
      return { error: 0, message: 'Success', data, metadata: { total: all.length } };
    },
    info(query) {
      const template = templates.get(query.get('template_id') ?? '');
      if (!template) return { error: -109, message: 'Template ID is invalid' };
      const { id, name, status, reason, tag, text, buttons, userVnd, phoneVnd } = template;
      return {
        templateId: Number(id),
        templateName: name,
        status,
        reason,
        listParams: paramsOf(text).map((param) => ({
          name: param,
          require: true,
          type: 'STRING',
          maxLength: MAX_VALUE,
          minLength: 0,
          acceptNull: false,
        })),
        listButtons: buttons.map(({ kind, title, payload }) => ({
          type: kind === 'phone' ? 2 : 1,
          title,
          content: payload,
        })),
        timeout: 7_200_000,
        previewUrl: '',
        templateQuality: 'HIGH',
        templateTag: TAGS[tag],
        price: String(phoneVnd),
        price_sdt: String(phoneVnd),
        price_uid: userVnd === null ? null : String(userVnd),
      };
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

const linesOf = ({ TITLE, PARAGRAPH, TABLE }: z.infer<typeof componentSchema>): string[] => [
  ...(TITLE ? [TITLE.value] : []),
  ...(PARAGRAPH ? [PARAGRAPH.value] : []),
  ...(TABLE?.rows ?? []).map(({ title, value: text }) => `${title}: ${text}`),
];

const toButton = ({ type, title, content }: { type: number; title: string; content: string }): ShownButton => ({
  kind: type === 2 ? 'phone' : 'url',
  title,
  payload: content,
});

export const paramsOf = (text: string): string[] => [
  ...new Set([...text.matchAll(/<(\w+)>/g)].map(([, name = '']) => name)),
];

/** Assumed: the longest a value may be differs by the parameter's type, from 5 to 400; ours are of the longest. */
const MAX_VALUE = 400;
const PROMOTION = /khuyến mãi|khuyến mại|giảm giá|ưu đãi|quà tặng|tham gia ngay/i;

/** Null = approved. */
function refusalOf({ text, tag }: ZaloTemplate, params: readonly string[]): string | null {
  const wanted = paramsOf(text);
  if (wanted.length === 0) return WORDS.refusals.noParameter;
  const unknown = wanted.find((name) => !params.includes(name));
  if (unknown !== undefined) return WORDS.refusals.unknownParameter.replace('{name}', unknown);
  return tag !== '3' && PROMOTION.test(text) ? WORDS.refusals.promotion : null;
}

/** The text with its values; the missing or too long parameter's name when it cannot be filled. */
export function fillZalo(
  text: string,
  values: Readonly<Record<string, unknown>>,
): { text: string } | { wrong: string } {
  const told = (name: string): string => {
    const given = values[name];
    return typeof given === 'string' || typeof given === 'number' ? String(given) : '';
  };
  const wrong = paramsOf(text).find((name) => told(name) === '' || told(name).length > MAX_VALUE);
  return wrong === undefined ? { text: text.replaceAll(/<(\w+)>/g, (_, name: string) => told(name)) } : { wrong };
}
