import { z } from 'zod';
import type { Act, ActFile } from './acts.ts';
import type { ApiRequest } from './api-request.ts';
import { makeAssets } from './assets.ts';
import type { NativeMessage } from './inbox.ts';
import {
  zaloEcho,
  zaloEvents,
  zaloPhoneReceipt,
  zaloReceipt,
  zaloWebhook,
  type ZaloEventContext,
} from './zalo-events.ts';
import type { Webhook } from './delivery.ts';
import { postFor, show, showCall, type ApiAnswer, type Platform } from './platform.ts';
import type { Person } from './people.ts';
import { makeAllowance } from './limits.ts';
import { LATE_MESSAGE_VND, PACKAGE_TOTAL, pay, type ZaloPurse } from './zalo-purse.ts';
import { makeZaloTemplateSend, OUT_OF_MONEY, RESTRICTED, type TemplateSent } from './zalo-template-send.ts';
import { makeZaloTemplates, type ZaloTemplate } from './zalo-templates.ts';
import { readZaloMessage, uploadZalo, zaloSendSchema, type ZaloFault, type ZaloMessage } from './zalo-send.ts';
import type { TokenState, ZaloTokens } from './zalo-tokens.ts';

export type ZaloAccount = { appId: string; oaId: string; oaSecret: string; appSecret: string };

/** Source: zalo.md §3.1. */
const HOUR_MS = 3_600_000;
const FREE_MS = 48 * HOUR_MS;
const CHARGED_MS = 7 * 24 * HOUR_MS;
/** Source: zalo.md §2.5. */
const ASSETS_KEPT_MS = 7 * 24 * HOUR_MS;
/** Of the one who works in the web chat. */
const ADMIN_ID = '6001002003004005006';

export type ZaloPlatform = {
  /** Changes where the person stands and gives the webhooks of what they did. */
  act(person: Person, act: Act, files: readonly ActFile[], at: number): Webhook[];
  call(request: ApiRequest): Promise<ApiAnswer>;
  /** A message written in OA Manager, or by Zalo's own automatic answer. */
  native(person: Person, message: NativeMessage): void;
  close(): void;
};

/** Zalo's OpenAPI and OAuth as zalo.md §11 wants them: HTTP 200 always, errors in the body, ids and counts as strings. */
export function makeZalo(account: ZaloAccount, tokens: ZaloTokens, purse: ZaloPurse, platform: Platform): ZaloPlatform {
  const now = () => platform.clock.now();
  const contextFor = (person: Person, at: number, files: readonly ActFile[] = []): ZaloEventContext => ({
    appId: account.appId,
    oaId: account.oaId,
    userId: person.id,
    at,
    files,
    stickerUrl: platform.stickerUrl,
    newId: platform.newId,
  });
  const signed = (event: Parameters<typeof zaloWebhook>[0]): Webhook =>
    zaloWebhook(event, account.appId, account.oaSecret);

  const assets = makeAssets(platform, ASSETS_KEPT_MS);

  const decided = ({ id, status, reason }: ZaloTemplate): void => {
    const event = {
      app_id: account.appId,
      oa_id: account.oaId,
      event_name: 'change_template_status',
      template_id: id,
      status: { prev_status: 'PENDING_REVIEW', new_status: status },
      reason,
      timestamp: String(now()),
    };
    void platform.delivery.post('zalo:oa', signed(event), () => {});
  };
  /** A template by user id is echoed; one by phone is only told delivered, by the number. */
  const templateSent = ({ person, messageId, text, phone, trackingId }: TemplateSent): void => {
    const context = contextFor(person, now());
    if (phone !== null) {
      const receipt = zaloPhoneReceipt(messageId, phone, trackingId, context);
      void postFor(platform, person, zaloWebhook(receipt, account.appId, account.oaSecret, 'ZNS'));
      return;
    }
    const echo = { text, files: [], kind: 'text' as const, hasButtons: true, messageId };
    if (!person.dropEcho) void postFor(platform, person, signed(zaloEcho(echo, context)));
    void postFor(platform, person, signed(zaloReceipt('received', messageId, context)));
  };
  const templates = makeZaloTemplates(platform.newId, platform.reviewAfterMs, decided);
  const templateSend = makeZaloTemplateSend(platform, templates, purse, templateSent);
  const perMinute = makeAllowance(now, 60_000, platform.limits.zaloPerMinute);

  const send = async (json: unknown): Promise<ApiAnswer> => {
    const read = zaloSendSchema.safeParse(json);
    if (!read.success) return fault({ error: -201, message: `${String(read.error.issues[0]?.path[0])} is invalid!` });
    const person = platform.people.find('zalo', read.data.recipient.user_id);
    if (!person) return fault({ error: -201, message: 'user_id is invalid!' });
    const message = readZaloMessage(read.data.message, assets);
    const paid = 'error' in message ? message : (windowFault(person, now()) ?? payFor(person, now(), purse));
    if ('error' in message || 'error' in paid) {
      const answer = fault('error' in message ? message : (paid as ZaloFault)); // one of the two is
      showCall(platform, person, 'message/cs', answer, json);
      return answer;
    }
    return accept(person, message, paid, json);
  };

  const accept = async (person: Person, message: ZaloMessage, paid: Paid, json: unknown): Promise<ApiAnswer> => {
    const messageId = platform.newId();
    const { text, files, buttons } = message;
    const answer: ApiAnswer = {
      status: 200,
      body: {
        data: {
          message_id: messageId,
          user_id: person.id,
          sent_time: String(now()),
          ...(paid.quota ? { quota: paid.quota } : {}),
        },
        error: 0,
        message: 'Success',
      },
    };
    showCall(platform, person, 'message/cs', answer, json);
    const cost = paid.vnd === null ? {} : { cost: { why: 'late' as const, vnd: paid.vnd } };
    show(platform, person, { type: 'heard', id: messageId, text, files, buttons, quickReplies: [], ...cost });

    const context = contextFor(person, now());
    const echo = { text, files, kind: message.kind, hasButtons: buttons.length > 0, messageId };
    const echoed = person.dropEcho ? null : postFor(platform, person, signed(zaloEcho(echo, context)));
    void postFor(platform, person, signed(zaloReceipt('received', messageId, context)));
    if (platform.feed.watched(person.session)) {
      void postFor(platform, person, signed(zaloReceipt('seen', messageId, context)));
    }
    if (platform.echoFirst) await echoed;
    return answer;
  };

  return {
    act(person, act, files, at) {
      if (act.type === 'follow') person.following = true;
      if (act.type === 'unfollow') person.following = false;
      if (!['unfollow', 'erase', 'block', 'unblock'].includes(act.type)) {
        person.started ||= act.type !== 'follow';
        person.lastActAt = Math.max(at, person.lastActAt ?? 0);
      }
      return zaloEvents(act, contextFor(person, at, files)).map(signed);
    },

    native(person, { by, via, text, files }) {
      const messages = [
        ...(text === '' ? [] : [{ text, kind: 'text' as const, files: [] }]),
        ...files.map((file) => ({ text: '', kind: kindOf(file), files: [file] })),
      ];
      for (const message of messages) {
        const messageId = platform.newId();
        show(platform, person, { type: 'heard', id: messageId, ...message, buttons: [], quickReplies: [], by });
        if (person.dropEcho) continue;
        // Assumed: neither the phone app nor the automatic answer tells an admin. Nobody knows (zalo.md §1.9).
        const admin = by === 'staff' && via === 'web' ? { adminId: ADMIN_ID } : {};
        const echo = zaloEcho({ ...message, hasButtons: false, messageId, ...admin }, contextFor(person, now()));
        void postFor(platform, person, signed(echo));
      }
    },

    async call(request) {
      if (request.method === 'POST' && request.path === '/v4/oa/access_token') return refresh(request, account, tokens);
      const header = request.headers['access_token'];
      const token = tokens.check(typeof header === 'string' ? header : '');
      if (/^\/(message|template)\//.test(request.path)) return business(request, token);
      if (!perMinute.take()) return withLimit(fault(OVER_LIMIT));
      const denied = tokenFault(token);
      return withLimit(denied ? fault(denied) : await openApi(request));
    },
    close: templates.close,
  };

  /** The host of templates: its own faults, and a limit of its own. */
  function business({ method, path, query, json }: ApiRequest, token: TokenState): ApiAnswer {
    if (token !== 'good') return fault({ error: -124, message: 'Access token is invalid' });
    const answered = (done: object) => ('error' in done ? { status: 200, body: done } : success(done));
    switch (`${method} ${path}`) {
      case 'POST /message/template':
        return templateSend.toPhone(json);
      case 'GET /message/quota':
        return templateSend.quota();
      case 'GET /template/all':
        return { status: 200, body: templates.list(query) };
      case 'GET /template/info':
      case 'GET /template/info/v2':
        return answered(templates.info(query));
      case 'POST /template/create':
        return answered(templates.create(json));
      default:
        return fault({ error: -209, message: 'Not supported this api' });
    }
  }

  /** Source: zalo.md §3.4. */
  function withLimit(answer: ApiAnswer): ApiAnswer {
    const limit = platform.limits.zaloPerMinute;
    const headers = { 'x-ratelimit-limit': String(limit), 'x-ratelimit-remain': String(perMinute.left()) };
    return { ...answer, headers };
  }

  async function openApi(request: ApiRequest): Promise<ApiAnswer> {
    switch (`${request.method} ${request.path}`) {
      case 'POST /v3.0/oa/message/cs':
        return send(request.json);
      case 'POST /v3.0/oa/message/template':
        return templateSend.toUser(request.json);
      case 'POST /v3.0/oa/quota/message':
        return quotaOf(request.json);
      case 'POST /v2.0/oa/upload/image':
      case 'POST /v2.0/oa/upload/gif':
      case 'POST /v2.0/oa/upload/file': {
        const data = uploadZalo(request.path.split('/').at(-1) ?? '', request, assets);
        return typeof data['error'] === 'number' ? fault(data as ZaloFault) : success(data);
      }
      case 'GET /v2.0/oa/getoa':
        return success({
          oa_id: account.oaId,
          oaid: account.oaId,
          name: 'Simulated OA',
          description: '',
          is_verified: true,
          oa_type: 4,
          num_follower: 120,
          package_name: 'simulated',
        });
      case 'GET /v2.0/oa/conversation':
      case 'GET /v2.0/oa/listrecentchat':
        return success([]);
      case 'POST /v2.0/oa/message':
        return fault({ error: -240, message: 'MessageV2 API has been shut down, please switch to MessageV3' });
      default:
        return fault({ error: -209, message: 'Not supported this api' });
    }
  }

  /** Source: samples `response.quota_message_per_user.json`, `response.quota_message_owner.json`. */
  function quotaOf(json: unknown): ApiAnswer {
    const { user_id: userId } = quotaSchema.parse(json);
    const person = userId === undefined ? null : platform.people.find('zalo', userId);
    if (userId !== undefined && !person) return fault({ error: -201, message: 'user_id is invalid!' });
    if (person) return success({ last_interaction: String(person.lastActAt ?? 0) });
    const asset = { asset_id: 'asset-0001', product_type: 'cs', quota_type: 'sub_quota', valid_through: '31/12/2026' };
    return success([{ ...asset, total: PACKAGE_TOTAL, remain: purse.packageLeft }]);
  }
}

const quotaSchema = z.looseObject({ user_id: z.string().optional() }).catch({});

const kindOf = ({ kind, mime }: ActFile): 'image' | 'gif' | 'file' => {
  if (mime === 'image/gif') return 'gif';
  return kind === 'image' ? 'image' : 'file';
};

const success = (data: unknown): ApiAnswer => ({ status: 200, body: { data, error: 0, message: 'Success' } });
const fault = ({ error, message }: ZaloFault): ApiAnswer => ({ status: 200, body: { error, message } });

function tokenFault(state: TokenState): ZaloFault | null {
  if (state === 'invalid') return { error: -216, message: 'Access token is invalid' };
  return state === 'expired' ? { error: -220, message: 'access_token is expired or removed' } : null;
}

const OVER_LIMIT: ZaloFault = { error: -32, message: 'Your application reached limit call api' };

/** `vnd`: null = free, 0 = from the package. `quota` as the answer tells it; a charged message has none. */
type Paid = { vnd: number | null; quota: object | null };

/** Source: zalo.md §2.6, §3.1. */
function payFor(person: Person, now: number, purse: ZaloPurse): Paid | ZaloFault {
  if (now - (person.lastActAt ?? 0) <= FREE_MS) return { vnd: null, quota: { quota_type: 'reply' } };
  if (purse.packageLeft > 0) {
    purse.packageLeft--;
    const [remain, total] = [String(purse.packageLeft), String(PACKAGE_TOTAL)];
    return { vnd: 0, quota: { quota_type: 'sub_quota', remain, total, expired_date: '31/12/2026' } };
  }
  return pay(purse, LATE_MESSAGE_VND) ? { vnd: LATE_MESSAGE_VND, quota: null } : OUT_OF_MONEY;
}

function windowFault(person: Person, now: number): ZaloFault | null {
  if (person.blocked) return RESTRICTED;
  if (person.lastActAt === null) {
    return { error: -232, message: 'User has not interacted with the OA, or the last interaction has expired' };
  }
  if (now - person.lastActAt <= CHARGED_MS) return null;
  return { error: -230, message: 'User has not interacted with the OA in the past 7 days' };
}

/** Form-encoded, with the app's secret in a header. */
function refresh({ form, headers }: ApiRequest, account: ZaloAccount, tokens: ZaloTokens): ApiAnswer {
  const allowed = headers['secret_key'] === account.appSecret && form.get('app_id') === account.appId;
  const pair =
    allowed && form.get('grant_type') === 'refresh_token' ? tokens.refresh(form.get('refresh_token') ?? '') : null;
  if (pair) return { status: 200, body: pair };
  // Assumed: number and wording are made up, only the shape is known (zalo.md §5.2).
  const refused = { error: -14014, error_name: 'Invalid refresh token', error_reason: '', ref_doc: '' };
  return { status: 200, body: { ...refused, error_description: 'Refresh token is invalid or was used before' } };
}
