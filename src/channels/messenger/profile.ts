// CommonJS whose names node cannot tell beforehand: only the whole can be imported.
import messaging, { type MessengerClient } from 'messaging-api-messenger';

/** Source: Messenger Platform, Messenger Profile API (messenger.md §6); the greeting's is Assumed, its page was not at hand. */
const GREETING_LIMIT = 160;
const MENU_TITLE_LIMIT = 30;
const MENU_LIMIT = 20;

/** Fields the app needs for this page; the app's own subscription must list them as well. Source: messenger.md §2.4. */
const SUBSCRIBED_FIELDS = [
  'messages',
  'messaging_postbacks',
  'messaging_referrals',
  'messaging_optins',
  'message_deliveries',
  'message_reads',
  'message_echoes',
  'message_reactions',
  'message_edits',
  'messaging_handovers',
  'standby',
  'messaging_policy_enforcement',
];

/** What became of templates: two guides spell it in two ways (messenger.md §2.4). Assumed: one that is unknown is refused. */
const TEMPLATE_FIELDS = ['message_template_status_update', 'messenger_template_status_update'];

/** What people see before their first message, and the menu beside the text field; texts come from the locales. */
export type MessengerProfile = {
  /** What a tap on Get Started sends. Without it neither the menu nor refs of new people work. */
  getStarted: string;
  /** By locale (`default`, `vi_VN`), at most 160 characters each; `default` is required. */
  greetings: Readonly<Record<string, string>>;
  /** At most 20, best 5 or fewer; titles of at most 30 characters. */
  menu: readonly { title: string; payload: string }[];
};

/** The profile as Graph keeps it. */
export const toGraphProfile = ({ getStarted, greetings, menu }: MessengerProfile): Record<string, unknown> => ({
  get_started: { payload: getStarted },
  greeting: Object.entries(greetings).map(([locale, text]) => ({ locale, text })),
  persistent_menu: [
    {
      locale: 'default',
      composer_input_disabled: false,
      call_to_actions: menu.map(({ title, payload }) => ({ type: 'postback', title, payload })),
    },
  ],
});

export type ProfileAccess = { pageToken: string; appSecret: string; version: string; graphUrl?: string };

/** What is wrong with a profile, one line per fault; empty when Meta should take it. */
export function findProfileFaults(profile: MessengerProfile): string[] {
  const faults: string[] = [];
  if (!Object.hasOwn(profile.greetings, 'default')) faults.push('greetings: no default locale');
  for (const [locale, text] of Object.entries(profile.greetings))
    if (text.length > GREETING_LIMIT) faults.push(`greetings.${locale}: longer than ${GREETING_LIMIT} characters`);
  if (profile.menu.length > MENU_LIMIT) faults.push(`menu: more than ${MENU_LIMIT} items`);
  for (const { title } of profile.menu)
    if (title.length > MENU_TITLE_LIMIT) faults.push(`menu: "${title}" is longer than ${MENU_TITLE_LIMIT} characters`);
  return faults;
}

/**
 * Sets Get Started, greeting and persistent menu, and subscribes the page to the app. Safe to call again; at most 10 calls
 * in 10 minutes, and menus may take a day to show. Rejects with the client's error, whose message is Meta's.
 */
export async function setUpProfile(access: ProfileAccess, profile: MessengerProfile): Promise<void> {
  const client = graphClient(access);
  await client.setMessengerProfile({
    getStarted: { payload: profile.getStarted },
    greeting: Object.entries(profile.greetings).map(([locale, text]) => ({ locale, text })),
    persistentMenu: [
      {
        locale: 'default',
        composerInputDisabled: false,
        callToActions: profile.menu.map(({ title, payload }) => ({ type: 'postback' as const, title, payload })),
      },
    ],
  });
  await subscribe(client, TEMPLATE_FIELDS);
}

/** To all, and to the first of these fields that is taken; without any of them templates are still looked after by asking. */
async function subscribe(client: MessengerClient, [field, ...others]: readonly string[]): Promise<void> {
  const fields = field === undefined ? SUBSCRIBED_FIELDS : [...SUBSCRIBED_FIELDS, field];
  try {
    await client.axios.post('/me/subscribed_apps', { subscribed_fields: fields.join(',') });
  } catch (error) {
    if (field === undefined) throw error;
    await subscribe(client, others);
  }
}

/**
 * messaging-api-messenger with its gaps closed: the Graph version is given (its own, 6.0, is gone), calls time out, and the
 * token travels in a header, because the client would put it into URLs, which get logged.
 */
export function graphClient({ pageToken, appSecret, version, graphUrl }: ProfileAccess): MessengerClient {
  const client = new messaging.MessengerClient({
    accessToken: pageToken,
    appSecret,
    version,
    ...(graphUrl === undefined ? {} : { origin: new URL(graphUrl).origin }),
  });
  client.axios.defaults.timeout = 10_000;
  client.axios.defaults.maxRedirects = 0;
  // The interceptor added last runs first: the client then makes the proof from its own token, as the URL has none any more.
  client.axios.interceptors.request.use((config) => {
    config.url = (config.url ?? '').replace(/([?&])access_token=[^&]*&?/, '$1').replace(/[?&]$/, '');
    config.headers.set('Authorization', `Bearer ${pageToken}`);
    return config;
  });
  return client;
}
