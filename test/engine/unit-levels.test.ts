import { describe, expect, it } from 'vitest';
import { contactId } from '../../src/core/contact.ts';
import { eventId, type InboundEvent } from '../../src/core/event.ts';
import type { Session } from '../../src/core/session.ts';
import { makeEngine } from '../../src/engine/engine.ts';
import { worldWith } from '../support/world.ts';

const AT = Date.parse('2022-05-28T08:00:00+07:00');
const CAMPAIGN = '01-trieu-sang-kien';

/** Càng Long (844) of Trà Vinh (84) has two workplaces below it. */
const engine = makeEngine(
  worldWith(CAMPAIGN, ({ units }) => {
    const district = units.find(({ code }) => code === '844');
    if (!district) throw new Error('no such unit');
    const below = { ...district, parent: '844', aliases: [] };
    return {
      units: [
        ...units,
        { ...below, code: '8441', name: 'CĐCS Công ty May Cửu Long', short: 'May Cửu Long' },
        { ...below, code: '8442', name: 'CĐCS Trường THPT Càng Long', short: 'THPT Càng Long' },
      ],
    };
  }),
);

/** Says these after a name and a phone number were given. */
function talk(...words: string[]): { said: string; path: readonly string[] | null; other: string } {
  let session: Session | null = null;
  let said = '';
  for (const [n, text] of ['xin chào', 'đồng ý', 'Trần Thị Bình', '0912345678', ...words].entries()) {
    const id = eventId('zalo', String(n));
    const event: InboundEvent = { id, contact: contactId('zalo', '9', '1'), sentAt: AT + n, type: 'text', text };
    const turn = engine.turn(session, event, AT + n);
    session = turn.session;
    said = turn.replies.map((reply) => reply.text).join('\n');
  }
  const answer = session?.drafts[CAMPAIGN]?.answers['unit'];
  return { said, ...(answer?.type === 'unit' ? answer : { path: null, other: '' }) };
}

describe('a list of workplaces of three levels', () => {
  it('is asked as deep as it goes', () => {
    expect(talk('tra vinh', 'cang long').said).toContain('Đơn vị trực thuộc nào của LĐLĐ huyện Càng Long?');
    expect(talk('tra vinh', 'cang long', 'may cuu long')).toMatchObject({ path: ['84', '844', '8441'], other: '' });
    expect(talk('tra vinh', 'cang long', '2')).toMatchObject({ path: ['84', '844', '8442'], other: '' });
  });

  it('takes a place between, and one in their own words', () => {
    expect(talk('tra vinh', 'cang long', 'trực thuộc huyện')).toMatchObject({ path: ['84', '844'], other: '' });
    expect(talk('tra vinh', 'cang long', 'đơn vị khác', 'Tổ hợp tác Hòa Bình')).toMatchObject({
      path: ['84', '844'],
      other: 'Tổ hợp tác Hòa Bình',
    });
  });

  it('is walked back one level at a time', () => {
    expect(talk('tra vinh', 'cang long', 'quay lại').said).toContain('Đơn vị trực thuộc nào của LĐLĐ tỉnh Trà Vinh?');
    expect(talk('tra vinh', 'cang long', 'quay lại', 'quay lại').said).toContain('Anh/chị thuộc Liên đoàn Lao động');
  });

  it('ends at once where nothing is below', () => {
    expect(talk('tra vinh', 'cau ke')).toMatchObject({ path: ['84', '845'], other: '' });
  });
});
