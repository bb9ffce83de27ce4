import type { GraphFault, GraphSend } from './graph-send.ts';
import type { Person } from './people.ts';

const HOUR_MS = 3_600_000;
/** Source: messenger.md §4.1, §4.2. */
const WINDOW_MS = 24 * HOUR_MS;
const HUMAN_AGENT_MS = 7 * 24 * HOUR_MS;
const DEAD_TAGS = new Set(['CONFIRMED_EVENT_UPDATE', 'ACCOUNT_UPDATE', 'POST_PURCHASE_UPDATE']);
const TYPES = new Set(['RESPONSE', 'UPDATE', 'MESSAGE_TAG', 'UTILITY']);

/** Why a send of this kind may not go to the person now; null when it may. Source: messenger.md §4, §8.3. */
export function windowFault(
  { messaging_type: type = 'RESPONSE', tag = '', message }: GraphSend,
  person: Person,
  now: number,
): GraphFault | null {
  const isUtility = type === 'UTILITY';
  if (!TYPES.has(type)) return { code: 100, message: '(#100) Param messaging_type is invalid' };
  if (type === 'MESSAGE_TAG' && DEAD_TAGS.has(tag))
    return { code: 100, subcode: 1893061, message: 'Invalid parameter' };
  if (isUtility !== (message?.template !== undefined))
    return { code: 100, message: '(#100) a template takes messaging_type UTILITY, and that takes a template' };
  if (person.blocked) return { code: 551, subcode: 1545041, message: "(#551) This person isn't available right now." };
  // A template may go out at any time, but nobody can be written to who never wrote.
  const limit = isUtility ? Infinity : type === 'MESSAGE_TAG' && tag === 'HUMAN_AGENT' ? HUMAN_AGENT_MS : WINDOW_MS;
  if (person.lastActAt !== null && now - person.lastActAt <= limit) return null;
  return { code: 10, subcode: 2018278, message: '(#10) This message is sent outside of allowed window.' };
}
