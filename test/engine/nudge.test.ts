import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Nudge } from '../../src/core/broadcast.ts';
import type { Session } from '../../src/core/session.ts';
import { MAX_NUDGED } from '../../src/core/session.ts';
import { converse, type Conversation, type Played } from '../support/conversation.ts';
import { theWorld } from '../support/world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** End of phase 1. */
const CLOSES = Date.parse('2022-06-01T00:00:00+07:00');
const ONE = '01-trieu-sang-kien';
let runs = 0;

const nudge = (more: Partial<Nudge> = {}): { type: 'nudge'; nudge: Nudge } => ({
  type: 'nudge',
  nudge: {
    run: `r${++runs}`,
    delivery: `d${runs}`,
    kind: 'reminder',
    campaign: ONE,
    standings: [],
    deadline: { phase: 'dot-1', closesAt: CLOSES, most: 2 },
    text: { vi: '', en: '' },
    how: 'free',
    template: null,
    notAfter: CLOSES,
    entry: null,
    ...more,
  },
});

/** Someone who was asked for their phone number, so long before the end. */
function atPhone(before: number): Conversation {
  const chat = converse(theWorld(), CLOSES - before);
  for (const text of ['xin chào', 'đồng ý', 'Trần Thị Bình']) chat.say(text);
  return chat;
}
const untilOf = ({ replies }: Played): number => {
  const from = replies[0]?.from;
  return from?.type === 'broadcast' ? from.until : -1;
};

describe('a message said unasked', () => {
  it('is one reply of one row, whose words and question go together however long they are', () => {
    const chat = atPhone(DAY);
    const { replies } = chat.play(nudge({ kind: 'broadcast', deadline: null, text: { vi: 'x'.repeat(1600), en: '' } }));
    expect(replies).toMatchObject([{ text: expect.stringContaining('Bước 2/8'), from: { type: 'broadcast' } }]);
  });

  it('waits to be sent no longer than the deadline, its own time and the free window allow', () => {
    const seenAt = (chat: Conversation): number => chat.session().lastSeenAt;
    const near = atPhone(5 * HOUR);
    expect(untilOf(near.play(nudge({ notAfter: CLOSES + DAY })))).toBe(CLOSES);
    const short = atPhone(5 * HOUR);
    expect(untilOf(short.play(nudge({ notAfter: CLOSES - HOUR })))).toBe(CLOSES - HOUR);
    const far = atPhone(5 * DAY);
    expect(untilOf(far.play(nudge()))).toBe(seenAt(far) + 23.5 * HOUR);
    const silent = atPhone(13 * HOUR);
    silent.wait(12 * HOUR);
    expect(untilOf(silent.play(nudge({ kind: 'silentDraft', deadline: null, notAfter: CLOSES + DAY })))).toBe(CLOSES);
  });

  it('has the words of the broadcast also where there are none in a language taken since', () => {
    const chat = atPhone(DAY);
    const { replies } = chat.play(nudge({ kind: 'broadcast', deadline: null, text: { vi: ' ', en: 'Hello {name}' } }));
    expect(replies[0]?.text).toContain('Hello Trần Thị Bình');
  });

  it('is remembered a bounded number of times', () => {
    const chat = atPhone(DAY);
    for (let n = 0; n < MAX_NUDGED + 5; n++) {
      chat.play(nudge({ kind: 'broadcast', deadline: null, text: { vi: 'x', en: 'x' } }));
    }
    expect(chat.session().nudged).toHaveLength(MAX_NUDGED);
  });

  it.each([
    ['7 days', 7 * DAY, 0, null],
    ['3 days, the second of two', 3 * DAY, 1, 'limit'],
    ['1 day and the night before it', DAY + 8 * HOUR, 1, null],
    ['3 hours, the second of two', 3 * HOUR, 1, null],
    ['3 hours, the third of two', 3 * HOUR, 2, 'limit'],
  ])('of a deadline in %s is kept within the limit', (_, before, said, why) => {
    const chat = atPhone(before + 60_000);
    const session = chat.session();
    const one = { run: 'x', delivery: 'x', kind: 'reminder', campaign: ONE, at: 0 };
    session.nudged = Array.from({ length: said }, () => ({ ...one, deadline: { phase: 'dot-1', closesAt: CLOSES } }));
    const { replies, after } = chat.play(nudge());
    expect(replies).toHaveLength(why === null ? 1 : 0);
    expect(after.nudged).toHaveLength(said + replies.length);
  });

  it('fills a template with one line for each place, never an empty one, and its buttons too', () => {
    const chat = atPhone(4 * DAY);
    chat.wait(2 * DAY);
    const values = { ten: '{name}', don_vi: '{unit}', han: 'trước\n{deadline}', la: '{strange}' };
    const buttons = [
      { type: 'postback' as const, payload: `#campaign:${ONE}` },
      { type: 'url' as const, suffix: 'q/{name}' },
    ];
    const template = { key: 'nhac_han', to: 'user' as const, lang: 'vi', values, buttons };
    const { replies } = chat.play(nudge({ how: 'template', template }));
    expect(replies).toMatchObject([
      {
        options: [],
        template: {
          values: { ten: 'Trần Thị Bình', don_vi: '–', han: 'trước 24h00 ngày 31/5/2022', la: '{strange}' },
          buttons: [buttons[0], { type: 'url', suffix: 'q/Trần Thị Bình' }],
        },
      },
    ]);
  });
});

/** What a person had done, but for what any event counts. */
const own = ({ lastSeenAt, misses, lastMiss, prompt, drafts, entries, profile, greetedAt, owner }: Session) => ({
  person: { lastSeenAt, greetedAt, entries, profile, drafts },
  question: { prompt, misses, lastMiss, owner },
});

const steps = fc.oneof(
  fc.constantFrom('xin chào', 'đồng ý', 'Trần Thị Bình', '0912345678', 'tra vinh', '?', 'để sau', 'có', 'không', 'hủy'),
  fc.constantFrom('dừng nhắc', 'nhắc tôi', 'gặp nhân viên', 'English', 'bot'),
  fc.record({ wait: fc.integer({ min: 1, max: 30 * 60 }) }),
  fc.constantFrom('@take', '@back', '@inbox'),
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constantFrom<Nudge['kind'][]>('reminder', 'silentDraft', 'broadcast') }),
  },
);

it('whatever happened, a message said unasked does nothing in the person’s name, and one that is not said does nothing at all', () => {
  fc.assert(
    fc.property(fc.array(steps, { minLength: 5, maxLength: 40 }), (plan) => {
      const chat = converse(theWorld(), CLOSES - 9 * DAY);
      for (const step of plan) {
        if (typeof step === 'string' && step.startsWith('@')) {
          if (step === '@inbox') chat.play({ type: 'echo', messageId: 'x', text: 'Chào chị', origin: 'staff' });
          else chat.staff('mai', step === '@take' ? { type: 'takeOver' } : { type: 'handBack', parting: '' });
        } else if (typeof step === 'string') chat.say(step);
        else if ('wait' in step) chat.wait(step.wait * 60_000);
        else {
          const { before, after, replies } = chat.play(
            nudge({ kind: step.kind, text: { vi: step.kind === 'broadcast' ? 'Tin' : '', en: '' } }),
          );
          if (replies.length === 0) {
            if (before) expect(after).toEqual(before);
            continue;
          }
          expect(before?.owner.type).toBe('bot');
          expect(before?.remindersOff).toBe(false);
          expect(replies).toHaveLength(1);
          expect(replies[0]?.from?.type).toBe('broadcast');
          expect(own(after)).toEqual(own(before!));
          const ofOne = after.nudged.filter(({ deadline }) => deadline?.closesAt === CLOSES);
          expect(ofOne.length).toBeLessThanOrEqual(2);
        }
      }
    }),
    { numRuns: 150, endOnFailure: true },
  );
});
