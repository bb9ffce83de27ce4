import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Act, ActFile } from './acts.ts';
import type { Webhook } from './delivery.ts';
import type { ApiRequest } from './api-request.ts';
import { makeAssets } from './assets.ts';
import {
  graphControl,
  graphEcho,
  graphEvents,
  graphField,
  graphReceipt,
  graphWebhook,
  INBOX_APP_ID,
  type GraphEvent,
  type GraphEventContext,
} from './graph-events.ts';
import {
  graphSendSchema,
  readGraphMessage,
  uploadGraph,
  type GraphFault,
  type GraphMessage,
  type GraphSend,
} from './graph-send.ts';
import { heldFault, isThreadEdge, moveThread, type ThreadEdge } from './graph-threads.ts';
import type { NativeMessage } from './inbox.ts';
import { makeProfile, type MessengerProfile } from './graph-profile.ts';
import { holderOf, type Person } from './people.ts';
import { postFor, show, showCall, showStanding, type ApiAnswer, type Platform } from './platform.ts';

export type GraphAccount = { pageId: string; appId: string; appSecret: string; pageToken: string };

const HOUR_MS = 3_600_000;
/** Source: messenger.md §4.1, §4.2. */
const WINDOW_MS = 24 * HOUR_MS;
const HUMAN_AGENT_MS = 7 * 24 * HOUR_MS;
/** Source: messenger.md §3.3. */
const ASSETS_KEPT_MS = 90 * 24 * HOUR_MS;
const DEAD_TAGS = new Set(['CONFIRMED_EVENT_UPDATE', 'ACCOUNT_UPDATE', 'POST_PURCHASE_UPDATE']);

export type GraphPlatform = {
  /** Changes where the person stands and gives the webhooks of what they did. */
  act(person: Person, act: Act, files: readonly ActFile[], at: number): Webhook[];
  call(request: ApiRequest): Promise<ApiAnswer>;
  profile(): MessengerProfile;
  /** A message written in the page's inbox, or its automatic answer. */
  native(person: Person, message: NativeMessage): void;
  /** Conversation Routing: the inbox takes the thread, or passes it to our app. Nothing where it is off. */
  move(person: Person, to: 'inbox' | 'app'): void;
};

/** The Graph API as messenger.md §10 wants it. All events are delivered until `subscribed_apps` names fields. */
export function makeGraph(account: GraphAccount, firstProfile: MessengerProfile, platform: Platform): GraphPlatform {
  const profile = makeProfile(firstProfile);
  let fields: Set<string> | null = null;

  const contextFor = (person: Person, at: number, files: readonly ActFile[] = []): GraphEventContext => ({
    pageId: account.pageId,
    appId: account.appId,
    userId: person.id,
    at,
    files,
    stickerUrl: platform.stickerUrl,
    getStarted: profile.getStarted(),
    newId: platform.newId,
  });
  const assets = makeAssets(platform, ASSETS_KEPT_MS);
  /** Signed; none where the page did not subscribe. Who does not own the thread hears of it on standby. */
  const webhooksOf = (person: Person, events: readonly GraphEvent[]): Webhook[] => {
    const now = platform.clock.now();
    return events.flatMap((event) => {
      const field = graphField(event);
      const isApart = holderOf(person, now) === 'inbox' && field !== 'messaging_handovers';
      const way = isApart ? 'standby' : 'messaging';
      if (fields !== null && !(fields.has(field) && (!isApart || fields.has('standby')))) return [];
      return [graphWebhook(event, way, account, now)];
    });
  };
  const post = async (person: Person, event: GraphEvent): Promise<void> => {
    for (const webhook of webhooksOf(person, [event])) await postFor(platform, person, webhook);
  };

  const send = async (json: unknown): Promise<ApiAnswer> => {
    const read = graphSendSchema.safeParse(json);
    if (!read.success)
      return fault({ code: 100, message: `(#100) Invalid parameter ${read.error.issues[0]?.path.join('.')}` });
    const person = platform.people.find('messenger', read.data.recipient.id);
    if (!person) return fault({ code: 100, subcode: 2018001, message: '(#100) No matching user found' });
    const { message, sender_action: senderAction } = read.data;
    if (senderAction !== undefined) {
      if (message) return fault({ code: 100, subcode: 2018014, message: '(#100) message and sender_action together' });
      if (senderAction.startsWith('typing_'))
        show(platform, person, { type: 'typing', on: senderAction === 'typing_on' });
      return { status: 200, body: { recipient_id: person.id } };
    }
    const checked = message ? readGraphMessage(message, assets) : { code: 100, message: '(#100) message is missing' };
    const now = platform.clock.now();
    const refused = 'code' in checked ? checked : (windowFault(read.data, person, now) ?? heldFault(person, now));
    if ('code' in checked || refused) {
      const answer = fault(refused ?? { code: 1, message: 'unknown' });
      showCall(platform, person, 'messages', answer, json);
      return answer;
    }
    return accept(person, checked, read.data);
  };

  const accept = async (person: Person, shown: GraphMessage, json: GraphSend): Promise<ApiAnswer> => {
    const messageId = `m_${platform.newId()}`;
    const answer = { status: 200, body: { recipient_id: person.id, message_id: messageId } };
    showCall(platform, person, 'messages', answer, json);
    show(platform, person, { type: 'typing', on: false });
    show(platform, person, { type: 'heard', id: messageId, ...shown });

    const context = contextFor(person, platform.clock.now());
    const own = { messageId, appId: Number(account.appId), message: json.message ?? {}, files: shown.files };
    const echo = graphEcho(own, context);
    const echoed = person.dropEcho ? null : post(person, echo);
    void post(person, graphReceipt('delivery', messageId, context));
    if (platform.feed.watched(person.session)) void post(person, graphReceipt('read', messageId, context));
    if (platform.echoFirst) await echoed;
    return answer;
  };

  const subscribe = (request: ApiRequest): ApiAnswer => {
    const given =
      request.query.get('subscribed_fields') ?? request.form.get('subscribed_fields') ?? fieldsOf(request.json);
    fields = new Set(given.split(',').filter(Boolean));
    return { status: 200, body: { success: true } };
  };

  const control = (edge: ThreadEdge, json: unknown): ApiAnswer => {
    const find = (id: string) => platform.people.find('messenger', id);
    const moved = moveThread(edge, json, find, platform.clock.now());
    if ('code' in moved) return fault(moved);
    showStanding(platform, moved);
    const answer = { status: 200, body: { success: true } };
    showCall(platform, moved, edge, answer, json);
    return answer;
  };

  return {
    native(person, { by, via, text, files }) {
      const messages = [
        ...(text === '' ? [] : [{ text, files: [] }]),
        ...files.map((file) => ({ text: '', files: [file] })),
      ];
      for (const message of messages) {
        const messageId = `m_${platform.newId()}`;
        show(platform, person, { type: 'heard', id: messageId, ...message, buttons: [], quickReplies: [], by });
        if (person.dropEcho) continue;
        const echo = {
          messageId,
          appId: via === 'web' ? INBOX_APP_ID : null,
          message: message.text === '' ? {} : { text: message.text },
          files: message.files,
        };
        void post(person, graphEcho(echo, contextFor(person, platform.clock.now())));
      }
    },

    move(person, to) {
      const now = platform.clock.now();
      if (!person.routing) return;
      const isMoved = holderOf(person, now) !== to;
      person.inboxAt = to === 'inbox' ? now : null;
      if (isMoved) void post(person, graphControl(to, contextFor(person, now)));
    },

    act(person, act, files, at) {
      const events = graphEvents(act, person, contextFor(person, at, files));
      if (act.type === 'link' && !person.started) person.ref = act.ref;
      if (events.length === 0) return [];
      // A thread begun by typing loses the ref of the link.
      person.ref = null;
      person.started = true;
      person.lastActAt = Math.max(at, person.lastActAt ?? 0);
      return webhooksOf(person, events);
    },

    profile: profile.all,

    async call(request) {
      const denied = accessFault(request, account);
      if (denied) return fault(denied);
      const [, version = '', node = '', edge = ''] = request.path.split('/');
      if (!/^v\d+\.\d+$/.test(version)) return fault({ code: 2500, message: 'Unknown path components' });
      const own = node === 'me' || node === account.pageId;
      // The bot's app has no right to names: an empty profile, as for most apps.
      if (!own) return request.method === 'GET' && edge === '' ? { status: 200, body: {} } : fault(missing(node));

      if (request.method === 'POST' && isThreadEdge(edge)) return control(edge, request.json);
      switch (`${request.method} ${edge}`) {
        case 'POST messages':
          return send(request.json);
        case 'POST message_attachments': {
          const done = uploadGraph(request, assets);
          return 'code' in done ? fault(done) : { status: 200, body: done };
        }
        case 'POST messenger_profile':
          return { status: 200, body: profile.set(request.json) };
        case 'DELETE messenger_profile':
          return { status: 200, body: profile.drop(request.json) };
        case 'GET messenger_profile':
          return { status: 200, body: profile.read((request.query.get('fields') ?? '').split(',')) };
        case 'POST subscribed_apps':
          return subscribe(request);
        case 'GET subscribed_apps':
          return { status: 200, body: { data: [{ id: account.appId, subscribed_fields: [...(fields ?? [])] }] } };
        case 'GET ':
          return { status: 200, body: { id: account.pageId, name: 'Simulated page' } };
        case 'GET conversations':
        case 'GET thread_owner':
          return { status: 200, body: { data: [] } };
        default:
          return fault(missing(edge));
      }
    },
  };
}

const missing = (what: string): GraphFault => ({
  code: 100,
  subcode: 33,
  message: `Unsupported request. Object with ID '${what.slice(0, 40)}' does not exist or cannot be loaded`,
  type: 'GraphMethodException',
});

function fault({ code, subcode, message, status = 400, type = 'OAuthException' }: GraphFault): ApiAnswer {
  const error = {
    message,
    type,
    code,
    ...(subcode === undefined ? {} : { error_subcode: subcode }),
    fbtrace_id: 'Asimulated',
  };
  return { status, body: { error } };
}

function accessFault({ query, headers, json }: ApiRequest, account: GraphAccount): GraphFault | null {
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

function windowFault({ messaging_type: type, tag = '' }: GraphSend, person: Person, now: number): GraphFault | null {
  if (type === 'MESSAGE_TAG' && DEAD_TAGS.has(tag))
    return { code: 100, subcode: 1893061, message: 'Invalid parameter' };
  if (type === 'UTILITY') return { code: 100, message: '(#100) No approved template of this name' };
  const limit = type === 'MESSAGE_TAG' && tag === 'HUMAN_AGENT' ? HUMAN_AGENT_MS : WINDOW_MS;
  if (person.lastActAt !== null && now - person.lastActAt <= limit) return null;
  return { code: 10, subcode: 2018278, message: '(#10) This message is sent outside of allowed window.' };
}

/** As a list or as one string with commas. */
function fieldsOf(json: unknown): string {
  const read = z.object({ subscribed_fields: z.union([z.string(), z.array(z.string())]) }).safeParse(json);
  if (!read.success) return '';
  return typeof read.data.subscribed_fields === 'string'
    ? read.data.subscribed_fields
    : read.data.subscribed_fields.join(',');
}
