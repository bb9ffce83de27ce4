import { z } from 'zod';

/** Parts of what routes are asked with. */

export const langInput = z.enum(['vi', 'en']).default('vi');

/** A whole number in an address, from 1 to `most`. */
export const limitInput = (most: number, missing: number) => z.coerce.number().int().min(1).max(most).default(missing);

/** Made by the page for something that must be done once. */
export const idInput = z.uuid();

/** A name within the flows; whether there is such a one is another question. */
export const nameInput = z.string().min(1).max(100);

/** A filter that may be empty, which is the same as none. */
export const filterInput = z
  .string()
  .max(100)
  .optional()
  .transform((text) => (text === '' ? undefined : text));

/** A text that people will read: not blank, and without spaces around. */
export const textInput = (most: number) => z.string().trim().min(1).max(most);
