import { z } from 'zod';
import { answersSchema } from './answers.ts';

export const SESSION_VERSION = 1;

/** A question inside the open prompt that must be answered before the prompt itself: a confirmation or a choice among hits. */
const askSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('confirmText'), text: z.string() }),
  z.object({ type: z.literal('confirmPhone'), e164: z.string(), options: z.array(z.string()) }),
  z.object({ type: z.literal('pickUnit'), codes: z.array(z.string()), page: z.number() }),
  z.object({ type: z.literal('otherUnit') }),
  z.object({ type: z.literal('keepCut'), text: z.string() }),
  z.object({ type: z.literal('confirmCommand'), command: z.enum(['cancel', 'restart', 'deleteData']) }),
  z.object({ type: z.literal('confirmWithdraw'), code: z.string() }),
  z.object({ type: z.literal('pickEdit') }),
  z.object({ type: z.literal('pickEntry'), action: z.enum(['correct', 'withdraw']), codes: z.array(z.string()) }),
]);
export type Ask = z.infer<typeof askSchema>;

const draftSchema = z.object({
  /** Idempotency key of the entry. */
  id: z.string(),
  campaign: z.string(),
  flowVersion: z.string(),
  answers: answersSchema,
  /** Id of the open step. */
  step: z.string(),
  /** Unit from a QR code, used when the unit step is reached. */
  unitHint: z.string().nullable(),
  /** True while one answer is changed from the summary. */
  editing: z.boolean(),
  /** The entry this draft corrects, by public code. */
  revises: z.string().nullable(),
  /** Fetches not yet answered: request id → how many items. */
  fetching: z.record(z.string(), z.number()),
  startedAt: z.number(),
  updatedAt: z.number(),
});
export type Draft = z.infer<typeof draftSchema>;

/** Where a contact stands. JSON, validated whenever it is read from the store. */
export const sessionSchema = z.object({
  v: z.literal(SESSION_VERSION),
  contact: z.string(),
  lang: z.enum(['vi', 'en']),
  owner: z.enum(['bot', 'staff']),
  /** Epoch ms, null until the greeting was said. */
  greetedAt: z.number().nullable(),
  consentAt: z.number().nullable(),
  remindersOff: z.boolean(),
  /** Campaign the person is in now. */
  campaign: z.string().nullable(),
  draft: draftSchema.nullable(),
  ask: askSchema.nullable(),
  /** Counts prompts; a button of an older prompt carries an older number. */
  prompt: z.number(),
  /** Wrong answers in a row to the open prompt. */
  misses: z.number(),
  /** Name, phone and unit of the last entry, offered again. */
  profile: answersSchema,
  /** Public codes of own entries, newest first. */
  entries: z.array(z.object({ code: z.string(), campaign: z.string(), submittedAt: z.number() })),
  /** The open request for a person, epoch ms. */
  humanAskedAt: z.number().nullable(),
  /** Epoch ms of the last thing the person did. */
  lastSeenAt: z.number(),
  turns: z.number(),
});
export type Session = z.infer<typeof sessionSchema>;
