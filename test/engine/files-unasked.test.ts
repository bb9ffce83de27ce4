import { expect, it } from 'vitest';
import { contactId } from '../../src/core/contact.ts';
import { eventId, type InboundEvent } from '../../src/core/event.ts';
import type { Session } from '../../src/core/session.ts';
import { makeEngine } from '../../src/engine/engine.ts';
import type { World } from '../../src/engine/flow.ts';
import { theWorld, worldWith } from '../support/world.ts';

const ONE = '01-trieu-sang-kien';
const AT = Date.parse('2022-05-28T08:00:00+07:00');
const contact = contactId('messenger', '108845271234567', '1');
const without = worldWith(ONE, ({ intake }) => ({
  intake: { ...intake, steps: intake.steps.filter(({ type }) => type !== 'attachments') },
}));

it('files that were on their way when their question was taken out hold nobody up', () => {
  let n = 0;
  let session: Session | null = null;
  const play = (world: World, what: Partial<InboundEvent>) => {
    const at = AT + (n += 1) * 60_000;
    const event = { id: eventId('messenger', String(n)), contact, sentAt: at, ...what } as InboundEvent;
    const result = makeEngine(world).turn(session, event, at);
    session = result.session;
    return result;
  };
  const say = (world: World, text: string) => play(world, { type: 'text', text });
  const words =
    'xin chào|đồng ý|Trần Thị Bình|0912345678|tra vinh|cang long|2|Giá đỡ xoay|Đổi rập nhanh hơn|xong|rồi|rồi|không';
  for (const text of words.split('|')) say(theWorld(), text);
  play(theWorld(), {
    type: 'attachments',
    text: '',
    items: [{ kind: 'image', url: 'https://cdn.example.test/a.jpg' }],
  });
  expect(Object.keys(session!.drafts[ONE]!.fetching)).toHaveLength(1);
  say(without, 'xin chào');
  expect(session!.drafts[ONE]).toMatchObject({ step: 'review', fetching: {} });
  // the question comes back: nothing is waited for
  say(theWorld(), 'xin chào');
  say(theWorld(), 'bỏ qua');
  expect(say(theWorld(), 'nộp').request).toMatchObject({ type: 'submitEntry' });
});
