import fc from 'fast-check';
import { expect, it } from 'vitest';
import { contactId } from '../../src/core/contact.ts';
import { eventId, type InboundEvent } from '../../src/core/event.ts';
import type { EntrySubmission } from '../../src/core/entry.ts';
import { sessionSchema, type Draft, type Session } from '../../src/core/session.ts';
import { makeEngine } from '../../src/engine/engine.ts';
import type { Flow, World } from '../../src/engine/flow.ts';
import { joinParts } from '../../src/engine/readers/long-text.ts';
import { countChars } from '../../src/engine/readers/fold.ts';
import { makeShell } from '../support/shell.ts';
import { changedWorld, otherWorlds, theWorld, worldWith } from '../support/world.ts';

const ONE = '01-trieu-sang-kien';
const AT = Date.parse('2022-05-28T08:00:00+07:00');
const contact = contactId('zalo', '9000000000000000001', '1');
const { optionGone, shorter, noDescription, barred, merged, unmerged } = otherWorlds() as Record<string, World>;
const worlds = [theWorld(), changedWorld(), optionGone, shorter, noDescription, barred, merged, unmerged].flatMap(
  (world) => world ?? [],
);
worlds.push(
  worldWith(ONE, ({ intake }) => ({
    intake: { ...intake, steps: intake.steps.filter(({ type }) => type !== 'attachments') },
  })),
);

/** What a worker usually says at each step, so that many walks come to an end. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  consent: ['đồng ý'],
  name: ['Trần Thị Bình'],
  phone: ['0912 345 678'],
  unit: ['tra vinh', 'cang long', '2', 'vinh long'],
  group: ['2', '5', 'công chức'],
  team: ['Tổ may 3'],
  title: ['Giá đỡ xoay'],
  description: ['Làm giá đỡ xoay giúp đổi rập nhanh hơn, mỗi ca tiết kiệm 20 phút.', 'xong', 'giữ phần này', 'xong'],
  applied: ['rồi', 'chưa', 'rồi'],
  recognised: ['rồi', 'chưa'],
  protected: ['không'],
  proof: ['bỏ qua', '[file]'],
  review: ['nộp', 'nộp', 'sửa 6', 'sửa 4'],
};
const turnOf = fc.record({
  // another version is published every few messages
  world: fc.oneof({ weight: 5, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(worlds.length - 1) }),
  pick: fc.nat(11),
});

/** One person; what they send is looked at against the questions as they are then. */
function person() {
  const shell = makeShell();
  let session: Session | null = null;
  let n = 0;
  /** How often they were at a question, by step. */
  const visits = new Map<string, number>();
  const play = (world: World, event: InboundEvent, at: number): void => {
    const engine = makeEngine(world);
    let result = engine.turn(session, event, at);
    const { tasks } = result;
    while (result.request) {
      const { request } = result;
      if (request.type === 'submitEntry') expectToFit(world.flows.get(ONE)!, request.entry);
      result = engine.resume(result.session, event, at, request, shell.answer(request));
    }
    session = sessionSchema.parse(JSON.parse(JSON.stringify(result.session)));
    for (const task of tasks) {
      if (task.type !== 'fetchFiles') continue;
      const outcome = {
        type: 'stored',
        fileId: task.request,
        name: 'a.pdf',
        mime: 'application/pdf',
        size: 9,
      } as const;
      const outcomes = [{ ...outcome, sha256: 'x' }];
      play(
        world,
        { ...event, id: eventId('zalo', `f${n}`), type: 'filesFetched', request: task.request, outcomes },
        at,
      );
    }
  };
  return {
    sent: () => shell.entries().length,
    /** Says the `pick`th of what is usual at the question that is open; null = the next one of it. */
    say(world: World, pick: number | null): void {
      const draft: Draft | undefined = (session as Session | null)?.drafts[ONE];
      const usual = USUAL[draft?.step ?? ''] ?? ['xin chào', 'nộp thêm', '1TR-84'];
      const step = draft?.step ?? '';
      if (pick === null) visits.set(step, (visits.get(step) ?? -1) + 1);
      const text = usual[(pick ?? visits.get(step) ?? 0) % usual.length] ?? '';
      const at = AT + (n += 1) * 60_000;
      const base = { id: eventId('zalo', `m${n}`), contact, sentAt: at };
      const items = [{ kind: 'file' as const, url: 'https://cdn.example.test/a.pdf' }];
      play(
        world,
        text === '[file]' ? { ...base, type: 'attachments', text: '', items } : { ...base, type: 'text', text },
        at,
      );
    },
  };
}

it('whatever is published between two messages: nothing breaks, what is sent fits the questions as they are then, and all come to an end', () => {
  fc.assert(
    fc.property(fc.array(turnOf, { minLength: 10, maxLength: 40 }), (turns) => {
      const { say, sent } = person();
      let world = worlds[0]!;
      for (const { world: next, pick } of turns) {
        world = worlds[next] ?? world;
        say(world, pick);
      }
      const before = sent();
      for (let n = 0; n < 120 && sent() === before; n += 1) say(world, null);
      expect(sent()).toBe(before + 1);
    }),
    { numRuns: 60 },
  );
});

/** Every question that is asked of them is answered as it stands now, and nothing else is told. */
function expectToFit(flow: Flow, { answers }: EntrySubmission): void {
  const asked = flow.steps.filter(({ field }) => field !== '');
  expect(Object.keys(answers).toSorted()).toEqual(asked.map(({ field }) => field).toSorted());
  for (const step of asked) {
    const answer = answers[step.field];
    if (step.type === 'longText' && answer?.type === 'longText')
      expect(countChars(joinParts(answer.parts))).toBeLessThanOrEqual(step.max);
    else if (step.type === 'choice' && answer?.type === 'choice')
      expect(step.options.map(({ code }) => code)).toContain(answer.code);
    else if (step.type === 'yesNo' && step.otherwise === 'block')
      expect(answer).toEqual({ type: 'yesNo', yes: step.expect });
    else if (step.type === 'unit' && answer?.type === 'unit')
      expect(answer.path).toEqual(flow.campaign.units.pathOf(answer.path.at(-1) ?? ''));
  }
}
