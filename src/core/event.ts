import { z } from 'zod';
import type { Brand } from '../base/brand.ts';
import { nudgeSchema, type Nudge } from './broadcast.ts';
import type { ContactId } from './contact.ts';
import { staffActSchema, type StaffAct } from './handover.ts';

/** `<channel>/<platform message id>`, or a key of the platform's own facts where it has none; unique, so a redelivery is seen as such. */
export type EventId = Brand<string, 'EventId'>;
export const eventId = (channel: string, key: string): EventId => `${channel}/${key}` as EventId;

/** Something a person sent that is not text. `url` is where the platform keeps the bytes, for an unknown time. */
export type Attachment = {
  kind: 'image' | 'file' | 'video' | 'audio' | 'sticker' | 'location' | 'link' | 'contact' | 'unknown';
  url?: string;
  name?: string;
  /** Bytes, as the platform says. */
  size?: number;
};

type EventBase = {
  id: EventId;
  contact: ContactId;
  /** Epoch ms, from the platform's clock. */
  sentAt: number;
};

/** What an outside fetch of one attachment came to. */
export type FileOutcome =
  | { type: 'stored'; fileId: string; name: string; mime: string; size: number; sha256: string }
  | { type: 'refused'; name: string; reason: 'type' | 'size' | 'empty' }
  | { type: 'unreachable'; name: string };

/**
 * Everything that can reach a conversation. Nothing past an adapter sees a raw payload.
 * - `text`: typed by the person; on Zalo also a tapped button, whose text is the button's payload.
 * - `quickReply`, `postback`: taps on Messenger. `ref` comes with Get Started from an m.me link.
 * - `opened`: the person opened the chat without saying anything: follow, "message" button, m.me link (`ref`).
 * - `attachments`: files, pictures, stickers, places, with an optional caption.
 * - `filesFetched`: our own report of a fetch that a turn asked for.
 * - `echo`: the platform shows us a message that went out from our account: ours, staff's or another app's.
 * - `receipt`, `reaction`, `left`: delivered or seen, a reaction (opens the window), unfollow.
 * - `erase`: the person asked the platform to have their data deleted.
 * - `control`: the platform moved the thread between apps.
 * - `staff`: someone did this in our console.
 * - `nudge`: a message of a broadcast, made by our own clock or by an organizer.
 * - `unanswered`: nobody has taken up the request for a person of this id, made by our own clock.
 */
export type InboundEvent =
  | (EventBase & { type: 'text'; text: string })
  | (EventBase & { type: 'quickReply'; payload: string; title: string })
  | (EventBase & { type: 'postback'; payload: string; title: string; ref?: string })
  | (EventBase & { type: 'opened'; how: 'follow' | 'chatNow' | 'referral'; ref?: string })
  | (EventBase & { type: 'attachments'; items: Attachment[]; text: string })
  | (EventBase & { type: 'filesFetched'; request: string; outcomes: FileOutcome[] })
  | (EventBase & {
      type: 'echo';
      messageId: string;
      text: string;
      /** `bot`: proven ours by metadata or app id; `staff`: proven typed by a person; `unsure`: to be settled by the ledger. */
      origin: 'bot' | 'staff' | 'unsure';
      /** Our outbox row, where the platform gives our metadata back. */
      row?: string;
      staff?: string;
      /** What else it showed: pictures, files. */
      items?: Attachment[];
    })
  | (EventBase & { type: 'receipt'; kind: 'delivered' | 'seen'; messageIds: string[]; watermark?: number })
  | (EventBase & { type: 'reaction' })
  | (EventBase & { type: 'left' })
  | (EventBase & { type: 'erase' })
  | (EventBase & { type: 'control'; kind: 'passedToUs' | 'takenFromUs' | 'requested' })
  /** `staff` is the account, `name` as colleagues know them. */
  | (EventBase & { type: 'staff'; staff: string; name: string; act: StaffAct })
  | (EventBase & { type: 'nudge'; nudge: Nudge })
  | (EventBase & { type: 'unanswered'; request: string });

const base = { id: z.string(), contact: z.string(), sentAt: z.number() };
const fileOutcome = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('stored'),
    fileId: z.string(),
    name: z.string(),
    mime: z.string(),
    size: z.number(),
    sha256: z.string(),
  }),
  z.object({ type: z.literal('refused'), name: z.string(), reason: z.enum(['type', 'size', 'empty']) }),
  z.object({ type: z.literal('unreachable'), name: z.string() }),
]);
const attachment = z.object({
  kind: z.enum(['image', 'file', 'video', 'audio', 'sticker', 'location', 'link', 'contact', 'unknown']),
  url: z.string().optional(),
  name: z.string().optional(),
  size: z.number().optional(),
});

/** For reading events back from the inbound log. */
export const inboundEventSchema = z.discriminatedUnion('type', [
  z.object({ ...base, type: z.literal('text'), text: z.string() }),
  z.object({ ...base, type: z.literal('quickReply'), payload: z.string(), title: z.string() }),
  z.object({
    ...base,
    type: z.literal('postback'),
    payload: z.string(),
    title: z.string(),
    ref: z.string().optional(),
  }),
  z.object({
    ...base,
    type: z.literal('opened'),
    how: z.enum(['follow', 'chatNow', 'referral']),
    ref: z.string().optional(),
  }),
  z.object({ ...base, type: z.literal('attachments'), items: z.array(attachment), text: z.string() }),
  z.object({ ...base, type: z.literal('filesFetched'), request: z.string(), outcomes: z.array(fileOutcome) }),
  z.object({
    ...base,
    type: z.literal('echo'),
    messageId: z.string(),
    text: z.string(),
    origin: z.enum(['bot', 'staff', 'unsure']),
    row: z.string().optional(),
    staff: z.string().optional(),
    items: z.array(attachment).optional(),
  }),
  z.object({
    ...base,
    type: z.literal('receipt'),
    kind: z.enum(['delivered', 'seen']),
    messageIds: z.array(z.string()),
    watermark: z.number().optional(),
  }),
  z.object({ ...base, type: z.literal('reaction') }),
  z.object({ ...base, type: z.literal('left') }),
  z.object({ ...base, type: z.literal('erase') }),
  z.object({ ...base, type: z.literal('control'), kind: z.enum(['passedToUs', 'takenFromUs', 'requested']) }),
  z.object({ ...base, type: z.literal('staff'), staff: z.string(), name: z.string(), act: staffActSchema }),
  z.object({ ...base, type: z.literal('nudge'), nudge: nudgeSchema }),
  z.object({ ...base, type: z.literal('unanswered'), request: z.string() }),
]) as unknown as z.ZodType<InboundEvent>; // the brands exist only in the type
