import { describe, expect, it } from 'vitest';
import { phaseAt, phasesFor } from '../../src/core/campaign.ts';
import { makeEngine } from '../../src/engine/engine.ts';
import type { Session } from '../../src/core/session.ts';
import type { World } from '../../src/engine/flow.ts';
import { contactId } from '../../src/core/contact.ts';
import { eventId } from '../../src/core/event.ts';
import { liveWorld } from '../../src/content/live-world.ts';
import { otherWorlds, theWorld, worldWith } from '../support/world.ts';

const at = (text: string): number => Date.parse(`${text}+07:00`);
const ONE = '01-trieu-sang-kien';
const PEAK = '75-nghin-sang-kien';
type Name = 'byUnit' | 'shut' | 'prolonged' | 'merged';
const { byUnit, shut, prolonged, merged } = otherWorlds() as Record<Name, World>;
/** Prolonged to the end of May, as it was in fact, while Đồng Tháp keeps its own end. Source: domain.md §3.1. */
const may = worldWith(PEAK, ({ file }) => ({
  file: { ...file, phases: file.phases.map((phase) => ({ ...phase, closesAt: '2021-06-01T00:00:00+07:00' })) },
}));

/** The session of someone who filled in everything and stands at the review, written down. */
function atReview(world: World, campaign: string, units: string[], instant: number): Session {
  const flow = world.flows.get(campaign)!;
  const contact = contactId('zalo', '9000000000000000001', '1');
  const start = makeEngine(world).turn(
    null,
    { id: eventId('zalo', 'm1'), contact, sentAt: instant, type: 'text', text: 'xin chào' },
    instant,
  ).session;
  const answers = {
    name: { type: 'text' as const, text: 'Trần Thị Bình' },
    phone: { type: 'phone' as const, e164: '+84912345678' },
    unit: { type: 'unit' as const, path: units, other: '' },
    group: { type: 'choice' as const, code: campaign === ONE ? 'cong-nhan' : 'co-quan' },
    title: { type: 'text' as const, text: 'Giá đỡ xoay' },
    description: { type: 'longText' as const, parts: ['Đổi rập nhanh hơn'], done: true },
    applied: { type: 'yesNo' as const, yes: true },
    recognised: { type: 'yesNo' as const, yes: true },
    protected: { type: 'yesNo' as const, yes: false },
    proof: { type: 'attachments' as const, files: [], links: [], done: true },
  };
  const asked = new Set(flow.steps.map(({ field }) => field));
  return {
    ...start,
    consentAt: instant,
    campaign,
    ask: null,
    drafts: {
      [campaign]: {
        ...(start.drafts[campaign] ?? Object.values(start.drafts)[0]!),
        campaign,
        flowVersion: flow.version,
        step: 'review',
        answers: Object.fromEntries(Object.entries(answers).filter(([field]) => asked.has(field))),
      },
    },
  };
}

/** What “nộp” comes to at this instant: the phase it is taken in, with a star when outside the count; else null. */
function submitted(world: World, campaign: string, units: string[], instant: number): string | null {
  const session = atReview(world, campaign, units, instant - 3_600_000);
  const { request } = makeEngine(world).turn(
    session,
    { id: eventId('zalo', 'm2'), contact: session.contact as never, sentAt: instant, type: 'text', text: 'nộp' },
    instant,
  );
  if (request?.type !== 'submitEntry') return null;
  return request.entry.phase + (request.entry.outsideCount ? '*' : '');
}

// Sources: domain.md §3.2, §11 rows 2, 3, 5.
describe('an entry is taken', () => {
  const CASES: [string, World, string, string[], string, string | null][] = [
    ['before 7h00 08/01/2022', theWorld(), ONE, ['84', '844'], '2022-01-08T06:59:59.999', null],
    ['from 7h00 08/01/2022', theWorld(), ONE, ['84', '844'], '2022-01-08T07:00:00', 'dot-1'],
    ['until before 24h00 31/5/2022', theWorld(), ONE, ['84', '844'], '2022-05-31T23:59:59.999', 'dot-1'],
    ['not at 0h00 01/6/2022', theWorld(), ONE, ['84', '844'], '2022-06-01T00:00:00', null],
    ['nor until before 7h00', theWorld(), ONE, ['84', '844'], '2022-06-01T06:59:59.999', null],
    ['from 7h00 01/6/2022 in the next phase', theWorld(), ONE, ['84', '844'], '2022-06-01T07:00:00', 'dot-2'],
    ['counted until before 24h00 31/8/2023', theWorld(), ONE, ['84', '844'], '2023-08-31T23:59:59.999', 'dot-2'],
    ['outside the count from then on', theWorld(), ONE, ['84', '844'], '2023-09-01T00:00:00', 'dot-2*'],
    ['until before 24h00 01/9/2023', theWorld(), ONE, ['84', '844'], '2023-09-01T23:59:59.999', 'dot-2*'],
    ['and no more after it', theWorld(), ONE, ['84', '844'], '2023-09-02T00:00:00', null],
    ['of Đồng Tháp until before 24h00 10/4', byUnit, PEAK, ['87', '873'], '2021-04-10T23:59:59.999', 'cao-diem'],
    ['and of Đồng Tháp no more after it', byUnit, PEAK, ['87', '873'], '2021-04-11T00:00:00', null],
    ['not before 10/3/2021', theWorld(), PEAK, ['75'], '2021-03-09T23:59:59.999', null],
    ['from 0h00 10/3/2021', theWorld(), PEAK, ['75'], '2021-03-10T00:00:00', 'cao-diem'],
    ['while of Đồng Nai still', byUnit, PEAK, ['75'], '2021-04-11T00:00:00', 'cao-diem'],
    ['until before 24h00 20/4', byUnit, PEAK, ['75'], '2021-04-20T23:59:59.999', 'cao-diem'],
    ['and then of nobody', byUnit, PEAK, ['75'], '2021-04-21T00:00:00', null],
    ['until before 23h55 where it closes then', shut, PEAK, ['75'], '2021-04-20T23:54:59.999', 'cao-diem'],
    ['and not in the last five minutes of the day', shut, PEAK, ['75'], '2021-04-20T23:55:00', null],
    ['again after it was prolonged', prolonged, PEAK, ['75'], '2021-04-20T23:55:00', 'cao-diem'],
    ['on the next day too', prolonged, PEAK, ['75'], '2021-04-21T00:00:00', 'cao-diem'],
    ['until the new end', prolonged, PEAK, ['75'], '2021-04-30T23:59:59.999', 'cao-diem'],
    ['and not after that', prolonged, PEAK, ['75'], '2021-05-01T00:00:00', null],
    ['until the end of May', may, PEAK, ['75'], '2021-05-31T23:59:59.999', 'cao-diem'],
    ['and not in June', may, PEAK, ['75'], '2021-06-01T00:00:00', null],
    ['of Đồng Tháp by its own end, whatever is prolonged for others', may, PEAK, ['87'], '2021-04-11T00:00:00', null],
    ['of a merged province as of the one it became', merged, ONE, ['84', '844'], '2022-06-01T07:00:00', 'dot-2'],
  ];
  it.each(CASES)('%s', (_name, world, campaign, units, instant, phase) => {
    expect(submitted(world, campaign, units, at(instant))).toBe(phase);
  });
});

it('papers count when they are dated before 24h00 31/8/2023, the instant up to which entries count', () => {
  const { papersDatedUntil, countedUntil } = theWorld().flows.get(ONE)!.campaign;
  expect([papersDatedUntil, countedUntil]).toEqual([at('2023-09-01T00:00:00'), at('2023-09-01T00:00:00')]);
});

describe('the dates of a unit', () => {
  const campaign = worldWith(PEAK, ({ file }) => ({
    file: {
      ...file,
      deadlines: [
        { unit: '87', phase: 'cao-diem', closesAt: '2021-04-11T00:00:00+07:00' },
        { unit: '873', phase: 'cao-diem', closesAt: '2021-04-15T00:00:00+07:00' },
        { unit: '873', phase: 'cao-diem-2', closesAt: '2021-04-15T00:00:00+07:00' },
        { unit: '84', phase: 'cao-diem', opensAt: '2021-03-15T00:00:00+07:00' },
      ],
    },
  })).flows.get(PEAK)!.campaign;
  const dates = (...units: string[]) => phasesFor(campaign, units).map(({ opensAt, closesAt }) => [opensAt, closesAt]);
  const [opens, closes] = [at('2021-03-10T00:00:00'), at('2021-04-21T00:00:00')];

  it('are those of the deepest unit that has its own', () => {
    expect(dates('87', '866')).toEqual([[opens, at('2021-04-11T00:00:00')]]);
    expect(dates('87', '873')).toEqual([[opens, at('2021-04-15T00:00:00')]]);
  });
  it('change only what they name', () => {
    expect(dates('84', '844')).toEqual([[at('2021-03-15T00:00:00'), closes]]);
    expect(phaseAt(phasesFor(campaign, ['84']), opens).type).toBe('before');
  });
  it('are those of all for whoever told no unit, or one that nobody knows', () => {
    expect(dates()).toEqual([[opens, closes]]);
    expect(dates('ZZ')).toEqual([[opens, closes]]);
  });
});

describe('a world that is replaced', () => {
  it('is the new one for the very next turn, with all that belongs to it, and the old one until then', () => {
    const own = (n: number): World =>
      worldWith(PEAK, ({ file }) => ({
        version: n,
        file: {
          ...file,
          texts: {
            vi: { [`steps.name.prompt`]: `Câu ${n}` },
            en: { [`steps.name.prompt`]: `Question ${n}` },
          },
        },
      }));
    const { world, replace } = liveWorld(byUnit);
    const engine = makeEngine(world);
    const instant = at('2021-04-01T08:00:00');
    for (const n of [1, 2, 3]) {
      const session = { ...atReview(world, PEAK, ['84'], instant) };
      const draft = session.drafts[PEAK]!;
      session.drafts = { [PEAK]: { ...draft, step: 'name' } };
      const heldFlow = world.flows.get(PEAK);
      replace(own(n));
      expect(world.flows.get(PEAK)).not.toBe(heldFlow);
      const { replies } = engine.turn(
        session,
        {
          id: eventId('zalo', `r${n}`),
          contact: session.contact as never,
          sentAt: instant,
          type: 'text',
          text: 'xin chào',
        },
        instant,
      );
      expect(replies.map(({ text }) => text).join('\n')).toContain(`Câu ${n}`);
    }
  });
});
