import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import type { ChannelTemplate, NewTemplate, TemplateAnswer, Templates, TemplateStatus } from '../../core/template.ts';
import type { CallOutcome } from '../http-call.ts';
import { numeric } from '../numeric.ts';
import { judgeMessenger } from './errors.ts';

/** One call to the edge `message_templates` of the page, with `query` beside the proof of the secret. */
type TemplateCall = (
  method: 'GET' | 'POST' | 'DELETE',
  query: Readonly<Record<string, string>>,
  body: object | null,
) => Promise<CallOutcome>;

/** `{ "name": "nhac_han_v1", "language": "vi", "status": "APPROVED", "body": "Bài {{1}} …", "id": "104595129340398" }` */
const item = z.object({
  id: z.union([z.string(), z.number()]).transform(String).optional().catch(undefined),
  name: z.string(),
  language: z.string(),
  status: z.string(),
  body: z.string().optional(),
  rejected_reason: z.string().nullish(),
  components: z
    .array(
      z.object({
        type: z.string(),
        text: z.string().optional(),
        buttons: z.array(z.object({ type: z.string(), text: z.string() })).optional(),
      }),
    )
    .nullish()
    .catch(null),
});
type Item = z.infer<typeof item>;
const page = z.object({
  data: z.array(z.unknown()),
  paging: z.object({ next: z.string().nullish(), cursors: z.object({ after: z.string() }).nullish() }).nullish(),
});
const made = z.object({ status: z.string().catch('PENDING') });
const fault = z.object({
  error: z.object({
    message: z.string().catch(''),
    code: numeric.catch(0),
    error_user_title: z.string().nullish(),
    error_user_msg: z.string().nullish(),
  }),
});

/** More than a page may have; a list that never ends is a fault of the platform's. */
const MAX_PAGES = 50;

const STATUS: Readonly<Record<string, TemplateStatus>> = {
  APPROVED: 'approved',
  PENDING: 'pending',
  IN_APPEAL: 'pending',
  REJECTED: 'rejected',
  PAUSED: 'paused',
  FLAGGED: 'paused',
  DISABLED: 'disabled',
  DELETED: 'disabled',
  PENDING_DELETION: 'disabled',
};
/** Assumed: beyond the three that are documented the names are those of the sister product. Source: messenger.md §4.4. */
export const readGraphStatus = (status: string): TemplateStatus => STATUS[status.toUpperCase()] ?? 'unknown';

/** `NONE` stands for no reason. */
export const readReason = (reason: string | null | undefined): string =>
  reason == null || reason.toUpperCase() === 'NONE' ? '' : reason;

/** Utility templates of a page. Source: Messenger Platform, Utility messages (messenger.md §4.4, 1–4). */
export function messengerTemplates(call: TemplateCall): Templates {
  async function find(query: Readonly<Record<string, string>>): Promise<Item[]> {
    const found: Item[] = [];
    let after: string | undefined;
    for (let n = 0; n < MAX_PAGES; n++) {
      const outcome = await call('GET', { ...query, limit: '100', ...(after !== undefined && { after }) }, null);
      const read = outcome.type === 'answered' && isGood(outcome.status) ? page.safeParse(outcome.json) : null;
      if (!read?.success) throw toError(outcome);
      for (const one of read.data.data) {
        const template = item.safeParse(one);
        if (template.success) found.push(template.data);
      }
      after = read.data.paging?.cursors?.after;
      if (!read.data.paging?.next || after === undefined) break;
    }
    return found;
  }

  async function change(
    method: 'POST' | 'DELETE',
    query: Readonly<Record<string, string>>,
    body: object | null,
  ): Promise<TemplateAnswer> {
    const outcome = await call(method, query, body);
    if (outcome.type === 'answered' && isGood(outcome.status)) {
      const { status } = made.parse(outcome.json ?? {});
      return { type: 'done', status: method === 'DELETE' ? 'disabled' : readGraphStatus(status) };
    }
    const refused = outcome.type === 'answered' ? fault.safeParse(outcome.json) : null;
    // 100: something in the template itself; an error with a subcode alone comes from making it
    if (!refused?.success || ![0, 100].includes(refused.data.error.code)) throw toError(outcome);
    const { message, error_user_title: title, error_user_msg: told } = refused.data.error;
    return { type: 'refused', text: [title, told ?? message].filter(Boolean).join(': ') };
  }

  const findOne = async (key: string, lang: string): Promise<Item | null> =>
    (await find({ name: key })).find(({ name, language }) => name === key && language === lang) ?? null;

  return {
    list: async () => (await find({})).map(toTemplate),
    async read(key, lang) {
      const found = await findOne(key, lang);
      return found && toTemplate(found);
    },
    create: (template) => change('POST', {}, toGraph(template)),
    async remove(key, lang) {
      const found = await findOne(key, lang);
      if (!found) return { type: 'done', status: 'disabled' };
      // without the id those of other languages would go too
      return change('DELETE', { name: key, ...(found.id !== undefined && { hsm_id: found.id }) }, null);
    },
  };
}

const isGood = (status: number): boolean => status >= 200 && status <= 299;

function toError(outcome: CallOutcome): AppError {
  const { code, retry, platformCode } = judgeMessenger(outcome);
  return new AppError(code, 'templates of Messenger', { retryable: retry !== 'never', facts: { platformCode } });
}

function toTemplate({ name, language, status, body, rejected_reason: why, components }: Item): ChannelTemplate {
  const part = (type: string) => components?.find((one) => one.type.toUpperCase() === type);
  const text = part('BODY')?.text ?? body ?? '';
  return {
    key: name,
    lang: language,
    name,
    status: readGraphStatus(status),
    reason: readReason(why),
    body: text,
    parameters: placesIn(text),
    buttons: (part('BUTTONS')?.buttons ?? []).flatMap(({ type, text: title }) => {
      const kind = type.toUpperCase();
      return kind === 'POSTBACK' || kind === 'URL'
        ? [{ type: kind === 'URL' ? 'url' : 'postback', title } as const]
        : [];
    }),
    userVnd: null,
    phoneVnd: null,
  };
}

const placesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name = '']) => name)),
];

/** Upper-case types and an example for every place, or Meta refuses it. */
function toGraph({ name, lang, body, examples, button }: NewTemplate): object {
  const places = placesIn(body);
  const isInOrder = places.every((place) => /^\d+$/.test(place));
  const of = (place: string): string => examples[place] ?? '';
  const example = isInOrder
    ? { body_text: [places.map(of)] }
    : { body_text_named_params: places.map((place) => ({ param_name: place, example: of(place) })) };
  return {
    name,
    language: lang,
    category: 'UTILITY',
    ...(isInOrder ? {} : { parameter_format: 'NAMED' }),
    components: [
      { type: 'BODY', text: body, ...(places.length > 0 && { example }) },
      ...(button === null
        ? []
        : [{ type: 'BUTTONS', buttons: [{ type: 'POSTBACK', text: button, payload: '#menu:hello' }] }]),
    ],
  };
}
