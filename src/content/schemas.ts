import { z } from 'zod';

const text = (most: number) => z.string().min(1).max(most);
const localized = (most: number) => z.strictObject({ vi: text(most), en: text(most) });
/** Names stand in messages, on posters and above pages. */
const NAME = 300;
const LABEL = 200;
/** What one message of Zalo carries. Source: zalo.md §3. */
const MESSAGE = 2000;
/** Of keys, ids and codes. */
const KEY = 200;
const instant = z.iso.datetime({
  offset: true,
  error: 'an instant with its offset, such as 2022-06-01T07:00:00+07:00',
});

/** `07:30`; `24:00` is the end of the day. */
const clockTime = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time of day such as 07:30');

/** `flows/<id>/campaign.yaml`: everything about a campaign that is not a question. */
export const campaignSchema = z.strictObject({
  version: text(KEY),
  /** First half of QR codes; letters and digits without O, I, L after the fold. */
  code: z.string().regex(/^[0-9A-HJKMNP-Z]{2,6}$/, 'two to six capitals or digits, without I, L and O'),
  name: localized(NAME),
  shortName: localized(NAME),
  phases: z
    .array(z.strictObject({ id: text(KEY), name: localized(LABEL), opensAt: instant, closesAt: instant }))
    .min(1)
    .max(50),
  /** The end, or the beginning, of a phase is another one for this unit and all below it. */
  deadlines: z
    .array(
      z.strictObject({
        unit: text(KEY),
        phase: text(KEY),
        opensAt: instant.optional(),
        closesAt: instant.optional(),
      }),
    )
    .max(2000)
    .default([]),
  quotas: z
    .array(z.strictObject({ unit: text(KEY), phase: text(KEY), number: z.number().int().min(0).max(1e9) }))
    .default([]),
  reminders: z
    .strictObject({
      hoursBefore: z.array(z.number().min(0.25).max(2000)).max(10).default([168, 72, 24, 3]),
      most: z.number().int().min(0).max(10).default(2),
      /** Below 48 and 23.5, the free windows; null = never. */
      silentHours: z
        .strictObject({
          zalo: z.number().min(1).max(47).nullable().default(40),
          messenger: z.number().min(1).max(23).nullable().default(20),
        })
        .prefault({}),
      tellResults: z.boolean().default(true),
      approveAbove: z.number().int().min(0).max(1e9).default(500),
    })
    .prefault({}),
  countedUntil: instant.nullable(),
  papersDatedUntil: instant.nullable(),
  applicationWindow: localized(NAME),
  contacts: z.array(localized(NAME)).max(50),
  /** To be opened by whoever is told of them: nothing but pages. */
  links: z
    .array(z.strictObject({ label: localized(LABEL), url: z.url({ protocol: /^https?$/ }).max(MESSAGE) }))
    .max(50),
  receiptPrefix: z.string().regex(/^[A-Z]{2,4}$/, 'two to four capitals'),
  draftGraceDays: z.number().int().min(0).max(400),
  support: z
    .strictObject({
      /** `days`: 1 = Monday … 7 = Sunday. */
      hours: z
        .array(
          z.strictObject({
            days: z.array(z.number().int().min(1).max(7)).min(1).max(7),
            from: clockTime,
            to: clockTime,
          }),
        )
        .max(50)
        .default([]),
      helpAfterMisses: z.number().int().min(2).max(20).default(5),
      tellWaitingAfterMinutes: z.number().int().min(1).max(1440).default(15),
      unsurePauseMinutes: z.number().int().min(1).max(1440).default(15),
      remindStaffAfterMinutes: z.number().int().min(1).max(1440).default(30),
      handBackWords: z.array(z.string().min(2).max(40)).min(1).max(50).default(['#bot']),
      autoReplies: z.array(text(MESSAGE)).max(100).default([]),
      canned: z
        .array(
          z.strictObject({
            id: z.string().regex(/^[a-z0-9-]{1,40}$/),
            title: localized(LABEL),
            text: localized(MESSAGE),
          }),
        )
        .max(200)
        .default([]),
    })
    .prefault({}),
  guide: text(KEY),
  /** Own sentences by key (`steps.prize.prompt`), which come before those of locales/: so that a question needs no file beside. */
  texts: z
    .strictObject({ vi: z.record(z.string(), z.string().min(1)), en: z.record(z.string(), z.string().min(1)) })
    .default({ vi: {}, en: {} }),
  units: text(KEY),
});
export type CampaignFile = z.infer<typeof campaignSchema>;

/** The longest description that fits one draft; the summary shows only its beginning. */
const MAX_TEXT = 10_000;
const step = {
  id: z
    .string()
    .max(KEY)
    .regex(/^[a-z][a-zA-Z0-9]*$/),
  text: text(KEY),
  when: z.strictObject({ field: z.string().max(KEY), is: z.string().max(KEY) }).optional(),
  optional: z.boolean().optional(),
};
const field = {
  field: z
    .string()
    .max(KEY)
    .regex(/^[a-z][a-zA-Z0-9]*$/),
  part: z.number().int().min(1).max(20),
};

/** Button labels carry at most 20 characters. Source: messenger.md §3.3. */
const short = z.strictObject({ vi: z.string().min(1).max(20), en: z.string().min(1).max(20) });
const option = z.strictObject({
  code: z.string().regex(/^[a-z0-9-]{1,40}$/),
  label: localized(LABEL),
  short,
  aliases: z.array(z.string().max(LABEL)).max(100).default([]),
});

/** Kinds of file, judged by content. */
export const FILE_TYPES = {
  image: ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/heic'],
  pdf: ['application/pdf'],
  word: ['application/msword', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
} as const;

/** `flows/<id>/intake.yaml`: the questions, in order. */
export const intakeSchema = z.strictObject({
  version: text(KEY),
  steps: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ ...step, type: z.literal('consent') }),
        z.strictObject({
          ...step,
          ...field,
          type: z.literal('text'),
          reader: z.enum(['name', 'plain']),
          max: z.number().int().min(1).max(1000),
        }),
        z.strictObject({ ...step, ...field, type: z.literal('phone') }),
        z.strictObject({ ...step, ...field, type: z.literal('unit') }),
        z.strictObject({ ...step, ...field, type: z.literal('choice'), options: z.array(option).min(2).max(9) }),
        z.strictObject({ ...step, ...field, type: z.literal('longText'), max: z.number().int().min(1).max(MAX_TEXT) }),
        z.strictObject({
          ...step,
          ...field,
          type: z.literal('yesNo'),
          expect: z.boolean(),
          otherwise: z.enum(['warn', 'block']),
        }),
        z.strictObject({
          ...step,
          ...field,
          type: z.literal('attachments'),
          maxFiles: z.number().int().min(1).max(20),
          maxMegabytes: z.number().min(0.1).max(25),
          types: z.array(z.enum(['image', 'pdf', 'word'])).min(1),
          linkHosts: z.array(text(KEY)).max(100),
        }),
        z.strictObject({ ...step, type: z.literal('review') }),
      ]),
    )
    .min(2)
    .max(100),
});
export type IntakeFile = z.infer<typeof intakeSchema>;
export type StepFile = IntakeFile['steps'][number];
