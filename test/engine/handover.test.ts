import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/core/answers.ts';
import type { Campaign } from '../../src/core/campaign.ts';
import { contactId } from '../../src/core/contact.ts';
import { eventId } from '../../src/core/event.ts';
import type { Session } from '../../src/core/session.ts';
import { makeEngine } from '../../src/engine/engine.ts';
import type { Flow, Step, World } from '../../src/engine/flow.ts';
import { converse, type Conversation, type Happening } from '../support/conversation.ts';
import { theWorld } from '../support/world.ts';

const START = Date.parse('2022-05-27T08:00:00+07:00');
const ONE = '01-trieu-sang-kien';
const HOUR = 3_600_000;

/** The real world with one campaign changed. */
function worldWith(change: (flow: Flow) => Flow): World {
  const world = theWorld();
  const flow = change(world.flows.get(ONE)!);
  return { ...world, flows: new Map(world.flows).set(ONE, flow), defaultFlow: () => flow };
}
const withSupport = (support: Partial<Campaign['support']>): World =>
  worldWith((flow) => ({
    ...flow,
    campaign: { ...flow.campaign, support: { ...flow.campaign.support, ...support } },
  }));
const withStep = (id: string, change: (step: Step) => Step): World =>
  worldWith((flow) => {
    const steps = flow.steps.map((step) => (step.id === id ? change(step) : step));
    return { ...flow, steps, byId: new Map(steps.map((step) => [step.id, step])) };
  });

/** Someone who has been asked for their phone number. */
function atPhone(world: World = theWorld()): Conversation {
  const chat = converse(world, START);
  for (const text of ['xin chào', 'đồng ý', 'Trần Thị Bình']) chat.say(text);
  return chat;
}
const answer = (step: string, value: Answer) => ({ type: 'answer' as const, step, value });
const file = (fileId: string) => ({ fileId, name: 'x', mime: 'image/jpeg', size: 1, sha256: '' });

describe('when the person was last seen', () => {
  it('moves with what they do', () => {
    const chat = atPhone();
    const theirs: Happening[] = [
      { type: 'text', text: 'a' },
      { type: 'reaction' },
      { type: 'opened', how: 'follow' },
      { type: 'attachments', items: [], text: '' },
    ];
    for (const what of theirs) {
      expect(chat.play(what).after.lastSeenAt).toBe(chat.now());
    }
  });

  it('does not move with what others do, nor with what our own clock does', () => {
    const chat = atPhone();
    chat.say('gặp nhân viên');
    const seenAt = chat.now();
    chat.play({ type: 'unanswered', request: chat.session().humanRequest!.id });
    chat.staff('mai', { type: 'takeOver' });
    chat.staff('mai', { type: 'say', text: 'Em chào chị' });
    chat.staff('mai', answer('phone', { type: 'phone', e164: '0912345678' }));
    chat.staff('mai', { type: 'handBack', parting: '' });
    chat.play({ type: 'echo', messageId: 'm', text: 'Em chào chị', origin: 'staff' });
    chat.play({ type: 'control', kind: 'takenFromUs' });
    chat.play({ type: 'receipt', kind: 'seen', messageIds: [] });
    chat.play({ type: 'filesFetched', request: 'old', outcomes: [] });
    expect(chat.session().lastSeenAt).toBe(seenAt);
  });

  it('is never for someone whom staff wrote to first', () => {
    const chat = converse(theWorld(), START);
    expect(chat.play({ type: 'echo', messageId: 'm', text: 'Chào anh', origin: 'staff' }).after.lastSeenAt).toBe(0);
    const back = chat.play({ type: 'echo', messageId: 'm', text: '#bot', origin: 'staff' });
    expect(back.replies.map((reply) => reply.from?.type)).toEqual(['notice']);
    expect(chat.say('xin chào').replies.length).toBeGreaterThan(1); // greeted as anybody
  });
});

describe('an act that is refused', () => {
  it.each([
    ['a colleague has the conversation', (chat: Conversation) => chat.staff('tu', { type: 'takeOver' })],
    ['the answer is none', (chat: Conversation) => chat.staff('mai', answer('phone', { type: 'phone', e164: '12' }))],
    ['answers are missing', (chat: Conversation) => chat.staff('mai', { type: 'submit' })],
    ['there are no words', (chat: Conversation) => chat.staff('mai', { type: 'say', text: '  ' })],
  ])('changes nothing: %s', (_why, refused) => {
    const chat = atPhone();
    chat.staff('mai', { type: 'takeOver' });
    const { before, after, replies, act } = refused(chat);
    expect(act).toMatchObject({ type: 'refused' });
    expect(after).toEqual(before);
    expect(replies).toEqual([]);
  });
});

describe('who waits for a person', () => {
  const waits = ({ humanAskedAt, humanReason, humanRequest }: Session) => [humanAskedAt, humanReason, humanRequest];

  it('asks once, and keeps their place when they ask again', () => {
    const chat = atPhone();
    const first = chat.say('gặp nhân viên').event;
    const stands = [first.sentAt, 'asked', { id: first.id, told: false }];
    expect(waits(chat.session())).toEqual(stands);
    chat.wait(2 * HOUR);
    chat.say('gặp nhân viên');
    expect(waits(chat.session())).toEqual(stands);
  });

  it('is told once that nobody came, and only of the request that stands', () => {
    const chat = atPhone();
    const { id } = chat.say('gặp nhân viên').event;
    expect(chat.play({ type: 'unanswered', request: 'another' }).replies).toEqual([]);
    expect(chat.play({ type: 'unanswered', request: id }).replies).toHaveLength(1);
    expect(chat.play({ type: 'unanswered', request: id }).replies).toEqual([]);
    chat.staff('mai', { type: 'takeOver' });
    chat.staff('mai', { type: 'handBack', parting: '' });
    expect(chat.play({ type: 'unanswered', request: id }).replies).toEqual([]);
  });

  it('is not told of it while somebody is there', () => {
    const chat = atPhone();
    const { id } = chat.say('gặp nhân viên').event;
    chat.play({ type: 'control', kind: 'takenFromUs' });
    expect(chat.play({ type: 'unanswered', request: id }).replies).toEqual([]);
    expect(chat.session().humanAskedAt).not.toBeNull(); // nobody wrote yet
  });

  it.each([
    ['taken over', (chat: Conversation) => chat.staff('mai', { type: 'takeOver' }), null],
    ['assigned', (chat: Conversation) => chat.staff('mai', { type: 'assign', to: 'tu', toName: 'Tú' }), null],
    [
      'answered in the platform’s inbox',
      (chat: Conversation) => chat.play({ type: 'echo', messageId: 'm', text: 'Vâng', origin: 'staff' }),
      null,
    ],
    ['closed without a word', (chat: Conversation) => chat.staff('mai', { type: 'close' }), 'now'],
  ])('waits no more once it is %s', (_how, end, handled) => {
    const chat = atPhone();
    chat.say('gặp nhân viên');
    expect(end(chat).replies.filter((reply) => !reply.from)).toEqual([]);
    expect(waits(chat.session())).toEqual([null, null, null]);
    expect(chat.session().handledAt).toBe(handled && chat.now());
  });

  it('goes on waiting when it was perhaps a person who wrote', () => {
    const chat = atPhone();
    chat.say('gặp nhân viên');
    chat.play({ type: 'echo', messageId: 'm', text: 'Vâng', origin: 'unsure' });
    expect(chat.session().humanAskedAt).not.toBeNull();
  });

  it('is asked for by the bot after as many wrong answers as the campaign says', () => {
    const chat = atPhone(withSupport({ helpAfterMisses: 4 }));
    for (const text of ['a', 'b', 'c']) chat.say(text);
    expect(chat.session().humanAskedAt).toBeNull();
    chat.say('d');
    expect(chat.session()).toMatchObject({ humanReason: 'stuck', humanAskedAt: chat.now() });
  });
});

describe('what goes out of the account past the bot', () => {
  const auto = withSupport({ autoReplies: ['Cảm ơn bạn đã nhắn tin. Chúng tôi sẽ trả lời sớm.'] });

  it.each(['staff', 'unsure'] as const)('a text that the account sends by itself is no person: %s', (origin) => {
    const chat = atPhone(auto);
    const text = 'cảm ơn bạn đã nhắn tin.\n Chúng tôi sẽ trả lời sớm. ';
    chat.play({ type: 'echo', messageId: 'm', text, origin });
    expect(chat.session().owner).toEqual({ type: 'bot' });
  });

  it('an echo of the bot itself changes nothing', () => {
    const chat = atPhone();
    chat.play({ type: 'echo', messageId: 'm', text: 'Bước 2/8', origin: 'bot' });
    expect(chat.session().owner).toEqual({ type: 'bot' });
  });

  it('a doubtful one pauses the bot, each a little longer, and a person who writes ends the doubt', () => {
    const chat = atPhone(withSupport({ unsurePauseMs: HOUR }));
    const doubt = () => chat.play({ type: 'echo', messageId: 'm', text: '', origin: 'unsure' }).after.owner;
    const first = doubt();
    expect(first).toMatchObject({ how: 'unsure', since: chat.now(), until: chat.now() + HOUR });
    chat.wait(HOUR / 2);
    expect(doubt()).toMatchObject({
      how: 'unsure',
      since: (first as { since: number }).since,
      until: chat.now() + HOUR,
    });
    chat.play({ type: 'echo', messageId: 'm', text: 'Chị ơi', origin: 'staff', staff: 'p7' });
    expect(chat.session().owner).toMatchObject({ how: 'inbox', staff: 'p7', until: null });
    doubt();
    expect(chat.session().owner).toMatchObject({ how: 'inbox' });
  });

  it('a colleague in the console keeps the conversation when someone writes in the inbox too', () => {
    const chat = atPhone();
    chat.staff('mai', { type: 'takeOver' });
    chat.play({ type: 'echo', messageId: 'm', text: 'Chị ơi', origin: 'staff', staff: 'p7' });
    expect(chat.session().owner).toMatchObject({ how: 'console', staff: 'mai' });
    chat.play({ type: 'control', kind: 'passedToUs' });
    expect(chat.session().owner).toMatchObject({ how: 'console', staff: 'mai' });
  });
});

describe('answers given by staff', () => {
  it('a step that blocks does so for staff as well, in its own words', () => {
    const chat = atPhone(withStep('protected', (step) => ({ ...step, otherwise: 'block' }) as Step));
    chat.staff('mai', { type: 'takeOver' });
    const { act } = chat.staff('mai', answer('protected', { type: 'yesNo', yes: true }));
    expect(act).toMatchObject({ type: 'refused', why: 'invalid', text: expect.stringContaining('⚠') as string });
    expect(chat.staff('mai', answer('protected', { type: 'yesNo', yes: false })).act).toMatchObject({ type: 'done' });
  });

  it('a long text past its limit is refused with the place where it runs over', () => {
    const chat = atPhone();
    chat.staff('mai', { type: 'takeOver' });
    const parts = ['mot hai '.repeat(300)];
    const { act } = chat.staff('mai', answer('description', { type: 'longText', parts, done: true }));
    expect(act).toMatchObject({ why: 'invalid', text: expect.stringContaining('mot hai') as string });
  });

  it('files are those of the person alone, as they were stored', () => {
    const chat = atPhone();
    chat.staff('mai', { type: 'takeOver' });
    const items = [
      { kind: 'image' as const, url: 'https://cdn.example.test/a' },
      { kind: 'audio' as const, url: 'https://cdn.example.test/b' },
      { kind: 'sticker' as const },
    ];
    chat.play({ type: 'attachments', items, text: '' });
    const [picture, voice] = chat.session().sentFiles;
    const proof = (...ids: string[]) =>
      chat.staff('mai', answer('proof', { type: 'attachments', files: ids.map(file), links: [], done: true })).act;
    expect(proof('stranger')).toMatchObject({ why: 'invalid' });
    expect(proof(voice!.fileId)).toMatchObject({ why: 'invalid' });
    expect(proof(picture!.fileId, picture!.fileId)).toMatchObject({ after: { files: [picture] } });
    expect(proof(picture!.fileId)).toMatchObject({ type: 'done' }); // it stands in the draft now
  });

  it('an answer of another kind than the step’s is refused', () => {
    const chat = atPhone();
    chat.staff('mai', { type: 'takeOver' });
    for (const step of ['consent', 'name', 'phone', 'unit', 'group', 'description', 'applied', 'proof']) {
      const value: Answer = step === 'name' ? { type: 'choice', code: 'x' } : { type: 'text', text: 'x' };
      expect(chat.staff('mai', answer(step, value)).act).toMatchObject({ why: 'invalid' });
    }
  });

  it('what they filled in is not overwritten by what is known from the last time', () => {
    const chat = atPhone();
    const rest = [
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
      'bỏ qua',
    ];
    for (const text of [...rest, 'nộp', 'nộp thêm']) chat.say(text);
    expect(chat.session().ask).toEqual({ type: 'reuseProfile' });
    chat.staff('mai', { type: 'takeOver' });
    chat.staff('mai', answer('phone', { type: 'phone', e164: '0987654321' }));
    const { replies } = chat.staff('mai', { type: 'handBack', parting: '' });
    expect(chat.session().ask).toBeNull();
    expect(replies.at(-1)?.text).toContain('Bước 1/8');
    chat.say('dùng lại');
    expect(chat.session().drafts[ONE]?.answers['phone']).toEqual({ type: 'phone', e164: '+84987654321' });
  });
});

describe('time', () => {
  it('never ends what staff own or what someone waits for', () => {
    const engine = makeEngine(theWorld());
    const contact = contactId('zalo', '37', '81');
    const event = {
      type: 'echo',
      id: eventId('zalo', 'm1'),
      contact,
      sentAt: START,
      messageId: 'm1',
      text: 'Chào anh',
      origin: 'staff',
    } as const;
    const { session } = engine.turn(null, event, START);
    expect(engine.keepFor(session, START)).toBeGreaterThan(365 * 24 * HOUR);
  });
});
