import { z } from 'zod';
import { answerSchema, proofFileSchema } from './answers.ts';

/**
 * Who speaks in a conversation; there is one at any time, and only events of the log change it.
 * `how`: `console` = taken over in ours; `inbox` = a person wrote in the platform's own; `routing` = the platform gave the thread
 * to another app; `unsure` = something went out of our account that neither the bot nor, for all we know, a person wrote.
 */
export const ownerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('bot') }),
  z.object({
    type: z.literal('staff'),
    how: z.enum(['console', 'inbox', 'routing', 'unsure']),
    /** Account of the console; of others the platform's id of the person or app, '' where it does not tell. */
    staff: z.string(),
    /** As colleagues know them, '' where nobody told. */
    name: z.string(),
    /** Epoch ms. */
    since: z.number(),
    /** When they last wrote or did anything here. Epoch ms. */
    lastAt: z.number(),
    /** Only with `unsure`: from then on the bot answers again. Epoch ms. */
    until: z.number().nullable(),
  }),
]);
export type Owner = z.infer<typeof ownerSchema>;
export const BOT: Owner = { type: 'bot' };

/** Whether staff hold the conversation at `at` (epoch ms): the pause after a doubtful message ends by itself, with nothing to tell it. */
export const isHeldAt = (owner: Owner, at: number): boolean =>
  owner.type === 'staff' && !(owner.how === 'unsure' && owner.until !== null && owner.until <= at);

/** The same one in the same way, whatever they did since. */
export function isSameOwner(one: Owner, other: Owner): boolean {
  if (one.type === 'bot' || other.type === 'bot') return one.type === other.type;
  return one.how === other.how && one.staff === other.staff;
}

/** What staff do in a conversation. All of it goes through the log of events, so that it has one order with what the person sends. */
export const staffActSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('takeOver') }),
  /** To a colleague, who owns it from then on. */
  z.object({ type: z.literal('assign'), to: z.string(), toName: z.string() }),
  /** `parting` is said before the bot goes on; '' = nothing. */
  z.object({ type: z.literal('handBack'), parting: z.string() }),
  /** Done with it: the bot owns it again and says nothing until the person writes. */
  z.object({ type: z.literal('close') }),
  z.object({ type: z.literal('say'), text: z.string() }),
  z.object({ type: z.literal('sendFile'), file: proofFileSchema }),
  /** Begins a draft for someone who has none, in this campaign. */
  z.object({ type: z.literal('startDraft'), campaign: z.string() }),
  /** Fills in or changes an answer of the draft, under the checks that the person's own answer undergoes. */
  z.object({ type: z.literal('answer'), step: z.string(), value: answerSchema }),
  /** Sends the draft in the author's place. */
  z.object({ type: z.literal('submit') }),
]);
export type StaffAct = z.infer<typeof staffActSchema>;

/**
 * What became of an act. `before` and `after` are for the audit log.
 * `refused.why`: `held` = a colleague owns the conversation; `notHeld` = the one who did it does not own it; `noDraft`, `draftOpen`;
 * `closed` = the campaign takes nothing now; `invalid` = the check of the step says no; `incomplete` = answers are missing;
 * `failed` = a fault of ours: the act was put aside among the dead, and nothing changed.
 */
export const actResultSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('done'),
    before: answerSchema.nullable().optional(),
    after: answerSchema.nullable().optional(),
    /** Public code of the entry that was made. */
    code: z.string().optional(),
  }),
  z.object({
    type: z.literal('refused'),
    why: z.enum(['held', 'notHeld', 'noDraft', 'draftOpen', 'closed', 'invalid', 'incomplete', 'failed']),
    /** In the words the person would have been told, in the conversation's language; '' where there are none. */
    text: z.string(),
  }),
]);
export type ActResult = z.infer<typeof actResultSchema>;
