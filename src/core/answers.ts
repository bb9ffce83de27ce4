import { z } from 'zod';

/** A stored proof file. Bytes are in GridFS under `fileId`. */
export const proofFileSchema = z.object({
  fileId: z.string(),
  name: z.string(),
  mime: z.string(),
  size: z.number(),
  sha256: z.string(),
});
export type ProofFile = z.infer<typeof proofFileSchema>;

/**
 * One answer, by the type of its step.
 * `longText` and `attachments` are gathered over several messages; `done` once the person says so.
 * `unit`: `path` holds unit codes from the first level down; `other` is the typed workplace when it is not in the list.
 */
export const answerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('phone'), e164: z.string() }),
  z.object({ type: z.literal('unit'), path: z.array(z.string()), other: z.string() }),
  z.object({ type: z.literal('choice'), code: z.string() }),
  z.object({ type: z.literal('longText'), parts: z.array(z.string()), done: z.boolean() }),
  z.object({ type: z.literal('yesNo'), yes: z.boolean() }),
  z.object({
    type: z.literal('attachments'),
    files: z.array(proofFileSchema),
    links: z.array(z.string()),
    done: z.boolean(),
  }),
]);
export type Answer = z.infer<typeof answerSchema>;

/** By field name of the flow. */
export const answersSchema = z.record(z.string(), answerSchema);
export type Answers = z.infer<typeof answersSchema>;
