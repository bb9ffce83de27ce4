import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import type { ChannelTemplate, Templates, TemplateStatus } from '../../core/template.ts';
import type { CallOutcome } from '../http-call.ts';
import { numeric } from '../numeric.ts';
import { readEnvelope } from './client.ts';
import type { SendFailure } from '../send-failure.ts';
import { judgeZbs } from './zbs-errors.ts';

const STATUS: Readonly<Record<string, TemplateStatus>> = {
  ENABLE: 'approved',
  PENDING_REVIEW: 'pending',
  REJECT: 'rejected',
  DISABLE: 'disabled',
  DELETE: 'disabled',
};
export const readZbsStatus = (status: string): TemplateStatus => STATUS[status.toUpperCase()] ?? 'unknown';

const id = z.union([z.string(), z.number()]).transform(String);
/** `{ "templateId": 500111, "templateName": "Báo kết quả", "status": "ENABLE" }`, in `data` of `/template/all`. */
const listed = z.object({ templateId: id });
const metadata = z.object({ metadata: z.object({ total: numeric }) });
/** `data` of `/template/info/v2`. Prices come as text. */
const info = z.object({
  templateId: id,
  templateName: z.string().catch(''),
  status: z.string().catch(''),
  reason: z.string().nullish(),
  listParams: z.array(z.object({ name: z.string() })).catch([]),
  listButtons: z
    .array(z.object({ title: z.string() }))
    .nullish()
    .catch(null),
  price: numeric.nullish().catch(null),
  price_sdt: numeric.nullish().catch(null),
  price_uid: numeric.nullish().catch(null),
});

const PAGE_SIZE = 100;
/** More than an account may have; a list that never ends is a fault of the platform's. */
const MAX_PAGES = 20;
/** No such template. */
const UNKNOWN = -109;

/**
 * ZBS templates of the account: they are made in Zalo's portal, because each wants a logo uploaded there, and known here by their
 * id. Source: ZBS API, `/template/all` and `/template/info/v2` as public clients call them (read 2026-11-21); zalo.md §3.5.
 */
export function zaloTemplates(get: (path: string) => Promise<CallOutcome | SendFailure>): Templates {
  async function ask(path: string): Promise<{ error: number; data?: unknown; whole: unknown }> {
    const outcome = await get(path);
    if (outcome.type === 'failed') throw toError(outcome);
    const envelope = outcome.type === 'answered' ? readEnvelope(outcome.json) : null;
    if (outcome.type === 'answered' && envelope && (envelope.error === 0 || envelope.error === UNKNOWN))
      return { ...envelope, whole: outcome.json };
    throw toError(judgeZbs(outcome, { now: 0, random: () => 0 }));
  }

  async function read(key: string): Promise<ChannelTemplate | null> {
    const { error, data } = await ask(`/template/info/v2?${new URLSearchParams({ template_id: key }).toString()}`);
    if (error === UNKNOWN) return null;
    const found = info.safeParse(data);
    return found.success ? toTemplate(found.data) : null;
  }

  return {
    async list() {
      const keys: string[] = [];
      for (let n = 0; n < MAX_PAGES; n++) {
        const { data, whole } = await ask(`/template/all?offset=${n * PAGE_SIZE}&limit=${PAGE_SIZE}`);
        const page = Array.isArray(data) ? data : [];
        keys.push(...page.flatMap((one) => listed.safeParse(one).data?.templateId ?? []));
        const total = metadata.safeParse(whole).data?.metadata.total ?? 0;
        if (page.length === 0 || (n + 1) * PAGE_SIZE >= total) break;
      }
      const found: ChannelTemplate[] = [];
      for (const key of keys) {
        const template = await read(key);
        if (template) found.push(template);
      }
      return found;
    },
    read: (key) => read(key),
  };
}

function toTemplate(found: z.infer<typeof info>): ChannelTemplate {
  const phoneVnd = found.price_sdt ?? found.price ?? null;
  return {
    key: found.templateId,
    lang: '',
    name: found.templateName,
    status: readZbsStatus(found.status),
    reason: found.reason ?? '',
    body: '', // a picture of it is all that Zalo tells
    parameters: found.listParams.map(({ name }) => name),
    buttons: (found.listButtons ?? []).map(({ title }) => ({ type: 'url', title })),
    userVnd: found.price_uid ?? null,
    phoneVnd,
  };
}

const toError = ({ code, retry, platformCode }: SendFailure): AppError =>
  new AppError(code, 'templates of Zalo', { retryable: retry !== 'never', facts: { platformCode } });
