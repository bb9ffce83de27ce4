/** Sets Get Started, greeting and menu of the page, and the fields it tells us of: `npm run setup:messenger`. */
import { messengerProfile } from '../src/app-pages.ts';
import { findProfileFaults, setUpProfile } from '../src/channels/messenger/profile.ts';
import { readConfig } from '../src/config/config.ts';
import { readEnvironment } from '../src/config/environment.ts';
import { readWorld } from '../src/content/world.ts';

const config = readConfig(readEnvironment('.env'));
const { messenger } = config;
if (!messenger || messenger.graphUrl === null) {
  console.error('Set the MESSENGER_* variables of the page first (see .env.example).');
  process.exit(1);
}
const profile = messengerProfile(readWorld(config));
const faults = findProfileFaults(profile);
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
await setUpProfile(
  {
    pageToken: messenger.pageToken.reveal(),
    appSecret: messenger.appSecret.reveal(),
    version: messenger.graphVersion,
    graphUrl: messenger.graphUrl,
  },
  profile,
);
console.log('Done. A changed menu may take up to a day to show.');
