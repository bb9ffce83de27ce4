import { describe, expect, it } from 'vitest';
import { diffOf } from '../../src/content/differences.ts';
import { effectsOf } from '../../src/content/effects.ts';
import { checkPublished, readStored, type PublishedCampaign } from '../../src/content/published.ts';
import { writeUnitRows } from '../../src/content/unit-rows.ts';
import { theContent } from '../support/world.ts';

const { campaigns, texts } = theContent();
const PEAK = campaigns.get('75-nghin-sang-kien')!;
const codes = new Map([...campaigns].map(([id, { file }]) => [id, file.code]));
const at = (text: string) => Date.parse(`${text}+07:00`);
const END = at('2021-04-21T00:00:00');

const changed = (change: (copy: PublishedCampaign) => void): PublishedCampaign => {
  const copy = structuredClone(PEAK);
  change(copy);
  return copy;
};
const prolonged = changed(({ file }) => void (file.phases[0]!.closesAt = '2021-05-01T00:00:00+07:00'));

describe('a campaign that goes through JSON and CSV', () => {
  it('is the same, without a fault and without a difference', () => {
    const stored = { ...PEAK, by: { id: 'a', name: 'b' }, units: writeUnitRows(PEAK.units) };
    const back = readStored(JSON.parse(JSON.stringify(stored)) as typeof stored);
    expect(diffOf(PEAK, back)).toEqual([]);
    expect(checkPublished(back, { texts, codes })).toEqual([]);
  });
  it('of another form is refused by name', () => {
    const stored = { ...PEAK, file: { ...PEAK.file, motto: '' }, by: { id: 'a', name: 'b' }, units: '' };
    expect(() => readStored(stored)).toThrow(expect.objectContaining({ code: 'content.invalid' }));
  });
});

describe('what differs', () => {
  it('is named by the id, code, or unit and phase of what it is in', () => {
    const other = changed((copy) => {
      const { file, intake } = copy;
      file.phases[0]!.closesAt = '2021-05-01T00:00:00+07:00';
      file.deadlines = [{ unit: '84', phase: 'cao-diem', closesAt: '2021-05-05T00:00:00+07:00' }];
      const group = intake.steps.find((step) => step.type === 'choice')!;
      if (group.type === 'choice') group.options[0]!.label.vi = 'Doanh nghiệp khác';
      copy.units = copy.units.map((row, n) => (n === 0 ? { ...row, name: 'LĐLĐ thành phố Hà Nội mới' } : row));
    });
    expect(diffOf(PEAK, other).map(({ path }) => path)).toEqual([
      'phases.cao-diem.closesAt',
      'deadlines.87/cao-diem',
      'deadlines.84/cao-diem',
      'intake.steps.group.options.doanh-nghiep.label.vi',
      'units.01.name',
    ]);
    expect(diffOf(PEAK, other)[0]).toMatchObject({ before: PEAK.file.phases[0]!.closesAt });
  });
});

describe('what publishing does', () => {
  it('tells a prolongation, and whom it lets in again; a unit with its own end is as it was', () => {
    const none = { reopened: [], closed: [], steps: { added: [], removed: [], changed: [] } };
    const moved = { phase: 'cao-diem', unit: null };
    expect(effectsOf(PEAK, prolonged, END - 1)).toMatchObject({ ...none, deadlines: [moved] });
    expect(effectsOf(PEAK, prolonged, END)).toMatchObject({ reopened: [moved], closed: [] });
    expect(effectsOf(prolonged, PEAK, END)).toMatchObject({ reopened: [], closed: [moved] });
  });
  it('tells a unit whose own end is taken away', () => {
    const equal = changed(({ file }) => void (file.deadlines = []));
    const [own] = effectsOf(PEAK, equal, at('2021-04-15T00:00:00')).deadlines;
    expect(own).toEqual({
      phase: 'cao-diem',
      unit: '87',
      before: { opensAt: at('2021-03-10T00:00:00'), closesAt: at('2021-04-11T00:00:00') },
      after: { opensAt: at('2021-03-10T00:00:00'), closesAt: END },
    });
    expect(effectsOf(PEAK, equal, at('2021-04-15T00:00:00')).reopened).toEqual([{ phase: 'cao-diem', unit: '87' }]);
  });
  it('counts questions and units', () => {
    const other = changed((copy) => {
      copy.intake.steps = copy.intake.steps.filter(({ id }) => id !== 'title');
      copy.units = copy.units
        .filter(({ code }) => code !== '842')
        .map((row) => (row.code === '84' ? { ...row, validTo: '2025-07-01', successor: '86' } : row));
    });
    expect(effectsOf(PEAK, other, END)).toMatchObject({
      steps: { added: [], removed: ['title'], changed: [] },
      units: { added: 0, changed: 0, ended: 1, removed: 1 },
    });
  });
});

describe('what may not be published', () => {
  const told = (change: (copy: PublishedCampaign) => void) =>
    checkPublished(changed(change), { texts, codes }).map(({ path, code }) => `${path} ${code}`);
  it.each<[string, (copy: PublishedCampaign) => void, string]>([
    ['no phase', ({ file }) => void (file.phases = []), 'phases shape'],
    [
      'a quota below nothing',
      ({ file }) => void (file.quotas = [{ unit: '84', phase: 'cao-diem', number: -1 }]),
      'quotas.0.number shape',
    ],
    [
      'an end for a unit before its beginning',
      ({ file }) => void (file.deadlines = [{ unit: '84', phase: 'cao-diem', closesAt: '2021-01-01T00:00:00+07:00' }]),
      'deadlines.0.closesAt deadline.closesFirst',
    ],
    [
      'two ends for a unit',
      ({ file }) => void file.deadlines.push(file.deadlines[0]!),
      'deadlines.1.unit deadline.twice',
    ],
    [
      'a button too long',
      ({ file }) => void (file.texts = same('steps.protected.yes', 'Đang được bảo hộ quyền')),
      'texts.vi.steps.protected.yes text.long',
    ],
    [
      'a sentence that is not its own',
      ({ file }) => void (file.texts = same('greeting.open', 'x')),
      'texts.vi.greeting.open text.key',
    ],
    [
      'a question nobody wrote',
      ({ intake }) => void (intake.steps[1]!.text = 'steps.nothing'),
      'intake.steps.1.text text.missing',
    ],
    [
      'a question whose sentence was written for one of another kind',
      ({ intake }) =>
        void (intake.steps = intake.steps.map((step) =>
          step.type === 'longText' ? { ...step, type: 'text', reader: 'plain', max: 100 } : step,
        )),
      'intake.steps.6.text text.name',
    ],
    ['a unit twice', (copy) => void (copy.units = [...copy.units, copy.units[0]!]), 'units.788 unit.twice'],
    ['the code of another', ({ file }) => void (file.code = '1TR'), 'code code.taken'],
  ])('%s', (_name, change, fault) => {
    expect(told(change)).toContain(fault);
  });
});

const same = (key: string, text: string): PublishedCampaign['file']['texts'] => ({
  vi: { [key]: text },
  en: { [key]: text },
});
