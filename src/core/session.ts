import { z } from 'zod';
import { answersSchema, proofFileSchema } from './answers.ts';
import { ownerSchema } from './handover.ts';

export const SESSION_VERSION = 2;
export const MAX_NUDGED = 20;

/** A question inside the open prompt that must be answered before the prompt itself: a confirmation or a choice among hits. */
const askSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('confirmName'), name: z.string() }),
  z.object({ type: z.literal('confirmPhone'), e164: z.string() }),
  z.object({ type: z.literal('pickPhone'), options: z.array(z.string()) }),
  /** Units to choose from below `parent` (null = first level); an empty list asks to type a name. */
  z.object({
    type: z.literal('pickUnit'),
    parent: z.string().nullable(),
    codes: z.array(z.string()),
    page: z.number(),
  }),
  /** The unit a QR code named, to be confirmed. */
  z.object({ type: z.literal('confirmUnit'), code: z.string() }),
  /** The workplace in the person's own words, below `parent`. */
  z.object({ type: z.literal('otherUnit'), parent: z.string() }),
  /** Several options of a choice step fit what was typed. */
  z.object({ type: z.literal('pickChoice'), codes: z.array(z.string()) }),
  /** The text ran over its limit; `keep` is the part that fits. */
  z.object({ type: z.literal('keepCut'), keep: z.string() }),
  z.object({ type: z.literal('reuseProfile') }),
  z.object({ type: z.literal('pickEdit') }),
  z.object({ type: z.literal('confirmCommand'), command: z.enum(['cancel', 'restart', 'deleteData']) }),
  z.object({ type: z.literal('pickEntry'), action: z.enum(['correct', 'withdraw']), codes: z.array(z.string()) }),
  z.object({ type: z.literal('confirmWithdraw'), code: z.string() }),
  /** Whether they want to be reminded of the deadline: beside the open question, whose buttons stay good. */
  z.object({ type: z.literal('remind') }),
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
  /** The entry this draft corrects, by public code. */
  revises: z.string().nullable(),
  /** Fetches not yet answered: request id → how many items. */
  fetching: z.record(z.string(), z.number()),
  /** Files that could not be taken since the last question, told together. */
  fetchFaults: z.array(
    z.object({ name: z.string(), reason: z.enum(['type', 'size', 'empty', 'unreachable', 'count']) }),
  ),
  startedAt: z.number(),
  updatedAt: z.number(),
});
export type Draft = z.infer<typeof draftSchema>;

/** Where a contact stands. JSON, validated whenever it is read from the store. */
export const sessionSchema = z.object({
  v: z.literal(SESSION_VERSION),
  contact: z.string(),
  lang: z.enum(['vi', 'en']),
  owner: ownerSchema,
  /** Epoch ms, null until the greeting was said. */
  greetedAt: z.number().nullable(),
  consentAt: z.number().nullable(),
  remindersOff: z.boolean(),
  /** When they were asked whether they want to be reminded, and when they said yes; epoch ms. */
  remindAskedAt: z.number().nullable().default(null),
  remindYesAt: z.number().nullable().default(null),
  /** What was said unasked, newest last, `MAX_NUDGED` at most: nothing twice, and of one deadline no more than is allowed. */
  nudged: z
    .array(
      z.object({
        run: z.string(),
        delivery: z.string().default(''),
        kind: z.string(),
        campaign: z.string(),
        /** Phase and end of the deadline it was about, else null. */
        deadline: z.object({ phase: z.string(), closesAt: z.number() }).nullable(),
        at: z.number(),
      }),
    )
    .default([]),
  /** Campaign the person is in now. */
  campaign: z.string().nullable(),
  /** By campaign id; the open one is that of `campaign`. */
  drafts: z.record(z.string(), draftSchema),
  ask: askSchema.nullable(),
  /** Counts prompts; a button of an older prompt carries an older number. */
  prompt: z.number(),
  /** Wrong answers in a row to the open prompt. */
  misses: z.number(),
  /** Why the last answer was refused, so that the same sentence does not come twice in a row. */
  lastMiss: z.string(),
  /** Name, phone and unit of the last entry, offered again. */
  profile: answersSchema,
  /** Public codes of own entries, newest first. */
  entries: z.array(z.object({ code: z.string(), campaign: z.string(), submittedAt: z.number() })),
  /** The code that first brought them to a campaign, of each campaign once; without a unit it was that of the campaign alone. */
  arrivals: z.array(z.object({ campaign: z.string(), unit: z.string().nullable(), at: z.number() })).default([]),
  /** The deadline as it was when they were last here, so that another one is told; null = none yet. */
  deadlineSeen: z.object({ campaign: z.string(), phase: z.string(), closesAt: z.number() }).nullable().default(null),
  /** Stored files the person sent outside any question, newest last: staff may put them into an answer. */
  sentFiles: z.array(proofFileSchema),
  /** The last tap that was taken, so that a double tap is seen as such. */
  lastTap: z.object({ payload: z.string(), at: z.number() }).nullable(),
  /** The open request for a person, epoch ms; null once staff took it up. */
  humanAskedAt: z.number().nullable(),
  /** Why they are asked for; null without an open request. */
  humanReason: z.enum(['asked', 'stuck']).nullable(),
  /** That request: its id, and whether the person was told that nobody took it up; null without one, and where it is very old. */
  humanRequest: z.object({ id: z.string(), told: z.boolean() }).nullable(),
  /** When staff last gave the conversation back, epoch ms. */
  handledAt: z.number().nullable(),
  /** Epoch ms of the last thing the person did, what others do aside; 0 = nothing yet. */
  lastSeenAt: z.number(),
  turns: z.number(),
});
export type Session = z.infer<typeof sessionSchema>;
