/**
 * Sets Get Started, greeting and menu of the page: `npm run setup:messenger`. Reads the texts from `messenger` in
 * `locales/vi.yaml` (the default) and `locales/en.yaml`:
 *   messenger:
 *     greeting: Chào {{user_first_name}}! …
 *     menu:
 *       - { title: Gửi sáng kiến, payload: '#start' }
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { GRAPH_URL, GRAPH_VERSION } from '../src/channels/messenger/channel.ts';
import { findProfileFaults, setUpProfile, type MessengerProfile } from '../src/channels/messenger/profile.ts';

const environment = z.object({
  MESSENGER_PAGE_TOKEN: z.string().min(1),
  MESSENGER_APP_SECRET: z.string().min(1),
  GRAPH_API_URL: z.url().default(GRAPH_URL),
  GRAPH_API_VERSION: z.string().default(GRAPH_VERSION),
  LOCALES_DIR: z.string().default('locales'),
});

const texts = z.object({
  messenger: z.object({
    greeting: z.string().min(1),
    menu: z.array(z.object({ title: z.string().min(1), payload: z.string().min(1).max(1000) })).min(1),
  }),
});

/** Meta's name of a locale by the name of its file. */
const LOCALES = { vi: 'vi_VN', en: 'en_US' };
const GET_STARTED = '#start';

function readTexts(directory: string, locale: string): z.infer<typeof texts>['messenger'] | null {
  const file = join(directory, `${locale}.yaml`);
  if (!existsSync(file)) return null;
  const parsed = texts.safeParse(parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data.messenger;
  throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
}

async function main(): Promise<void> {
  const env = environment.safeParse(process.env);
  if (!env.success) throw new Error(z.prettifyError(env.error));
  const { LOCALES_DIR, MESSENGER_PAGE_TOKEN, MESSENGER_APP_SECRET, GRAPH_API_URL, GRAPH_API_VERSION } = env.data;
  const vietnamese = readTexts(LOCALES_DIR, 'vi');
  if (vietnamese === null) throw new Error(`${LOCALES_DIR}/vi.yaml is missing`);
  const greetings: Record<string, string> = { default: vietnamese.greeting };
  for (const [file, locale] of Object.entries(LOCALES)) {
    const found = readTexts(LOCALES_DIR, file);
    if (found) greetings[locale] = found.greeting;
  }
  const profile: MessengerProfile = { getStarted: GET_STARTED, greetings, menu: vietnamese.menu };
  const faults = findProfileFaults(profile);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  await setUpProfile(
    {
      pageToken: MESSENGER_PAGE_TOKEN,
      appSecret: MESSENGER_APP_SECRET,
      version: GRAPH_API_VERSION,
      graphUrl: GRAPH_API_URL,
    },
    profile,
  );
  console.log('Done. A changed menu may take up to a day to show.');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : 'failed');
  process.exitCode = 1;
});
