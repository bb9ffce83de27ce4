import type { ChannelName } from '../core/contact.ts';
import type { Act, ActFile, Switches } from './acts.ts';
import type { Answer, Webhook } from './delivery.ts';
import type { Person } from './people.ts';
import { postFor, show, showStanding, type Platform } from './platform.ts';
import type { Shown, ShownFile } from './shown.ts';

/** One stand-in platform, seen from a phone. */
export type PhonePlatform = { act(person: Person, act: Act, files: readonly ActFile[], at: number): Webhook[] };

export type Phones = {
  /** Shows the act on the phone and posts its webhooks. `files` are those of a `files` or `voice` act. */
  act(person: Person, act: Act, files: readonly ActFile[], switches: Switches): void;
  close(): void;
};

/** What is held back goes out after this time if nothing follows that it could come after. */
const HOLD_MS = 6000;
const MINUTE_MS = 60_000;

/** `onSaid`: the person wrote or sent something, before its webhooks go out. */
export function makePhones(
  platform: Platform,
  platforms: Readonly<Record<ChannelName, PhonePlatform>>,
  onSaid: (person: Person) => void,
): Phones {
  const held = new Map<string, { release: () => void; timer: NodeJS.Timeout }>();

  const release = (key: string): void => {
    const hold = held.get(key);
    if (!hold) return;
    held.delete(key);
    clearTimeout(hold.timer);
    hold.release();
  };

  return {
    act(person, act, files, switches) {
      person.dropEcho = switches.dropEcho;
      const at = platform.clock.now() - switches.lateMinutes * MINUTE_MS;
      const before = standing(person);
      const number = act.type === 'text' ? readNumber(act.text) : null;
      if (number !== null) platform.people.setPhone(person, number);
      // In life nobody writes to whom they block: here the next word lifts it.
      person.blocked = act.type === 'block' || (person.blocked && (act.type === 'unfollow' || act.type === 'erase'));
      const webhooks = platforms[person.channel].act(person, act, files, at);
      const id = platform.newId();
      const shown = shownOf(act, files, id, webhooks.length > 0);
      for (const item of shown) show(platform, person, item);
      if (shown.some(({ type }) => type === 'said')) onSaid(person);
      if (standing(person) !== before) showStanding(platform, person);

      // Several webhooks (an album) make one message of the phone's.
      let missing = webhooks.length;
      const onAnswer = (answer: Answer): void => {
        if (answer.status === 200) missing--;
        const state = stateOf(answer, missing);
        if (state) show(platform, person, { type: 'saidState', id, ...state });
      };
      const postAll = (): void => {
        for (const webhook of webhooks) void postFor(platform, person, webhook, onAnswer);
        if (switches.twice) for (const webhook of webhooks) void postFor(platform, person, webhook);
      };
      const key = `${person.channel}:${person.id}`;
      if (switches.shuffle && webhooks.length > 0 && !held.has(key)) {
        const timer = setTimeout(() => release(key), HOLD_MS);
        timer.unref();
        held.set(key, { release: postAll, timer });
        return;
      }
      postAll();
      release(key);
    },
    close() {
      for (const { timer } of held.values()) clearTimeout(timer);
      held.clear();
    },
  };
}

const standing = (person: Person): string => `${person.following}${person.blocked}${person.started}${person.ref ?? ''}`;

/** A message that is a Vietnamese mobile number and nothing else, as `84…`; else null. */
function readNumber(text: string): string | null {
  const digits = text.replaceAll(/[\s.()+-]/g, '');
  const own = /^(?:84|0)([35789]\d{8})$/.exec(digits)?.[1];
  return own === undefined ? null : `84${own}`;
}

function stateOf(
  answer: Answer,
  missing: number,
): { state: 'delivered' | 'waiting' | 'lost'; againMs?: number } | null {
  if (answer.status === 200) return missing === 0 ? { state: 'delivered' } : null;
  return answer.againMs === null ? { state: 'lost' } : { state: 'waiting', againMs: answer.againMs };
}

/** What the person sees of their own act. */
function shownOf(act: Act, files: readonly ActFile[], id: string, posted: boolean): Shown[] {
  const said = (text: string, shown: readonly ShownFile[] = []): Shown[] => [
    { type: 'said', id, text, files: [...shown] },
  ];
  switch (act.type) {
    case 'text':
      return said(act.text);
    case 'tap':
      if (act.hidden) return [{ type: 'said', id, text: act.title, files: [], tapped: act.payload }];
      return said(act.kind === 'query' ? act.payload : act.title);
    case 'files':
      return said('', files);
    case 'voice':
      return said('', [{ kind: 'audio', name: '', size: 0, url: files[0]?.url ?? '' }]);
    case 'sticker':
      return said('', [{ kind: 'sticker', name: '', size: 0, url: '' }]);
    case 'location':
      return said('', [{ kind: 'location', name: '', size: 0, url: '' }]);
    case 'getStarted':
      return said(act.title);
    case 'link':
      return [{ type: 'note', note: 'link', ref: act.ref }];
    case 'follow':
    case 'unfollow':
    case 'chatNow':
    case 'erase':
      return posted ? [{ type: 'note', note: act.type }] : [];
    case 'block':
    case 'unblock':
      return [{ type: 'note', note: act.type }];
  }
}
