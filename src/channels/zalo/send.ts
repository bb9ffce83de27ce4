import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { parseContactId, type ContactId } from '../../core/contact.ts';
import type { SentAs } from '../../core/file-limits.ts';
import type { OutMessage, SendResult } from '../channel.ts';
import type { CallOutcome } from '../http-call.ts';
import { failed, verdicts, type SendFailure } from '../send-failure.ts';
import { isFileMessage, type ReadyFile, type Upload, type Uploads } from '../uploads.ts';
import { readEnvelope, type ZaloClient } from './client.ts';
import { judgeZalo } from './errors.ts';
import type { TokenAnswer, ZaloTokens } from './token.ts';
import { isZbs, zbsCall, type ZbsOut } from './zbs.ts';
import { judgeZbs, onlyHere, TOKEN_REFUSED_BY_ZBS } from './zbs-errors.ts';

const SEND_PATH = '/v3.0/oa/message/cs';
/** Source: zalo.md §2.5. Zalo's own sound and video are for the person only: FILE_LIMITS lets none of them come here. */
const UPLOAD_PATH = '/v2.0/oa/upload/';
type UploadKind = 'image' | 'gif' | 'file';
const UPLOADS: Readonly<Record<SentAs, UploadKind>> = {
  image: 'image',
  animation: 'gif',
  file: 'file',
  audio: 'file',
  video: 'file',
};
/** "attachment_id was expired", after 7 days. */
const EXPIRED_UPLOAD = '-100';
/** How soon to come back when another process is renewing the token. */
const TOKEN_WAIT_MS = 2_000;
/** Tokens tried for one message: ours, the one another process stored, a renewed one. */
const MAX_TOKENS = 3;

/** `{ "message_id": "4241", "quota": { "quota_type": "reply" } }`, by phone `msg_id` */
const sent = z.object({
  message_id: z.coerce.string().min(1).optional(),
  msg_id: z.coerce.string().min(1).optional(),
  quota: z.object({ quota_type: z.string().nullish() }).nullish().catch(null),
});

/** `{ "attachment_id": "att-1" }` of a picture, `{ "token": "…" }` of a file. */
const uploaded = z.object({ attachment_id: z.coerce.string().min(1).optional(), token: z.string().min(1).optional() });

/** Kinds of allowance that cost nothing. Source: zalo.md §2.6. */
const FREE: ReadonlySet<string> = new Set(['reply', 'welcome_msg']);

/** Sends one message, uploading its file first. `business` is the host of templates by phone. Never throws. */
export function zaloSender(
  client: ZaloClient,
  business: ZaloClient,
  tokens: ZaloTokens,
  uploads: Uploads,
  clock: Clock,
  random: () => number = Math.random,
) {
  const judge = (outcome: CallOutcome): SendFailure => judgeZalo(outcome, { now: clock.now(), random });

  const withToken = (call: (accessToken: string) => Promise<CallOutcome>): Promise<CallOutcome | SendFailure> =>
    callWithToken(client, tokens, call);

  async function sendOne(contact: ContactId, message: OutMessage): Promise<SendResult> {
    const body = { recipient: { user_id: parseContactId(contact).user }, message };
    const outcome = await withToken((accessToken) => client.call(SEND_PATH, accessToken, body));
    return outcome.type === 'failed' ? outcome : (readSent(outcome) ?? judge(outcome));
  }

  async function sendTemplate(contact: ContactId, out: ZbsOut): Promise<SendResult> {
    const { path, body } = zbsCall(parseContactId(contact).user, out);
    const host = out.zbs.to === 'phone' ? business : client;
    const outcome = await callWithToken(host, tokens, (accessToken) => host.call(path, accessToken, body));
    if (outcome.type === 'failed') return out.zbs.to === 'phone' ? onlyHere(outcome) : outcome;
    const done = readSent(outcome);
    if (done?.type === 'sent') return { ...done, paid: 'template' };
    return judgeZbs(outcome, { now: clock.now(), random });
  }

  async function upload(ready: ReadyFile): Promise<Upload> {
    const kind = UPLOADS[ready.limit.as];
    const outcome = await withToken((accessToken) => client.upload(`${UPLOAD_PATH}${kind}`, accessToken, ready));
    if (outcome.type === 'failed') return outcome;
    const message = readUploaded(outcome, kind, ready);
    return message ? { type: 'uploaded', message } : judge(outcome);
  }

  return async function send(contact: ContactId, message: OutMessage): Promise<SendResult> {
    if (isZbs(message)) return sendTemplate(contact, message);
    if (!isFileMessage(message)) return sendOne(contact, message);
    const ready = await uploads.messageOf(message.file, upload);
    if (ready.type !== 'uploaded') return ready;
    const result = await sendOne(contact, ready.message);
    if (result.type !== 'failed' || result.platformCode !== EXPIRED_UPLOAD) return result;
    uploads.forget(message.file);
    return failed(verdicts.temporary(2), EXPIRED_UPLOAD);
  };
}

/** A refused token is replaced twice at most: by the stored one, then by a renewed one. */
export async function callWithToken(
  client: ZaloClient,
  tokens: ZaloTokens,
  call: (accessToken: string) => Promise<CallOutcome>,
): Promise<CallOutcome | SendFailure> {
  const pauseMs = client.pauseMs();
  if (pauseMs > 0) return failed(verdicts.throttled(pauseMs), '-32');
  let token = await tokens.current();
  for (let tokensUsed = 1; ; tokensUsed += 1) {
    if (token.type !== 'token') return withoutToken(token);
    const outcome = await call(token.accessToken);
    if (!isTokenRefused(outcome)) return outcome;
    token = await tokens.afterRejected(token.accessToken);
    if (tokensUsed === MAX_TOKENS) return outcome;
  }
}

/** The message that shows what was uploaded; null when the answer tells no id. */
function readUploaded(outcome: CallOutcome, kind: UploadKind, { bytes }: ReadyFile): OutMessage | null {
  const envelope = outcome.type === 'answered' ? readEnvelope(outcome.json) : null;
  const data = uploaded.safeParse(envelope?.error === 0 ? envelope.data : null);
  if (!data.success) return null;
  const { token, attachment_id: id } = data.data;
  if (kind === 'file') return token === undefined ? null : { attachment: { type: 'file', payload: { token } } };
  if (id === undefined) return null;
  const element = { media_type: kind, attachment_id: id, ...(kind === 'gif' && gifSize(bytes)) };
  return { attachment: { type: 'template', payload: { template_type: 'media', elements: [element] } } };
}

/** Zalo asks for both. Source: GIF89a specification, 18 "Logical Screen Descriptor". */
const gifSize = (bytes: Buffer): { width: number; height: number } =>
  bytes.length < 10 ? { width: 1, height: 1 } : { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };

function isTokenRefused(outcome: CallOutcome): boolean {
  const error = outcome.type === 'answered' ? readEnvelope(outcome.json)?.error : undefined;
  return error === -216 || error === -220 || error === TOKEN_REFUSED_BY_ZBS;
}

function readSent(outcome: CallOutcome): SendResult | null {
  const envelope = outcome.type === 'answered' ? readEnvelope(outcome.json) : null;
  if (envelope?.error !== 0) return null;
  const data = sent.safeParse(envelope.data);
  const messageId = data.data?.message_id ?? data.data?.msg_id;
  if (!data.success || messageId === undefined) return null;
  // No quota at all: the message was charged.
  const quota = data.data.quota?.quota_type ?? 'charged';
  return { type: 'sent', messageId, ...(FREE.has(quota) ? {} : { paid: quota }) };
}

function withoutToken(answer: Exclude<TokenAnswer, { type: 'token' }>): SendFailure {
  if (answer.type === 'needsReauth') return failed(verdicts.needsReauth(), 'refresh rejected');
  return failed({ ...verdicts.notReached(), afterMs: TOKEN_WAIT_MS }, 'token busy');
}
