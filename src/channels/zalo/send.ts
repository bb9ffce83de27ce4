import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { parseContactId, type ContactId } from '../../core/contact.ts';
import type { OutMessage, SendResult } from '../channel.ts';
import type { CallOutcome } from '../http-call.ts';
import { failed, verdicts, type SendFailure } from '../send-failure.ts';
import { readEnvelope, type ZaloClient } from './client.ts';
import { judgeZalo } from './errors.ts';
import type { TokenAnswer, ZaloTokens } from './token.ts';

const SEND_PATH = '/v3.0/oa/message/cs';
/** How soon to come back when another process is renewing the token. */
const TOKEN_WAIT_MS = 2_000;
/** Tokens tried for one message: ours, the one another process stored, a renewed one. */
const MAX_TOKENS = 3;

/** `{ "message_id": "4241", "quota": { "quota_type": "reply" } }` */
const sent = z.object({
  message_id: z.coerce.string().min(1),
  quota: z.object({ quota_type: z.string().nullish() }).nullish().catch(null),
});

/** Kinds of allowance that cost nothing. Source: zalo.md §2.6. */
const FREE: ReadonlySet<string> = new Set(['reply', 'welcome_msg']);

/** Sends one message; a refused token is replaced twice at most: by the stored one, then by a renewed one. Never throws. */
export function zaloSender(client: ZaloClient, tokens: ZaloTokens, clock: Clock, random: () => number = Math.random) {
  return async function send(contact: ContactId, message: OutMessage): Promise<SendResult> {
    const pauseMs = client.pauseMs();
    if (pauseMs > 0) return failed(verdicts.throttled(pauseMs), '-32');
    const body = { recipient: { user_id: parseContactId(contact).user }, message };

    let token = await tokens.current();
    for (let tokensUsed = 1; ; tokensUsed += 1) {
      if (token.type !== 'token') return withoutToken(token);
      const outcome = await client.call(SEND_PATH, token.accessToken, body);
      const judge = () => readSent(outcome) ?? judgeZalo(outcome, { now: clock.now(), random });
      if (!isTokenRefused(outcome)) return judge();
      token = await tokens.afterRejected(token.accessToken);
      if (tokensUsed === MAX_TOKENS) return judge();
    }
  };
}

function isTokenRefused(outcome: CallOutcome): boolean {
  const error = outcome.type === 'answered' ? readEnvelope(outcome.json)?.error : undefined;
  return error === -216 || error === -220;
}

function readSent(outcome: CallOutcome): SendResult | null {
  const envelope = outcome.type === 'answered' ? readEnvelope(outcome.json) : null;
  if (envelope?.error !== 0) return null;
  const data = sent.safeParse(envelope.data);
  if (!data.success) return null;
  // No quota at all: the message was charged.
  const quota = data.data.quota?.quota_type ?? 'charged';
  return { type: 'sent', messageId: data.data.message_id, ...(FREE.has(quota) ? {} : { paid: quota }) };
}

function withoutToken(answer: Exclude<TokenAnswer, { type: 'token' }>): SendFailure {
  if (answer.type === 'needsReauth') return failed(verdicts.needsReauth(), 'refresh rejected');
  return failed({ ...verdicts.notReached(), afterMs: TOKEN_WAIT_MS }, 'token busy');
}
