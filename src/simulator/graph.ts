import type { Act, ActFile } from './acts.ts';
import type { Webhook } from './delivery.ts';
import type { ApiRequest } from './api-request.ts';
import { makeAssets } from './assets.ts';
import { accessFault, fault, fieldsOf, missing, type GraphAccount } from './graph-answers.ts';
import {
  graphChange,
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
import { makeGraphTemplates, type GraphTemplate } from './graph-templates.ts';
import { readUtility } from './graph-utility.ts';
import { windowFault } from './graph-window.ts';
import { heldFault, isThreadEdge, moveThread, type ThreadEdge } from './graph-threads.ts';
import type { NativeMessage } from './inbox.ts';
import { makeAllowance, makeRollingCount } from './limits.ts';
import { makeProfile, type MessengerProfile } from './graph-profile.ts';
import { holderOf, type Person } from './people.ts';
import { postFor, show, showCall, showStanding, type ApiAnswer, type Platform } from './platform.ts';

const HOUR_MS = 3_600_000;
/** Source: messenger.md §3.3. */
const ASSETS_KEPT_MS = 90 * 24 * HOUR_MS;

export type GraphPlatform = {
  /** Changes where the person stands and gives the webhooks of what they did. */
  act(person: Person, act: Act, files: readonly ActFile[], at: number): Webhook[];
  call(request: ApiRequest): Promise<ApiAnswer>;
  profile(): MessengerProfile;
  /** A message written in the page's inbox, or its automatic answer. */
  native(person: Person, message: NativeMessage): void;
  /** Conversation Routing: the inbox takes the thread, or passes it to our app. Nothing where it is off. */
  move(person: Person, to: 'inbox' | 'app'): void;
  close(): void;
};

/** Pages have people before anybody looks: the daily allowance counts this many at least. */
const LEAST_ENGAGED = 50;
const TEMPLATE_FIELDS = ['message_template_status_update', 'messenger_template_status_update'];

/** The Graph API as messenger.md §10 wants it. All events are delivered until `subscribed_apps` names fields. */
export function makeGraph(account: GraphAccount, firstProfile: MessengerProfile, platform: Platform): GraphPlatform {
  const profile = makeProfile(firstProfile);
  let fields: Set<string> | null = null;
  const now = () => platform.clock.now();
  const perSecond = makeAllowance(now, 1000, platform.limits.messengerPerSecond);
  const today = makeRollingCount(now, 24 * HOUR_MS);
  const decided = ({ id, name, language, status, reason }: GraphTemplate): void => {
    const field = fields === null ? TEMPLATE_FIELDS[0] : TEMPLATE_FIELDS.find((each) => fields?.has(each));
    if (field === undefined) return;
    const value = {
      event: status,
      message_template_id: Number(id),
      message_template_name: name,
      message_template_language: language,
      reason,
    };
    void platform.delivery.post('messenger:page', graphChange(field, value, account, now()), () => {});
  };
  const templates = makeGraphTemplates(platform.newId, platform.reviewAfterMs, decided);

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
    return events.flatMap((event) => {
      const field = graphField(event);
      const isApart = holderOf(person, now()) === 'inbox' && field !== 'messaging_handovers';
      const way = isApart ? 'standby' : 'messaging';
      if (fields !== null && !(fields.has(field) && (!isApart || fields.has('standby')))) return [];
      return [graphWebhook(event, way, account, now())];
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
    const checked = readAny(message);
    const refused = 'code' in checked ? checked : (windowFault(read.data, person, now()) ?? heldFault(person, now()));
    if ('code' in checked || refused) {
      const answer = fault(refused ?? { code: 1, message: 'unknown' });
      showCall(platform, person, 'messages', answer, json);
      return answer;
    }
    return accept(person, checked, read.data);
  };

  const readAny = (message: GraphSend['message']) => {
    if (!message) return { code: 100, message: '(#100) message is missing' };
    return message.template ? readUtility(message.template, templates) : readGraphMessage(message, assets);
  };

  /** `[code, answer]` of a page that calls too often, and how near it is to that. */
  const limited = (): ApiAnswer | null => {
    if (!perSecond.take())
      return fault({ code: 613, message: '(#613) Calls to this api have exceeded the rate limit.' });
    today.add();
    return used() > 100 ? withUsage(fault({ code: 80006, message: '(#80006) There have been too many calls.' })) : null;
  };
  const used = (): number => {
    const engaged = Math.max(LEAST_ENGAGED, platform.people.count('messenger'));
    return Math.floor((today.count() * 100) / (platform.limits.messengerPerPerson * engaged));
  };
  /** Source: messenger.md §8.1: it comes only after enough calls. */
  const withUsage = (answer: ApiAnswer): ApiAnswer => {
    const callCount = used();
    if (callCount < 10) return answer;
    const wait = callCount > 100 ? 1 : 0;
    const usage = { type: 'messenger', call_count: callCount, total_cputime: 1, total_time: 1 };
    const rows = { [account.pageId]: [{ ...usage, estimated_time_to_regain_access: wait }] };
    return { ...answer, headers: { 'x-business-use-case-usage': JSON.stringify(rows) } };
  };

  const accept = async (
    person: Person,
    shown: GraphMessage & { template?: string },
    json: GraphSend,
  ): Promise<ApiAnswer> => {
    const messageId = `m_${platform.newId()}`;
    const answer = { status: 200, body: { recipient_id: person.id, message_id: messageId } };
    showCall(platform, person, 'messages', answer, json);
    show(platform, person, { type: 'typing', on: false });
    const { template, ...heard } = shown;
    const cost = template === undefined ? {} : { cost: { why: 'template' as const, name: template, vnd: null } };
    show(platform, person, { type: 'heard', id: messageId, ...heard, ...cost });

    const context = contextFor(person, now());
    const message = template === undefined ? (json.message ?? {}) : utilityEcho(heard, json);
    const own = { messageId, appId: Number(account.appId), message, files: shown.files };
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
    const moved = moveThread(edge, json, find, now());
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
        void post(person, graphEcho(echo, contextFor(person, now())));
      }
    },

    move(person, to) {
      if (!person.routing) return;
      const isMoved = holderOf(person, now()) !== to;
      person.inboxAt = to === 'inbox' ? now() : null;
      if (isMoved) void post(person, graphControl(to, contextFor(person, now())));
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
          return limited() ?? withUsage(await send(request.json));
        case 'POST message_templates':
          return answered(templates.create(request.json));
        case 'GET message_templates':
          return answered(templates.list(request.query));
        case 'DELETE message_templates':
          return answered(templates.drop(request.query));
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
    close: templates.close,
  };
}

const answered = (done: object | GraphFault): ApiAnswer => ('code' in done ? fault(done) : { status: 200, body: done });

/** Assumed: a template is echoed as the button template it looks like. */
const utilityEcho = ({ text, buttons }: GraphMessage, { message }: GraphSend): Record<string, unknown> => ({
  ...(message?.metadata === undefined ? {} : { metadata: message.metadata }),
  attachment: { type: 'template', payload: { template_type: 'button', text, buttons } },
});
