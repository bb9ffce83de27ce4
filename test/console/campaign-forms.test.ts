import { describe, expect, it } from 'vitest';
import { partsOf, readInstant, readTime, toFileInstant } from '../../src/console/page/campaigns/instant.ts';
import { merge } from '../../src/console/page/campaigns/merge.ts';
import { freeCode, withoutQuestion, withQuestion } from '../../src/console/page/campaigns/questions.ts';
import type { IntakeFile } from '../../src/content/schemas.ts';

describe('an instant in Vietnam', () => {
  it.each([
    ['31/5/2022', '24:00', '2022-06-01T00:00:00+07:00'],
    ['31/5/2022', '24h00', '2022-06-01T00:00:00+07:00'],
    ['31/12/2022', '24h', '2023-01-01T00:00:00+07:00'],
    ['1/6/2022', '7h', '2022-06-01T07:00:00+07:00'],
    ['1/6/2022', '7g30', '2022-06-01T07:30:00+07:00'],
    ['1/6/2022', '00:00', '2022-06-01T00:00:00+07:00'],
    ['20/4/2021', '23.55', '2021-04-20T23:55:00+07:00'],
    ['29/2/2024', '17', '2024-02-29T17:00:00+07:00'],
  ])('%s at %s is %s', (date, time, instant) => {
    expect(readInstant({ date, time })).toBe(instant);
  });

  it.each([
    ['31/2/2022', '07:00'],
    ['29/2/2023', '07:00'],
    ['', '07:00'],
    ['1/6/2022', ''],
    ['1/6/2022', '24:01'],
    ['1/6/2022', '25:00'],
    ['1/6/2022', '7:60'],
    ['1/6/2022', 'bảy giờ'],
    ['2022-06-01', '07:00'],
    ['1/13/2022', '07:00'],
    ['1/6/22', '07:00'],
  ])('%s at %s is none', (date, time) => {
    expect(readInstant({ date, time })).toBeNull();
  });

  it('a closing at midnight is written as 24:00 of the day that ends, an opening as 00:00 of the day that begins', () => {
    const midnight = Date.parse('2022-06-01T00:00:00+07:00');
    expect(partsOf(midnight, 'closes')).toEqual({ date: '31/05/2022', time: '24:00' });
    expect(partsOf(midnight, 'opens')).toEqual({ date: '01/06/2022', time: '00:00' });
  });

  it('every hour of a year is read back as it was written, whichever way', () => {
    const start = Date.parse('2024-01-01T00:00:00+07:00');
    for (let hour = 0; hour < 366 * 24; hour += 1) {
      const at = start + hour * 3_600_000;
      for (const kind of ['opens', 'closes'] as const) expect(readInstant(partsOf(at, kind))).toBe(toFileInstant(at));
    }
  });

  it('an hour alone is a time, a word is none', () => {
    expect([readTime(' 7h '), readTime('24:00'), readTime('h30')]).toEqual([
      { hours: 7, minutes: 0 },
      { hours: 24, minutes: 0 },
      null,
    ]);
  });
});

describe('two organizers who change one campaign', () => {
  const base = {
    phases: [
      { id: 'a', opensAt: '1', closesAt: '2' },
      { id: 'b', opensAt: '3', closesAt: '4' },
    ],
    deadlines: [{ unit: '84', phase: 'a', closesAt: '2' }],
    contacts: [{ vi: 'một', en: 'one' }],
    name: { vi: 'tên', en: 'name' },
    countedUntil: '9' as string | null,
  };

  it('both changes stay where they lie apart', () => {
    const mine = { ...base, phases: base.phases.map((one) => (one.id === 'a' ? { ...one, closesAt: '2.5' } : one)) };
    const theirs = {
      ...base,
      phases: [
        ...base.phases.map((one) => (one.id === 'a' ? { ...one, opensAt: '0' } : one)),
        { id: 'c', opensAt: '5', closesAt: '6' },
      ],
      countedUntil: null,
    };
    const { value, overlaps } = merge(base, mine, theirs);
    expect(overlaps).toEqual([]);
    expect(value.phases.map(({ id, opensAt, closesAt }) => [id, opensAt, closesAt])).toEqual([
      ['a', '0', '2.5'],
      ['b', '3', '4'],
      ['c', '5', '6'],
    ]);
    expect(value.countedUntil).toBeNull();
  });

  it('where both changed the same, mine is kept and it is said', () => {
    const mine = {
      ...base,
      name: { vi: 'của tôi', en: 'mine' },
      contacts: [...base.contacts, { vi: 'hai', en: 'two' }],
    };
    const theirs = { ...base, name: { vi: 'của họ', en: 'name' }, contacts: [] };
    const { value, overlaps } = merge(base, mine, theirs);
    expect(overlaps.toSorted()).toEqual(['contacts', 'name.vi']);
    expect(value.name).toEqual({ vi: 'của tôi', en: 'mine' });
    expect(value.contacts).toHaveLength(2);
  });

  it('what they removed and I left alone is gone; what I removed and they changed is told', () => {
    const without = { ...base, deadlines: [] };
    expect(merge(base, base, without).value.deadlines).toEqual([]);
    const changed = { ...base, deadlines: [{ unit: '84', phase: 'a', closesAt: '7' }] };
    const { value, overlaps } = merge(base, without, changed);
    expect([value.deadlines, overlaps]).toEqual([[], ['deadlines.84/a']]);
  });

  it('changes that say the same are one change', () => {
    const one = { ...base, countedUntil: '8' };
    expect(merge(base, one, structuredClone(one))).toEqual({ value: one, overlaps: [] });
  });
});

describe('questions of eligibility', () => {
  const text = (id: string, part: number) =>
    ({ id, type: 'text', reader: 'plain', field: id, part, max: 10, text: `steps.${id}` }) as const;
  const yesNo = (id: string, part: number) =>
    ({ id, type: 'yesNo', field: id, part, expect: true, otherwise: 'warn', text: `steps.${id}` }) as const;
  const proof = (part: number) =>
    ({
      id: 'proof',
      type: 'attachments',
      field: 'proof',
      part,
      maxFiles: 1,
      maxMegabytes: 1,
      types: ['pdf'],
      linkHosts: [],
      text: 'steps.proof',
    }) as IntakeFile['steps'][number];
  const form = (...steps: IntakeFile['steps']): IntakeFile => ({
    version: '1',
    steps: [
      { id: 'consent', type: 'consent', text: 'steps.consent' },
      ...steps,
      { id: 'review', type: 'review', text: 'steps.review' },
    ],
  });
  const order = ({ steps }: IntakeFile) => steps.map((step) => ('part' in step ? `${step.id} ${step.part}` : step.id));

  it('a new one stands behind the others and shares their part', () => {
    expect(order(withQuestion(form(text('title', 1), yesNo('applied', 2), proof(3)), 'own1'))).toEqual([
      'consent',
      'title 1',
      'applied 2',
      'own1 2',
      'proof 3',
      'review',
    ]);
  });

  it('the first one stands before the proof in a part of its own, and without a proof at the end', () => {
    expect(order(withQuestion(form(text('title', 1), proof(2)), 'own1'))).toEqual([
      'consent',
      'title 1',
      'own1 2',
      'proof 3',
      'review',
    ]);
    expect(order(withQuestion(form(text('title', 1)), 'own1'))).toEqual(['consent', 'title 1', 'own1 2', 'review']);
  });

  it('where the last one of a part is removed, the parts behind it are counted anew', () => {
    expect(order(withoutQuestion(form(text('title', 1), yesNo('applied', 2), proof(3)), 'applied'))).toEqual([
      'consent',
      'title 1',
      'proof 2',
      'review',
    ]);
  });

  it('a new group has a code of its own, made of its name', () => {
    expect(freeCode('Lực lượng vũ trang', [])).toBe('luc-luong-vu-trang');
    expect(freeCode('Đoàn viên', ['doan-vien', 'doan-vien-2'])).toBe('doan-vien-3');
    expect(freeCode('…', [])).toBe('nhom');
  });
});
