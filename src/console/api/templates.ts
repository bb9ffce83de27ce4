import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { isNudgeName } from '../../core/nudge-names.ts';
import type { ChannelName } from '../../core/contact.ts';
import type { ChannelTemplate, NewTemplate, Templates } from '../../core/template.ts';
import { templateId, type TemplateDoc } from '../../stores/mongo/templates.ts';
import type { ConsoleParts } from '../parts.ts';
import { empty, ok, route, withStatus, type Answer, type ConsoleRoute } from './route.ts';
import { templateFault } from './template-fault.ts';
import type { TemplateBody, TemplateKind, TemplatesView, TemplateView } from './types-templates.ts';

const ORGANIZERS = ['organizer', 'admin'] as const;
const KINDS = ['reminder', 'silentDraft', 'result'] as const satisfies readonly TemplateKind[];

const params = z.strictObject({ id: z.string().min(1).max(300) });
const bodyInput: z.ZodType<TemplateBody> = z.discriminatedUnion('channel', [
  z.strictObject({
    channel: z.literal('messenger'),
    name: z.string().min(1).max(100),
    lang: z.string().min(2).max(10),
    body: z.string().trim().min(1).max(4000),
    examples: z.record(z.string().max(60), z.string().trim().max(200)),
    button: z.string().trim().max(60),
  }),
  z.strictObject({
    channel: z.literal('zalo'),
    key: z
      .string()
      .trim()
      .regex(/^\w{1,60}$/),
    body: z.string().trim().max(2000),
  }),
]);

type Parts = Pick<ConsoleParts, 'stores' | 'templates' | 'clock'>;

/** Templates of the platforms: seen by every organizer, made and removed by the central team, as they are one account's. */
export function templateRoutes({ stores: { templates: kept }, templates: platforms, clock }: Parts): ConsoleRoute[] {
  const all = async (): Promise<TemplatesView> => ({
    templates: (await kept.list()).map(toView),
    channels: [...platforms].map(([channel, { create }]) => ({ channel, canCreate: create !== undefined })),
  });
  const keep = (channel: ChannelName, found: ChannelTemplate, body = found.body): Promise<TemplateDoc> =>
    kept.save({
      ...found,
      channel,
      body,
      parameters: [...found.parameters],
      buttons: [...found.buttons],
      updatedAt: new Date(clock.now()),
    });

  const list = route({
    method: 'GET',
    path: '/templates',
    access: ORGANIZERS,
    scope: 'none',
    handle: async () => ok(await all()),
  });

  const refresh = route({
    method: 'POST',
    path: '/templates/refresh',
    access: ORGANIZERS,
    scope: 'central',
    audit: 'none', // nothing is changed that the platforms do not say
    async handle() {
      const known = new Map((await kept.list()).map((one) => [one._id, one]));
      for (const [channel, platform] of platforms) {
        for (const found of await told(platform.list())) {
          // where the platform tells no text, what staff wrote for it stays
          await keep(channel, found, found.body || known.get(templateId(channel, found.key, found.lang))?.body);
        }
      }
      return ok(await all());
    },
  });

  const add = route({
    method: 'POST',
    path: '/templates',
    access: ORGANIZERS,
    scope: 'central',
    body: bodyInput,
    async handle({ body, audit }) {
      const platform = platforms.get(body.channel);
      if (!platform) return refused('noTemplates');
      const key = body.channel === 'zalo' ? body.key : body.name;
      const fault = body.channel === 'messenger' ? templateFault(body) : null;
      if (fault) return refused(fault);
      await audit({ action: 'template.add', target: `${body.channel}/${key}`, after: body });
      return body.channel === 'zalo' ? lookUp(platform, body) : submit(platform, body);
    },
  });

  async function lookUp(
    platform: Templates,
    { key, body }: Extract<TemplateBody, { channel: 'zalo' }>,
  ): Promise<Answer> {
    const found = await told(platform.read(key, ''));
    if (!found) return refused('unknownTemplate');
    return withStatus(201, { template: toView(await keep('zalo', found, found.body || body)) });
  }

  async function submit(
    platform: Templates,
    { button, channel, ...rest }: Extract<TemplateBody, { channel: 'messenger' }>,
  ): Promise<Answer> {
    if (!platform.create) return refused('noTemplates');
    const template: NewTemplate = { ...rest, button: button === '' ? null : button };
    const answer = await told(platform.create(template));
    if (answer.type === 'refused') return refused('template', answer.text);
    const { name: key, lang, body } = rest;
    const made: ChannelTemplate = {
      key,
      lang,
      name: key,
      status: answer.status,
      reason: '',
      body,
      parameters: Object.keys(rest.examples),
      buttons: button === '' ? [] : [{ type: 'postback', title: button }],
      userVnd: null,
      phoneVnd: null,
    };
    return withStatus(201, { template: toView(await keep(channel, made)) });
  }

  const change = route({
    method: 'PATCH',
    path: '/templates/:id',
    access: ORGANIZERS,
    scope: 'central',
    params,
    body: z.strictObject({ kinds: z.array(z.enum(KINDS)).max(KINDS.length) }),
    async handle({ params: { id }, body: { kinds }, audit }) {
      const template = await known(id);
      // what the clock sends is filled in by name, with nobody there to say with what
      if (kinds.length > 0 && !toView(template).isOwn) return refused('templateParameters');
      await audit({ action: 'template.change', target: id, before: { kinds: template.kinds }, after: { kinds } });
      await kept.setKinds(id, kinds);
      return ok({ template: toView({ ...template, kinds }) });
    },
  });

  const remove = route({
    method: 'DELETE',
    path: '/templates/:id',
    access: ORGANIZERS,
    scope: 'central',
    params,
    async handle({ params: { id }, audit }) {
      const { channel, key, lang, name, status, kinds, body } = await known(id);
      await audit({ action: 'template.remove', target: id, before: { name, status, kinds, body } });
      const removing = platforms.get(channel)?.remove?.(key, lang);
      const answer = removing && (await told(removing));
      if (answer?.type === 'refused') return refused('template', answer.text);
      await kept.remove(id);
      return empty;
    },
  });

  async function known(id: string): Promise<TemplateDoc> {
    const found = await kept.read(id);
    if (!found) throw new AppError('console.notFound', 'no such template', { facts: { why: 'unknownTemplate' } });
    return found;
  }

  return [list, refresh, add, change, remove];
}

/** What a platform answers; throws `console.conflict` where it cannot be asked now, which is no fault of ours. */
async function told<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof AppError) || !/^(send|token)\./.test(error.code)) throw error;
    throw new AppError('console.conflict', 'the platform cannot be asked', {
      cause: error,
      facts: { why: 'platform', code: error.code },
    });
  }
}

const refused = (why: string, text = ''): Answer => withStatus(409, { why, text });

const toView = ({ _id, v: _v, kinds, updatedAt, ...rest }: TemplateDoc): TemplateView => ({
  ...rest,
  id: _id,
  kinds: KINDS.filter((kind) => kinds.includes(kind)),
  isOwn: rest.parameters.every(isNudgeName),
  updatedAt: updatedAt.getTime(),
});
