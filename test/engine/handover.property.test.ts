import fc from 'fast-check';
import { expect, it } from 'vitest';
import { never } from '../../src/base/never.ts';
import type { Answer } from '../../src/core/answers.ts';
import { isSameOwner, type Owner, type StaffAct } from '../../src/core/handover.ts';
import type { Option } from '../../src/core/reply.ts';
import type { Task } from '../../src/core/request.ts';
import type { Session } from '../../src/core/session.ts';
import { makeEngine } from '../../src/engine/engine.ts';
import { converse, fetched, type Conversation, type Happening, type Played } from '../support/conversation.ts';
import { theWorld } from '../support/world.ts';

const engine = makeEngine(theWorld());
const START = Date.parse('2022-05-27T08:00:00+07:00');
const UNITS = ['84', '844', 'none'];

type Step =
  | { do: 'event'; what: Happening }
  | { do: 'staff'; who: string; act: StaffAct }
  | { do: 'tap'; pick: number }
  | { do: 'fetched' }
  | { do: 'unanswered' }
  | { do: 'wait'; minutes: number };

const WORDS = (
  'xin chào|đồng ý|có|không|Trần Thị Bình|0912345678|tra vinh|càng long|2|9|Giá đỡ xoay|xong|bỏ qua|nộp|sửa 2|sửa|quay lại|' +
  'hủy|trạng thái|gặp nhân viên|english|nộp thêm|rút hồ sơ|xóa dữ liệu|1TR-84|75N|x|?'
).split('|');

const value: fc.Arbitrary<Answer> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text: fc.constantFrom('Lê Văn An', 'Bàn kẹp', '12', '') }),
  fc.record({
    type: fc.constant('phone' as const),
    e164: fc.constantFrom('0987654321', '+84987654321', '12', '01644697123'),
  }),
  fc.record({
    type: fc.constant('unit' as const),
    path: fc.array(fc.constantFrom(...UNITS), { maxLength: 2 }),
    other: fc.constantFrom('', 'Công ty may'),
  }),
  fc.record({ type: fc.constant('choice' as const), code: fc.constantFrom('cong-nhan', 'none') }),
  fc.record({
    type: fc.constant('longText' as const),
    parts: fc.constantFrom<string[][]>(['Mô tả'], ['x'.repeat(2001)], []),
    done: fc.boolean(),
  }),
  fc.record({ type: fc.constant('yesNo' as const), yes: fc.boolean() }),
  fc.constant<Answer>({
    type: 'attachments',
    files: [],
    links: ['https://drive.google.com/file/d/a/view'],
    done: true,
  }),
);
const STEPS = [
  'consent',
  'name',
  'phone',
  'unit',
  'group',
  'title',
  'description',
  'applied',
  'recognised',
  'protected',
  'proof',
  'review',
];
const act: fc.Arbitrary<StaffAct> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<StaffAct>({ type: 'takeOver' }) },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('handBack' as const), parting: fc.constantFrom('', 'Chào chị') }),
  },
  fc.constant<StaffAct>({ type: 'assign', to: 'tu', toName: 'TU' }),
  fc.constant<StaffAct>({ type: 'close' }),
  fc.constant<StaffAct>({ type: 'say', text: 'Dạ' }),
  fc.constant<StaffAct>({ type: 'submit' }),
  fc.constantFrom<StaffAct[]>(
    { type: 'startDraft', campaign: '01-trieu-sang-kien' },
    { type: 'startDraft', campaign: '75-nghin-sang-kien' },
  ),
  { weight: 6, arbitrary: fc.record({ type: fc.constant('answer' as const), step: fc.constantFrom(...STEPS), value }) },
);
const event = (...all: Happening[]): fc.Arbitrary<Step> =>
  fc.constantFrom(...all).map((what) => ({ do: 'event', what }));
const echo = (origin: 'staff' | 'unsure', text: string): Happening => ({ type: 'echo', messageId: 'm', text, origin });
const picture: Happening = {
  type: 'attachments',
  items: [{ kind: 'image', url: 'https://cdn.example.test/a' }],
  text: '',
};

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 14, arbitrary: event(...WORDS.map((text): Happening => ({ type: 'text', text }))) },
  { weight: 6, arbitrary: fc.nat(12).map((pick): Step => ({ do: 'tap', pick })) },
  {
    weight: 2,
    arbitrary: event({ type: 'text', text: 'bot' }, { type: 'postback', payload: '#menu:resume', title: 'Bot' }),
  },
  {
    weight: 3,
    arbitrary: event(
      picture,
      { type: 'opened', how: 'follow' },
      { type: 'reaction' },
      { type: 'left' },
      { type: 'erase' },
    ),
  },
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constant('staff' as const), who: fc.constantFrom('mai', 'mai', 'tu'), act }),
  },
  {
    weight: 3,
    arbitrary: event(echo('staff', 'Chào anh'), echo('unsure', 'Chào anh'), echo('staff', '#bot'), echo('unsure', '')),
  },
  { weight: 1, arbitrary: event({ type: 'control', kind: 'takenFromUs' }, { type: 'control', kind: 'passedToUs' }) },
  { weight: 3, arbitrary: fc.constant<Step>({ do: 'fetched' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'unanswered' }) },
  { weight: 2, arbitrary: fc.constantFrom(1, 16, 800).map((minutes): Step => ({ do: 'wait', minutes })) },
);

/** A good part of a form first, so that something is open. */
const BEGINNINGS = [0, 3, 7, 12].map((n) =>
  [
    'hi',
    'đồng ý',
    'Trần Thị Bình',
    '0912345678',
    'tra vinh',
    'cang long',
    '2',
    'Giá đỡ',
    'Mô tả',
    'xong',
    'rồi',
    'rồi',
    'không',
  ]
    .slice(0, n)
    .map((text): Step => ({ do: 'event', what: { type: 'text', text } })),
);

function run(steps: readonly Step[], onTurn: (played: Played) => void): Conversation {
  const fetches: Extract<Task, { type: 'fetchFiles' }>[] = [];
  let buttons: readonly Option[] = [];
  const chat = converse(theWorld(), START, {
    lazyFetch: true,
    onTurn(played) {
      for (const task of played.tasks) if (task.type === 'fetchFiles') fetches.push(task);
      for (const { options } of played.replies) if (options.length > 0) buttons = [...options, ...buttons].slice(0, 30);
      onTurn(played);
    },
  });
  for (const next of steps) {
    switch (next.do) {
      case 'event':
        chat.play(next.what);
        break;
      case 'staff':
        chat.staff(next.who, next.act);
        break;
      case 'tap': {
        const button = buttons[next.pick % Math.max(1, buttons.length)];
        if (button) chat.play({ type: 'quickReply', payload: button.payload, title: button.short });
        break;
      }
      case 'fetched': {
        const task = fetches.shift();
        if (task) chat.play({ type: 'filesFetched', request: task.request, outcomes: fetched(task) });
        break;
      }
      case 'unanswered':
        chat.play({ type: 'unanswered', request: 'messenger/m3' });
        break;
      case 'wait':
        chat.wait(next.minutes * 60_000);
        break;
      default:
        never(next, 'step');
    }
  }
  return chat;
}

const conversation = fc
  .tuple(fc.constantFrom(...BEGINNINGS), fc.array(step, { maxLength: 50 }))
  .map((parts) => parts.flat());
const ownerOf = (session: Session | null): Owner => session?.owner ?? { type: 'bot' };
const howOf = (owner: Owner): string => (owner.type === 'bot' ? 'bot' : owner.how);

it('while staff own the conversation nothing is said but what they wrote, or of them', () => {
  fc.assert(
    fc.property(conversation, (steps) => {
      run(steps, ({ after, replies }) => {
        if (after.owner.type === 'staff') expect(replies.filter((reply) => !reply.from)).toEqual([]);
      });
    }),
    { numRuns: 100 },
  );
});

/** Whose it may be after an event, if not the same one's. */
function mayBecome({ before, event, act: result }: Played): string[] {
  const owner = ownerOf(before);
  switch (event.type) {
    case 'staff':
      if (result?.type !== 'done') return [];
      if (event.act.type === 'takeOver' || event.act.type === 'assign') return ['console'];
      return event.act.type === 'handBack' || event.act.type === 'close' ? ['bot'] : [];
    case 'echo':
      if (event.text === '#bot') return ['bot'];
      return event.origin === 'staff' ? ['inbox'] : ['unsure'];
    case 'control':
      return event.kind === 'takenFromUs' ? ['routing'] : ['bot'];
    case 'text':
    case 'quickReply':
    case 'postback':
    case 'opened':
    case 'attachments': {
      if (owner.type === 'bot') return [];
      const said = event.type === 'text' ? event.text : event.type === 'postback' ? event.payload : '';
      const isWord = said === 'bot' || said === '#menu:resume';
      const isPauseOver = owner.until !== null && event.sentAt >= owner.until;
      return isWord || isPauseOver ? ['bot'] : [];
    }
    default:
      return [];
  }
}

it('the conversation changes hands by the right events alone, and a refused act changes nothing at all', () => {
  fc.assert(
    fc.property(conversation, (steps) => {
      run(steps, (played) => {
        const { before, after, event, act: result } = played;
        if (!isSameOwner(ownerOf(before), after.owner)) expect(mayBecome(played)).toContain(howOf(after.owner));
        expect(result === undefined).toBe(event.type !== 'staff');
        if (result?.type === 'refused') {
          expect(played.replies).toEqual([]);
          if (before) expect(after).toEqual(before);
        }
        if (after.owner.type === 'staff') expect(after.owner.lastAt).toBeGreaterThanOrEqual(after.owner.since);
      });
    }),
    { numRuns: 100 },
  );
});

/** What is open in a session: its question as the bot would ask it now, and what its buttons carry. */
function questionOf(session: Session, at: number): { text: string; payloads: string[] } {
  const base = {
    contact: session.contact as Played['event']['contact'],
    id: 'messenger/probe' as Played['event']['id'],
  };
  const { replies } = engine.turn(session, { ...base, sentAt: at, type: 'text', text: 'cảm ơn' }, at);
  return lastOf(replies, session);
}

function lastOf(replies: Played['replies'], session: Session): { text: string; payloads: string[] } {
  const last = replies.at(-1);
  const isAsked = session.ask !== null || session.drafts[session.campaign ?? ''] !== undefined;
  return {
    text: isAsked ? (last?.text.split('\n\n').at(-1) ?? '') : '', // without a question a menu follows other words
    payloads: last?.options.map((option) => option.payload) ?? [],
  };
}

const BY_PERSON: readonly string[] = ['text', 'quickReply', 'postback', 'opened', 'attachments', 'reaction', 'left'];
const ofPerson = step.filter(
  (one) => one.do === 'tap' || (one.do === 'event' && BY_PERSON.includes(one.what.type) && !isWord(one.what)),
);
const isWord = (what: Happening): boolean => ('text' in what && what.text === 'bot') || what.type === 'postback';
const taken = fc.constantFrom<Step[]>(
  { do: 'staff', who: 'mai', act: { type: 'takeOver' } },
  { do: 'staff', who: 'mai', act: { type: 'assign', to: 'tu', toName: 'TU' } },
  { do: 'event', what: echo('staff', 'Chào anh') },
  { do: 'event', what: echo('unsure', 'Chào anh') },
  { do: 'event', what: { type: 'control', kind: 'takenFromUs' } },
);
const said: fc.Arbitrary<Step> = fc
  .tuple(fc.constantFrom('mai', 'tu'), fc.constantFrom<StaffAct[]>({ type: 'say', text: 'Dạ' }, { type: 'takeOver' }))
  .map(([who, what]) => ({ do: 'staff', who, act: what }));

it('after a handback the very question is open that was open before, where nothing was filled in', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...BEGINNINGS.slice(1)),
      fc.array(ofPerson, { maxLength: 8 }),
      taken,
      fc.array(fc.oneof(ofPerson, said), { maxLength: 8 }),
      fc.constantFrom<('word' | 'inbox' | 'console')[]>('word', 'inbox', 'console'),
      (beginning, before, takeover, meanwhile, way) => {
        let held: Session | null = null;
        const chat = run([...beginning, ...before, takeover, ...meanwhile], (played) => {
          if (ownerOf(played.before).type === 'bot' && played.after.owner.type === 'staff') held = played.before;
        });
        const { owner } = chat.session();
        const holder = owner.type === 'staff' && owner.how === 'console' ? owner.staff : 'mai';
        const back = {
          word: () => chat.say('bot'),
          inbox: () => chat.play(echo('staff', '#bot')),
          console: () => chat.staff(holder, { type: 'handBack', parting: '' }),
        }[way]();
        expect(back.after.owner).toEqual({ type: 'bot' });
        const was = held as unknown as Session; // set above: nobody but the bot owned it before
        fc.pre(was.greetedAt !== null); // their data was deleted: they are greeted when they write
        const open = ({ campaign, drafts, ask, prompt }: Session) => ({ campaign, drafts, ask, prompt });
        expect(open(back.after)).toEqual(open(was));
        expect(lastOf(back.replies, back.after)).toEqual(questionOf(was, chat.now()));
      },
    ),
    { numRuns: 200 },
  );
});
