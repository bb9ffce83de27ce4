import { z } from 'zod';
import { STANDINGS } from './standing.ts';

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
  /**
   * Of its buttons in order: what a tap brings back (`OPEN_CAMPAIGN` or `CORRECT_ENTRY` with what follows it), or the end of the
   * address. Names in braces are filled in here too.
   */
  buttons: z.array(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('postback'), payload: z.string() }),
      z.object({ type: z.literal('url'), suffix: z.string() }),
    ]),
  ),
});
export type TemplateUse = z.infer<typeof templateUseSchema>;

/** A button of a message said unasked, followed by a campaign's id: goes on with the person's draft there, or begins one. */
export const OPEN_CAMPAIGN = '#campaign:';
/** The same, followed by an entry's public code: opens it to be corrected. */
export const CORRECT_ENTRY = '#entry:';

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
  /**
   * Said only to those who still stand so, as far as a session tells (see `standingIn`); empty = to all. The last four are one to
   * a session: whoever has an entry in the campaign.
   */
  standings: z.array(z.enum(STANDINGS)),
  /** The deadline it reminds of: said only while that is the person's own, and so many times at most. */
  deadline: z.object({ phase: z.string(), closesAt: z.number(), most: z.number() }).nullable(),
  /**
   * With names in braces. Also what a template says, for the transcript. '' = what the locales say of this kind to someone who
   * stands so: `nudge.<kind>.<standing or state>`; a broadcast has none.
   */
  text: localized,
  /**
   * `free`: within the platform's free window; `charged`: also where it costs (Zalo); `template`: at any time, by the template
   * where the window is not free at that minute.
   */
  how: z.enum(['free', 'charged', 'template']),
  template: templateUseSchema.nullable(),
  /** Not said at this instant or later, not even when it waits to be sent by then; epoch ms. */
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
