import { z } from 'zod';
import type { Broadcasts, Who } from '../../broadcasts/types.ts';
import { templateUseSchema } from '../../core/broadcast.ts';
import { STANDINGS } from '../../core/standing.ts';
import type { RunDraft } from '../../core/run.ts';
import { scopeOf, type Staff } from '../../core/staff.ts';
import { nameInput } from './inputs.ts';

/** Longer than both platforms take: what is too long is told by the check of the draft, with its place. */
const MAX_TEXT = 5000;
const MAX_TITLE = 120;
const MAX_AT = 8.64e15;

const instant = z.number().int().nonnegative().max(MAX_AT);
const text = z.string().max(MAX_TEXT);
const localized = z.strictObject({ vi: text, en: text });
const few = <T extends z.ZodType>(of: T, most: number) => z.array(of).max(most);

/** A draft as the page sends it. Whether it may be sent is another question: half of it may still be empty. */
export const draftInput: z.ZodType<RunDraft> = z.strictObject({
  title: z.string().trim().max(MAX_TITLE),
  audience: z.strictObject({
    campaign: nameInput,
    standings: few(z.enum(STANDINGS), STANDINGS.length),
    step: nameInput.nullable(),
    unit: z.string().min(1).max(60).nullable(),
    groups: few(nameInput, 50),
    channels: few(z.enum(['zalo', 'messenger']), 2),
    langs: few(z.enum(['vi', 'en']), 2),
    seenFrom: instant.nullable(),
    seenBefore: instant.nullable(),
    belowQuotaIn: nameInput.nullable(),
  }),
  texts: z.strictObject({ zalo: localized, messenger: localized }),
  templates: z.strictObject({ zalo: templateUseSchema.nullable(), messenger: templateUseSchema.nullable() }),
  maxCharged: z.number().int().min(0).max(1_000_000),
});

/** Ids of runs made by the clock hold slashes: `reminder/<campaign>/…`. */
export const runParams = z.strictObject({ id: z.string().min(1).max(300) });

/** Who asks, in the words of broadcasts: bound to their unit and what is below it. */
export const whoOf = (staff: Staff): Who => ({ staff: staff.id, name: staff.name, scope: scopeOf(staff) });

export type BroadcastParts = { broadcasts: Broadcasts };
