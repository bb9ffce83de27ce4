import { expect, test } from 'vitest';
import { verifyZalo } from '../../../src/channels/zalo/verify.ts';
import { sample, webhookOf } from '../subjects.ts';

type Vector = { name: string; app_id: string; oa_secret_key: string; raw_body: string; header: string; valid: boolean };
const { vectors } = sample('zalo', 'signature.test_vectors.json') as { vectors: Vector[] };

test.each(vectors)('the published vector "$name" is told right', (vector) => {
  const webhook = webhookOf(vector.raw_body, { 'x-zevent-signature': vector.header });
  const verify = () => verifyZalo(webhook, vector.app_id, vector.oa_secret_key);
  if (vector.valid) expect(verify).not.toThrow();
  else expect(verify).toThrow('signature wrong');
});
