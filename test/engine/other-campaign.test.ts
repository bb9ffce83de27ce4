import { expect, it } from 'vitest';
import { contactId } from '../../src/core/contact.ts';
import { eventId, type InboundEvent } from '../../src/core/event.ts';
import type { Session } from '../../src/core/session.ts';
import { newSession } from '../../src/engine/drafts.ts';
import { makeEngine } from '../../src/engine/engine.ts';
import { theWorld } from '../support/world.ts';

const ONE = '01-trieu-sang-kien';
const PEAK = '75-nghin-sang-kien';
/** Đồng Tháp is over since 24h00 10/4, all others are open until 24h00 20/4. */
const AT = Date.parse('2021-04-15T08:00:00+07:00');
const contact = contactId('zalo', '9000000000000000001', '1');

/** Someone of Cao Lãnh, Đồng Tháp, who sent an entry to this campaign before. */
const senderIn = (campaign: string): Session => ({
  ...newSession(contact, AT - 86_400_000),
  greetedAt: AT - 86_400_000,
  consentAt: AT - 86_400_000,
  campaign,
  entries: [{ code: 'SK-7K3F-92QX', campaign, submittedAt: AT - 86_400_000 }],
  profile: {
    name: { type: 'text', text: 'Trần Thị Bình' },
    unit: { type: 'unit', path: ['87', '866'], other: '' },
  },
});

/** What the bot says to these words, one after the other, and where the conversation stands then. */
function talk(session: Session, ...words: string[]): { said: string; session: Session } {
  const engine = makeEngine(theWorld());
  let said = '';
  for (const [n, text] of words.entries()) {
    const at = AT + n * 60_000;
    const event: InboundEvent = { id: eventId('zalo', String(n)), contact, sentAt: at, type: 'text', text };
    const turn = engine.turn(session, event, at);
    session = turn.session;
    said = turn.replies.map((reply) => reply.text).join('\n');
  }
  return { said, session };
}

it('a unit told in another campaign closes none: who came by the code of a unit that is open begins there', () => {
  const { said, session } = talk(senderIn(ONE), '75N-75');
  expect(session.drafts[PEAK]).toBeDefined();
  expect(said).toContain('LĐLĐ tỉnh Đồng Nai');
});

it('nor who says that they want to send something', () => {
  const { said, session } = talk({ ...senderIn(ONE), campaign: PEAK }, 'nộp thêm');
  expect(session.ask).toEqual({ type: 'reuseProfile' });
  expect(said).toContain('Trần Thị Bình');
  expect(said).not.toContain('Đồng Tháp'); // no answer there any more
  expect(talk(session, 'dùng lại').session.drafts[PEAK]).toMatchObject({ step: 'phone' });
});

it('whoever told that unit in this very campaign hears that it is over', () => {
  const { said, session } = talk(senderIn(PEAK), 'nộp thêm');
  expect(session.drafts[PEAK]).toBeUndefined();
  expect(said).toContain('24h00 ngày 10/4/2021');
});

it('a workplace that this campaign does not know is not offered again', () => {
  const stranger = senderIn(ONE);
  stranger.profile['unit'] = { type: 'unit', path: ['9Z'], other: '' };
  expect(talk({ ...stranger, campaign: PEAK }, 'nộp thêm').said).not.toContain('9Z');
});
