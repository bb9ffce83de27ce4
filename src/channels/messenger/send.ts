import { createHmac } from 'node:crypto';
import type { Pool } from 'undici';
import { z } from 'zod';
import { parseContactId, type ContactId } from '../../core/contact.ts';
import type { OutMessage, SendResult } from '../channel.ts';
import { call as callOnce, post, type CallOutcome } from '../http-call.ts';
import { multipart } from '../multipart.ts';
import { failed, ofTemplate, verdicts } from '../send-failure.ts';
import { isFileMessage, type ReadyFile, type Upload, type Uploads } from '../uploads.ts';
import { BOT_METADATA, STAFF_METADATA } from './echo.ts';
import { judgeMessenger } from './errors.ts';
import { messengerTemplates } from './templates.ts';

export type GraphAccess = {
  pool: Pool;
  pageId: string;
  pageToken: string;
  appSecret: string;
  /** `25.0`. */
  version: string;
  timeoutMs: number;
  /** For one upload, in ms. */
  uploadTimeoutMs: number;
  uploads: Uploads;
};

/**
 * One message as `renderMessenger` makes it: `message` of the Send API, and ours, which is taken out before it is sent.
 * `isTagged`: typed by a person after the window for automatic messages has closed. `isUpdate`: not asked for. `isUtility`: an
 * approved template, of which `says` is the text.
 */
export type GraphOut = OutMessage & {
  isStaff?: true;
  isTagged?: true;
  isUpdate?: true;
  isUtility?: true;
  says?: string;
};

/** Source: messenger.md §3.2, §4.3. */
const typeOf = ({ isTagged, isUpdate, isUtility }: GraphOut): Record<string, string> => {
  if (isTagged) return { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' };
  return { messaging_type: isUtility ? 'UTILITY' : isUpdate ? 'UPDATE' : 'RESPONSE' };
};

/** `{ "recipient_id": "24680", "message_id": "m_1" }` */
const sent = z.object({ message_id: z.string().min(1) });

/** `{ "attachment_id": "1857777774821032" }` */
const uploaded = z.object({ attachment_id: z.union([z.string(), z.number()]).transform(String) });

/** Expired or unknown attachment. Source: messenger.md §8.3. */
const UNKNOWN_ATTACHMENT = '100/2018074';

/**
 * The hot path: one POST per message, straight over undici. messaging-api-messenger stays for the rest (profile.ts).
 * Measured: 2026-11-21 with test/channels/messenger/send-cost.ts, Node 20.20, 2 shared cores, 16 at once: 119 µs CPU a send
 * here, 421 µs with messaging-api-messenger 1.1.0 `sendRawBody` on axios 1.21.1 (×3.5), 536 µs with global fetch (×4.5).
 */
export function graphSender(access: GraphAccess) {
  const { pool, pageId, pageToken, appSecret, version, timeoutMs, uploads } = access;
  const proof = createHmac('sha256', appSecret).update(pageToken).digest('hex');
  const pathTo = (edge: string): string => `/v${version}/${pageId}/${edge}?appsecret_proof=${proof}`;
  const path = pathTo('messages');
  const bearer = { authorization: `Bearer ${pageToken}` };
  const headers = { ...bearer, 'content-type': 'application/json' };
  const call = (body: unknown): Promise<CallOutcome> => post(pool, path, headers, JSON.stringify(body), timeoutMs);

  /** Nobody sees anything of it yet; the attachment may be sent as often as one likes for 90 days. Source: messenger.md §3.3. */
  async function upload({ limit, name, mime, bytes }: ReadyFile): Promise<Upload> {
    const type = limit.as === 'animation' ? 'image' : limit.as;
    const { contentType, body } = multipart([
      { name: 'message', value: JSON.stringify({ attachment: { type, payload: { is_reusable: true } } }) },
      { name: 'filedata', bytes, fileName: name, mime },
    ]);
    const to = pathTo('message_attachments');
    const outcome = await post(pool, to, { ...bearer, 'content-type': contentType }, body, access.uploadTimeoutMs);
    const answer = uploaded.safeParse(outcome.type === 'answered' ? outcome.json : null);
    if (!answer.success) return judgeMessenger(outcome);
    const { attachment_id: id } = answer.data;
    return { type: 'uploaded', message: { attachment: { type, payload: { attachment_id: id } } } };
  }

  async function sendOne(contact: ContactId, out: GraphOut, row: string): Promise<SendResult> {
    const result = await sendAny(contact, out, row);
    return out.isUtility && result.type === 'failed' ? ofTemplate(result) : result;
  }

  async function sendAny(contact: ContactId, out: GraphOut, row: string): Promise<SendResult> {
    const { isStaff, isTagged: _tagged, isUpdate: _update, isUtility: _utility, says: _says, ...message } = out;
    const outcome = await call({
      recipient: { id: parseContactId(contact).user },
      ...typeOf(out),
      // The echo gives this back, often before the answer to the send arrives.
      message: { ...message, metadata: `${isStaff ? STAFF_METADATA : BOT_METADATA}${row}` },
    });
    if (outcome.type !== 'answered' || outcome.status < 200 || outcome.status > 299) return judgeMessenger(outcome);
    const answer = sent.safeParse(outcome.json);
    if (answer.success) return { type: 'sent', messageId: answer.data.message_id };
    const isOtherJson = typeof outcome.json === 'object' && outcome.json !== null && !('error' in outcome.json);
    // Accepted without a message id: only the echo can tell it, and sending again would show it twice.
    return isOtherJson ? failed(verdicts.ambiguous(1), 'no message_id') : judgeMessenger(outcome);
  }

  return {
    templates: messengerTemplates((method, query, body) => {
      const to = `${pathTo('message_templates')}&${new URLSearchParams(query).toString()}`;
      return callOnce(pool, method, to, headers, body && JSON.stringify(body), timeoutMs);
    }),

    async send(contact: ContactId, message: OutMessage, row: string): Promise<SendResult> {
      if (!isFileMessage(message)) return sendOne(contact, message, row);
      const { file, ...ours } = message;
      const ready = await uploads.messageOf(file, upload);
      if (ready.type !== 'uploaded') return ready;
      const result = await sendOne(contact, { ...ours, ...ready.message }, row);
      if (result.type !== 'failed' || result.platformCode !== UNKNOWN_ATTACHMENT) return result;
      uploads.forget(file);
      return failed(verdicts.temporary(2), UNKNOWN_ATTACHMENT);
    },

    async typing(contact: ContactId): Promise<void> {
      await call({ recipient: { id: parseContactId(contact).user }, sender_action: 'typing_on' });
    },
  };
}
