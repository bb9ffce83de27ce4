import { z } from 'zod';

/** Where a person stands in a campaign, by which an audience is chosen. */
export const STANDINGS = ['notStarted', 'draft', 'submitted', 'needsSupplement', 'accepted', 'rejected'] as const;
export type Standing = (typeof STANDINGS)[number];

/** What may stand in braces in a text that is said unasked, filled in when it is said. `left`: time to the deadline in words. */
export const NUDGE_NAMES = [
  'name',
  'campaign',
  'phase',
  'deadline',
  'left',
  'step',
  'unit',
  'code',
  'title',
  'state',
  'reason',
] as const;
export type NudgeName = (typeof NUDGE_NAMES)[number];

const localized = z.object({ vi: z.string(), en: z.string() });

/**
 * An approved template instead of a plain message. `values` are texts with names in braces, by the template's own parameter.
 * Zalo: `key` is the template's id, sent to the person's `user` id or to their `phone`. Messenger: its name.
 */
export const templateUseSchema = z.object({
  key: z.string(),
  to: z.enum(['user', 'phone']),
  /** The template's own language code, such as `vi`. */
  lang: z.string(),
  values: z.record(z.string(), z.string()),
  /** Of its buttons in order: what a tap brings back, or the end of the address. */
  buttons: z.array(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('postback'), payload: z.string() }),
      z.object({ type: z.literal('url'), suffix: z.string() }),
    ]),
  ),
});
export type TemplateUse = z.infer<typeof templateUseSchema>;

/**
 * One message of a broadcast to one person, put into their conversation as an event: there it has its place in the order, is
 * played once, and what the engine sees at that moment decides whether it is said at all.
 */
export const nudgeSchema = z.object({
  /** The broadcast. */
  run: z.string(),
  /** Of this person in it, unique for ever. */
  delivery: z.string(),
  kind: z.enum(['reminder', 'silentDraft', 'result', 'broadcast', 'test']),
  campaign: z.string(),
  /** Said only to those who still stand so, as far as a session tells (not started, draft, submitted); empty = to all. */
  standings: z.array(z.enum(STANDINGS)),
  /** The deadline it reminds of: said only while that is the person's own, and so many times at most. */
  deadline: z.object({ phase: z.string(), closesAt: z.number(), most: z.number() }).nullable(),
  /** With names in braces. Also what a template says, for the transcript. */
  text: localized,
  /** `free`: within the platform's free window; `charged`: also where it costs (Zalo); `template`: at any time. */
  how: z.enum(['free', 'charged', 'template']),
  template: templateUseSchema.nullable(),
  /** Not said at this instant or later, epoch ms. */
  notAfter: z.number(),
  /** Of a result: values of `code`, `title`, `state` and `reason`; the state by its name in core/entry.ts. */
  entry: z.object({ code: z.string(), title: z.string(), state: z.string(), reason: z.string() }).nullable(),
});
export type Nudge = z.infer<typeof nudgeSchema>;

/** Why nothing was said: for staff and reports, never for the person. */
export const SKIPS = [
  'withStaff',
  'optedOut',
  'notNeeded',
  'tooLate',
  'deadlineMoved',
  'windowClosed',
  'wouldCost',
  'limit',
  'twice',
  'stranger',
] as const;
export type Skip = (typeof SKIPS)[number];

export type NudgeResult = { type: 'said' } | { type: 'skipped'; why: Skip };
