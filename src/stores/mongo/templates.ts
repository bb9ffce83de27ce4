import type { Connection } from 'mongoose';
import type { ChannelName } from '../../core/contact.ts';
import type { RunKind } from '../../core/run.ts';
import { Mixed, modelOf } from './model.ts';
import { storing } from './storing.ts';

export const TEMPLATE_VERSION = 1;

export type TemplateState = 'pending' | 'approved' | 'rejected' | 'paused' | 'disabled' | 'unknown';

/** A template of a platform as we know it, in the collection `templates`. */
export type TemplateDoc = {
  /** See `templateId`. */
  _id: string;
  v: number;
  channel: ChannelName;
  /** What a send names: Zalo's id, Messenger's name. */
  key: string;
  /** '' where a platform has none. */
  lang: string;
  /** As people of the console call it. */
  name: string;
  status: TemplateState;
  /** Why it was refused, in the platform's words. */
  reason: string;
  body: string;
  parameters: string[];
  buttons: { type: 'postback' | 'url'; title: string }[];
  /** Of one message by user id and by phone, in VND; null = not known, or it cannot be sent so. */
  userVnd: number | null;
  phoneVnd: number | null;
  /** What our own clock sends may use it; its parameters are then names of `NUDGE_NAMES`. */
  kinds: RunKind[];
  updatedAt: Date;
};

export const templateId = (channel: ChannelName, key: string, lang: string): string => `${channel}/${key}/${lang}`;

export type TemplateStore = ReturnType<typeof templateStore>;

export function templateStore(connection: Connection) {
  const model = modelOf<TemplateDoc>(
    connection,
    'templates',
    {
      _id: String,
      v: Number,
      channel: String,
      key: String,
      lang: String,
      name: String,
      status: String,
      reason: String,
      body: String,
      parameters: [String],
      buttons: [Mixed],
      userVnd: Number,
      phoneVnd: Number,
      kinds: [String],
      updatedAt: Date,
    },
    [[{ channel: 1, key: 1 }]],
  );
  return {
    list: (): Promise<TemplateDoc[]> =>
      storing(async () => model.find().sort({ channel: 1, key: 1, lang: 1 }).lean<TemplateDoc[]>()),
    read: (id: string): Promise<TemplateDoc | null> => storing(async () => model.findById(id).lean<TemplateDoc>()),
    /** With this key, in whatever language. */
    find: (channel: ChannelName, key: string): Promise<TemplateDoc[]> =>
      storing(async () => model.find({ channel, key }).lean<TemplateDoc[]>()),
    /** Puts it in the place of what was known of it; what our own clock may use it for stays. */
    save: (template: Omit<TemplateDoc, '_id' | 'v' | 'kinds'>): Promise<TemplateDoc> =>
      storing(async () => {
        const _id = templateId(template.channel, template.key, template.lang);
        await model.updateOne(
          { _id },
          { $set: { ...template, v: TEMPLATE_VERSION }, $setOnInsert: { kinds: [] } },
          { upsert: true },
        );
        return { ...template, _id, v: TEMPLATE_VERSION, kinds: (await model.findById(_id).lean())?.kinds ?? [] };
      }),
    /** False where none of this id is known. `at`: epoch ms. */
    setStatus: (id: string, status: TemplateState, reason: string, at: number): Promise<boolean> =>
      storing(async () => {
        const fields = { status, reason, updatedAt: new Date(at) };
        return (await model.updateOne({ _id: id }, { $set: fields })).matchedCount === 1;
      }),
    setKinds: (id: string, kinds: readonly RunKind[]): Promise<boolean> =>
      storing(async () => (await model.updateOne({ _id: id }, { $set: { kinds: [...kinds] } })).matchedCount === 1),
    remove: (id: string): Promise<void> =>
      storing(async () => {
        await model.deleteOne({ _id: id });
      }),
  };
}
