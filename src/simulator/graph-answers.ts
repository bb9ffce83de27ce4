import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { ApiRequest } from './api-request.ts';
import type { GraphFault } from './graph-send.ts';
import type { ApiAnswer } from './platform.ts';

export type GraphAccount = { pageId: string; appId: string; appSecret: string; pageToken: string };

export const missing = (what: string): GraphFault => ({
  code: 100,
  subcode: 33,
  message: `Unsupported request. Object with ID '${what.slice(0, 40)}' does not exist or cannot be loaded`,
  type: 'GraphMethodException',
});

export function fault({ code, subcode, message, status = 400, type = 'OAuthException' }: GraphFault): ApiAnswer {
  const error = {
    message,
    type,
    code,
    ...(subcode === undefined ? {} : { error_subcode: subcode }),
    fbtrace_id: 'Asimulated',
  };
  return { status, body: { error } };
}

export function accessFault({ query, headers, json }: ApiRequest, account: GraphAccount): GraphFault | null {
  const inBody = z.looseObject({ access_token: z.string() }).safeParse(json);
  const bearer = /^Bearer (.+)$/.exec(String(headers['authorization'] ?? ''))?.[1];
  const token = query.get('access_token') ?? bearer ?? (inBody.success ? inBody.data.access_token : '');
  if (token !== account.pageToken) {
    return { code: 190, subcode: 467, message: 'Invalid OAuth access token.', status: 401 };
  }
  const proof = query.get('appsecret_proof');
  const wanted = createHmac('sha256', account.appSecret).update(account.pageToken).digest('hex');
  if (proof === null || proof === wanted) return null;
  return { code: 100, message: 'Invalid appsecret_proof provided in the API argument', type: 'GraphMethodException' };
}

/** As a list or as one string with commas. */
export function fieldsOf(json: unknown): string {
  const read = z.object({ subscribed_fields: z.union([z.string(), z.array(z.string())]) }).safeParse(json);
  if (!read.success) return '';
  return typeof read.data.subscribed_fields === 'string'
    ? read.data.subscribed_fields
    : read.data.subscribed_fields.join(',');
}
