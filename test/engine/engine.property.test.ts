import fc from 'fast-check';
import { expect, it } from 'vitest';
import { renderMessenger } from '../../src/channels/messenger/render.ts';
import { renderZalo } from '../../src/channels/zalo/render.ts';
import { contactId } from '../../src/core/contact.ts';
import { eventId, type Attachment, type FileOutcome, type InboundEvent } from '../../src/core/event.ts';
import type { Option, Reply } from '../../src/core/reply.ts';
import type { Task } from '../../src/core/request.ts';
import { sessionSchema, type Session } from '../../src/core/session.ts';
import { makeEngine } from '../../src/engine/engine.ts';
import { makeShell } from '../support/shell.ts';
import { theWorld } from '../support/world.ts';

const engine = makeEngine(theWorld());
const contact = contactId('messenger', '108845271234567', '24681357908642097');
const START = Date.parse('2022-05-28T08:00:00+07:00');

/** What a person may do next; taps pick among the buttons seen so far. */
type Step =
  | { do: 'say'; text: string }
  | { do: 'tap'; pick: number; old: boolean }
  | { do: 'send'; kinds: Attachment['kind'][]; text: string }
  | { do: 'open'; ref: string | null }
  | { do: 'again' }
  | { do: 'wait'; hours: number };

const USEFUL = (
  'xin chào|đồng ý|có|không|Trần Thị Bình|0912345678|tra vinh|càng long|y tế|1|2|9|Giá đỡ xoay|xong|bỏ qua|nộp|sửa 2|sửa|' +
  'quay lại|hủy|làm lại|trạng thái|hướng dẫn|gặp nhân viên|english|tiếng việt|nộp thêm|sửa hồ sơ|rút hồ sơ|xóa dữ liệu|' +
  'xem thêm|không có trong danh sách|1TR-84|75N-844|viết lại|giữ phần này|để sau|#1:yes|#zz:u:84|#menu:status|' +
  'https://drive.google.com/file/d/abc/view'
)
  .split('|')
  .concat('x'.repeat(2100), '\u200b', '\ud800', '😀');

const kind = fc.constantFrom<Attachment['kind'][]>('image', 'file', 'sticker', 'audio', 'location', 'link', 'unknown');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('say' as const), text: fc.constantFrom(...USEFUL) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('say' as const), text: fc.string({ unit: 'binary', maxLength: 300 }) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('tap' as const), pick: fc.nat(20), old: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      kinds: fc.array(kind, { maxLength: 4 }),
      text: fc.constantFrom('', 'kèm chữ'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('open' as const), ref: fc.constantFrom(null, '1TR-84', '75N', 'nonsense') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('again' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 3000 }) }) },
);

/** One person, whose session goes through JSON and its schema after every turn. */
function person() {
  const shell = makeShell();
  let session: Session | null = null;
  let at = START;
  let count = 0;
  let last: InboundEvent | null = null;
  const seen: Option[] = [];
  let latest: readonly Option[] = [];
  const base = () => ({ id: eventId('messenger', `m${++count}`), contact, sentAt: (at += 5_000) });

  function play(event: InboundEvent): Reply[] {
    last = event;
    let result = engine.turn(session, event, at);
    const said = [...result.replies];
    const tasks = [...result.tasks];
    for (let guard = 0; result.request; guard++) {
      expect(guard).toBeLessThan(3);
      result = engine.resume(result.session, event, at, result.request, shell.answer(result.request));
      said.push(...result.replies);
      tasks.push(...result.tasks);
    }
    const json = JSON.stringify(result.session);
    session = sessionSchema.parse(JSON.parse(json));
    expect(JSON.stringify(session)).toBe(json);
    expect(json.length).toBeLessThan(200_000);
    said.forEach(checkReply);
    for (const { options } of said) {
      seen.push(...options);
      if (options.length > 0) latest = options;
    }
    for (const task of tasks) {
      if (task.type === 'fetchFiles')
        play({ ...base(), type: 'filesFetched', request: task.request, outcomes: fetched(task) });
    }
    return said;
  }

  return {
    shell,
    say: (text: string) => play({ ...base(), type: 'text', text }),
    do(next: Step): void {
      switch (next.do) {
        case 'say':
          play({ ...base(), type: 'text', text: next.text });
          return;
        case 'tap': {
          const from = next.old ? seen : latest;
          const option = from[next.pick % Math.max(1, from.length)];
          if (option) play({ ...base(), type: 'quickReply', payload: option.payload, title: option.short });
          return;
        }
        case 'send': {
          const items = next.kinds.map((what) => ({ kind: what, url: 'https://cdn.example.test/a' }));
          play({ ...base(), type: 'attachments', text: next.text, items });
          return;
        }
        case 'open':
          play({ ...base(), type: 'opened', how: 'referral', ...(next.ref === null ? {} : { ref: next.ref }) });
          return;
        case 'again':
          if (last) play(last);
          return;
        case 'wait':
          at += next.hours * 3_600_000;
      }
    },
  };
}

function checkReply(reply: Reply): void {
  expect(reply.text.trim()).not.toBe('');
  for (const { payload } of reply.options) expect(payload.length).toBeLessThanOrEqual(200);
  expect(renderZalo(reply, 'on').length).toBeGreaterThan(0);
  expect(renderMessenger(reply).length).toBeGreaterThan(0);
}

const fetched = (task: Extract<Task, { type: 'fetchFiles' }>): FileOutcome[] =>
  task.items.map((_, i) =>
    i % 3 === 2
      ? { type: 'unreachable', name: 'a.jpg' }
      : {
          type: 'stored',
          fileId: `${task.request}-${i}`,
          name: 'a.jpg',
          mime: 'image/jpeg',
          size: 9,
          sha256: 'f'.repeat(64),
        },
  );

it('after any sequence of events the session serialises, validates and still has a way forward', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const worker = person();
      for (const next of steps) worker.do(next);
      expect(worker.say('xin chào').length).toBeGreaterThan(0);
      const drafts = new Set(worker.shell.entries().map((kept) => kept.entry.draftId));
      expect(drafts.size).toBe(worker.shell.entries().length);
    }),
    { numRuns: 300 },
  );
});

it('the same events give the same conversation, and the session handed in is not touched', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...USEFUL), { maxLength: 30 }), (texts) => {
      const run = (): string => {
        const shell = makeShell();
        let session: Session | null = null;
        const said: string[] = [];
        for (const [index, text] of texts.entries()) {
          const event: InboundEvent = { type: 'text', id: eventId('zalo', `m${index}`), contact, sentAt: index, text };
          const at = START + index * 1000;
          const before: string = JSON.stringify(session);
          let result = engine.turn(session, event, at);
          expect(JSON.stringify(session)).toBe(before);
          while (result.request) {
            said.push(...result.replies.map((r) => r.text));
            result = engine.resume(result.session, event, at, result.request, shell.answer(result.request));
          }
          said.push(...result.replies.map((r) => r.text));
          session = result.session;
        }
        return JSON.stringify([said, session]);
      };
      expect(run()).toBe(run());
    }),
    { numRuns: 100 },
  );
});
