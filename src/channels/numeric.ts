import { z } from 'zod';

/** A number that platforms write as a number or as text. Unlike `z.coerce`, null and '' are no numbers. */
export const numeric = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .transform(Number),
]);
