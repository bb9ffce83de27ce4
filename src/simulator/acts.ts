import { z } from 'zod';

const fileSchema = z.object({ id: z.string().max(40) });

/** What a person can do on a phone of the page. */
export const actSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string().min(1).max(60_000) }),
  /** A button below a message, a quick reply, or an item of the menu. */
  z.object({
    type: z.literal('tap'),
    kind: z.enum(['query', 'postback', 'quickReply']),
    title: z.string().max(200),
    payload: z.string().max(1000),
    hidden: z.boolean().optional(),
  }),
  z.object({ type: z.literal('files'), files: z.array(fileSchema).min(1).max(20) }),
  z.object({ type: z.literal('sticker') }),
  z.object({ type: z.literal('voice') }),
  z.object({ type: z.literal('location') }),
  z.object({ type: z.literal('follow') }),
  z.object({ type: z.literal('unfollow') }),
  z.object({ type: z.literal('chatNow') }),
  z.object({ type: z.literal('getStarted'), title: z.string().max(20) }),
  /** Opens an m.me link that carries `ref`. */
  z.object({ type: z.literal('link'), ref: z.string().min(1).max(200) }),
  /** Takes nothing more from the account, of which no platform tells; until `unblock` or the next word of the person's. */
  z.object({ type: z.literal('block') }),
  z.object({ type: z.literal('unblock') }),
  /** Asks the platform to have everything about the person erased. */
  z.object({ type: z.literal('erase') }),
]);
export type Act = z.infer<typeof actSchema>;

/** How the platform shall treat what the act brings about. */
export const switchesSchema = z.object({
  /** The same webhook is posted twice. */
  twice: z.boolean().default(false),
  /** The message was written this long ago and is delivered only now. */
  lateMinutes: z.number().min(0).max(100_000).default(0),
  /** It is held back and posted after the next one. */
  shuffle: z.boolean().default(false),
  /** From now on the person's echoes are lost. */
  dropEcho: z.boolean().default(false),
});
export type Switches = z.infer<typeof switchesSchema>;

export const actRequestSchema = z.object({
  session: z.string().min(8).max(64),
  phone: z.enum(['zalo', 'messenger']),
  person: z.string().max(32),
  act: actSchema,
  switches: switchesSchema.prefault({}),
});

/** A file of an act, looked up. `kind` by its type. */
export type ActFile = {
  kind: 'image' | 'file' | 'audio' | 'video';
  mime: string;
  name: string;
  url: string;
  size: number;
  md5: string;
};

/** Where staff write: Zalo tells who they are only of the web chat; Messenger tells the app only of its own inbox. */
const viaSchema = z.enum(['web', 'mobile']);
export type Via = z.infer<typeof viaSchema>;

/** What staff can do in the platform's own inbox. */
export const inboxActSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('say'), text: z.string().min(1).max(2000), via: viaSchema }),
  z.object({ type: z.literal('files'), files: z.array(fileSchema).min(1).max(5), via: viaSchema }),
  /** The automatic answer to whoever writes; '' = off. */
  z.object({ type: z.literal('autoReply'), text: z.string().max(500) }),
  /** Messenger: whether a thread has one owner among the apps. */
  z.object({ type: z.literal('routing'), on: z.boolean() }),
  z.object({ type: z.literal('take') }),
  z.object({ type: z.literal('passBack') }),
]);
export type InboxAct = z.infer<typeof inboxActSchema>;

export const inboxRequestSchema = actRequestSchema.omit({ switches: true }).extend({ act: inboxActSchema });
