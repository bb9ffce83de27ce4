import type { Act, ActFile } from './acts.ts';
import type { ApiRequest } from './api-request.ts';
import { makeAssets } from './assets.ts';
import type { NativeMessage } from './inbox.ts';
import { zaloEcho, zaloEvents, zaloReceipt, zaloWebhook, type ZaloEventContext } from './zalo-events.ts';
import type { Webhook } from './delivery.ts';
import { postFor, show, showCall, type ApiAnswer, type Platform } from './platform.ts';
import type { Person } from './people.ts';
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
};

/** Zalo's OpenAPI and OAuth as zalo.md §11 wants them: HTTP 200 always, errors in the body, ids and counts as strings. */
export function makeZalo(account: ZaloAccount, tokens: ZaloTokens, platform: Platform): ZaloPlatform {
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

  const send = async (json: unknown): Promise<ApiAnswer> => {
    const read = zaloSendSchema.safeParse(json);
    if (!read.success) return fault({ error: -201, message: `${String(read.error.issues[0]?.path[0])} is invalid!` });
    const person = platform.people.find('zalo', read.data.recipient.user_id);
    if (!person) return fault({ error: -201, message: 'user_id is invalid!' });
    const message = readZaloMessage(read.data.message, assets);
    const closed = 'error' in message ? message : windowFault(person, platform.clock.now());
    if ('error' in message || closed) {
      const answer = fault('error' in message ? message : (closed ?? { error: -200, message: 'Send message failed' }));
      showCall(platform, person, 'message/cs', answer, json);
      return answer;
    }
    return accept(person, message, json);
  };

  const accept = async (person: Person, message: ZaloMessage, json: unknown): Promise<ApiAnswer> => {
    const now = platform.clock.now();
    const messageId = platform.newId();
    const { text, files, buttons } = message;
    const free = now - (person.lastActAt ?? 0) <= FREE_MS;
    const answer: ApiAnswer = {
      status: 200,
      body: {
        data: {
          message_id: messageId,
          user_id: person.id,
          sent_time: String(now),
          ...(free ? { quota: { quota_type: 'reply' } } : {}),
        },
        error: 0,
        message: 'Success',
      },
    };
    showCall(platform, person, 'message/cs', answer, json);
    show(platform, person, { type: 'heard', id: messageId, text, files, buttons, quickReplies: [] });

    const context = contextFor(person, now);
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
      if (act.type !== 'unfollow' && act.type !== 'erase') {
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
        const echo = zaloEcho(
          { ...message, hasButtons: false, messageId, ...admin },
          contextFor(person, platform.clock.now()),
        );
        void postFor(platform, person, signed(echo));
      }
    },

    async call(request) {
      if (request.method === 'POST' && request.path === '/v4/oa/access_token') return refresh(request, account, tokens);
      const header = request.headers['access_token'];
      const denied = tokenFault(tokens.check(typeof header === 'string' ? header : ''));
      if (denied) return fault(denied);

      switch (`${request.method} ${request.path}`) {
        case 'POST /v3.0/oa/message/cs':
          return send(request.json);
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
    },
  };
}

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

function windowFault(person: Person, now: number): ZaloFault | null {
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
