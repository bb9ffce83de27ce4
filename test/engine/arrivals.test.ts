import { expect, it } from 'vitest';
import { contactId } from '../../src/core/contact.ts';
import { eventId, type InboundEvent } from '../../src/core/event.ts';
import type { Session } from '../../src/core/session.ts';
import { makeEngine } from '../../src/engine/engine.ts';
import { theWorld } from '../support/world.ts';

const AT = Date.parse('2022-05-28T08:00:00+07:00');
const ONE = '01-trieu-sang-kien';

/** Which codes a person is known to have come by, after these words one minute apart. */
function arrivalsAfter(...words: string[]): Session['arrivals'] {
  const engine = makeEngine(theWorld());
  let session: Session | null = null;
  for (const [n, text] of words.entries()) {
    const at = AT + n * 60_000;
    const id = eventId('zalo', String(n));
    const event: InboundEvent = { id, contact: contactId('zalo', '9', '1'), sentAt: at, type: 'text', text };
    session = engine.turn(session, event, at).session;
  }
  return session?.arrivals ?? [];
}

it('the code that first brought a person is remembered, whatever is typed later', () => {
  expect(arrivalsAfter('1TR-84', 'đồng ý', '1tr 842', '1TR-84')).toEqual([{ campaign: ONE, unit: '84', at: AT }]);
});

it('who began without a code came by the one that was typed later', () => {
  expect(arrivalsAfter('xin chào', 'mã 1TR')).toEqual([{ campaign: ONE, unit: null, at: AT + 60_000 }]);
});

it('each campaign has an arrival of its own', () => {
  const codes = arrivalsAfter('1TR-84', '75N-842').map(({ campaign, unit }) => [campaign, unit]);
  expect(codes).toEqual([
    [ONE, '84'],
    ['75-nghin-sang-kien', '842'],
  ]);
});
