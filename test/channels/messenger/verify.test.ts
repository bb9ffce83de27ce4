import { expect, test } from 'vitest';
import { handshake } from '../../../src/channels/messenger/handshake.ts';
import { verifyMessenger } from '../../../src/channels/messenger/verify.ts';
import { sample, webhookOf } from '../subjects.ts';

type Vector = {
  app_secret: string;
  raw_body: string;
  headers: Record<string, string>;
  wrong_after_reserialise: { raw_body: string };
};

test('the published vector verifies on the wire bytes and not on the same object printed again', () => {
  const vector = sample('messenger', 'webhook.signature-vector.json') as Vector;
  expect(() => verifyMessenger(webhookOf(vector.raw_body, vector.headers), vector.app_secret)).not.toThrow();
  const printedAgain = webhookOf(vector.wrong_after_reserialise.raw_body, vector.headers);
  expect(() => verifyMessenger(printedAgain, vector.app_secret)).toThrow('signature wrong');
});

test('the handshake gives the challenge back for the right token only', () => {
  const { request, response } = sample('messenger', 'webhook.verification-get.json') as {
    request: { query: Record<string, string> };
    response: { body: string };
  };
  const query = (more: Record<string, string>) => new URLSearchParams({ ...request.query, ...more });
  const token = request.query['hub.verify_token'] ?? '';
  expect(handshake(query({}), token)).toBe(response.body);
  expect(handshake(query({ 'hub.verify_token': 'other' }), token)).toBeNull();
  expect(handshake(query({ 'hub.verify_token': '' }), token)).toBeNull();
  expect(handshake(query({ 'hub.mode': 'unsubscribe' }), token)).toBeNull();
  expect(handshake(query({ 'hub.challenge': '<script>' }), token)).toBeNull();
  expect(handshake(new URLSearchParams(), token)).toBeNull();
});
