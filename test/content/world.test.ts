import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { readWorld } from '../../src/content/world.ts';
import { theWorld } from '../support/world.ts';

const ONE = '01-trieu-sang-kien';
const home = mkdtempSync(join(tmpdir(), 'world-'));
afterAll(() => rmSync(home, { recursive: true }));

/** Reads the real flows and locales with one file changed; gives the faults told, `file:line: message`, and the changed text. */
function faultsOf(file: string, change: (text: string) => string, campaign: string | null = null) {
  const root = mkdtempSync(join(home, 'case-'));
  for (const folder of ['flows', 'locales']) cpSync(folder, join(root, folder), { recursive: true });
  const path = join(root, file);
  const text = change(readFileSync(path, 'utf8'));
  writeFileSync(path, text);
  try {
    readWorld({ flowsDir: join(root, 'flows'), localesDir: join(root, 'locales'), campaign });
    return { told: '', text };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'content.invalid') throw error;
    return { told: error.message.replaceAll(`${root}/`, ''), text };
  }
}

function swap(from: string, to: string): (text: string) => string {
  return (text) => {
    if (!text.includes(from)) throw new Error(`nothing to change: ${from}`);
    return text.replace(from, () => to);
  };
}
const lineWith = (text: string, mark: string): number => text.slice(0, text.indexOf(mark)).split('\n').length;

const CAMPAIGN = `flows/${ONE}/campaign.yaml`;
const INTAKE = `flows/${ONE}/intake.yaml`;
const UNITS = `flows/${ONE}/units.csv`;

describe('a fault in the data is told with its file and line', () => {
  it.each<[string, string, string, string, string, string]>([
    ['an unknown key', CAMPAIGN, 'code: 1TR', 'code: 1TR\nmotto: x', '', 'Unrecognized key: "motto"'],
    ['a code with a look-alike', CAMPAIGN, 'code: 1TR', 'code: ITR', 'code: ITR', 'without I, L and O'],
    [
      'an instant without its offset',
      CAMPAIGN,
      'opensAt: 2022-01-08T07:00:00+07:00',
      'opensAt: 2022-01-08T07:00:00',
      'opensAt: 2022-01-08T07:00:00',
      'an instant with its offset',
    ],
    [
      'phases that overlap',
      CAMPAIGN,
      'opensAt: 2022-06-01T07:00:00+07:00',
      'opensAt: 2022-05-31T07:00:00+07:00',
      'opensAt: 2022-05-31',
      'phase dot-2 opens before the one above it closes',
    ],
    [
      'a phase that closes before it opens',
      CAMPAIGN,
      'closesAt: 2023-09-02T00:00:00+07:00',
      'closesAt: 2022-01-01T00:00:00+07:00',
      'closesAt: 2022-01-01',
      'phase dot-2 closes before it opens',
    ],
    ['two phases of one id', CAMPAIGN, 'id: dot-2', 'id: dot-1', '', 'phase dot-1 stands twice'],
    [
      'a guide nobody wrote',
      CAMPAIGN,
      'guide: guide.million',
      'guide: guide.none',
      'guide: guide.none',
      'no sentence "guide.none"',
    ],
    ['units in no file', CAMPAIGN, 'units: units.csv', 'units: other.csv', '', 'the file is missing'],
    ['broken YAML', CAMPAIGN, 'name:', 'name: [', '', CAMPAIGN],
    [
      'a step after the review',
      INTAKE,
      'steps:\n',
      'steps:\n  - { id: early, type: review, text: steps.review }\n',
      'id: early',
      'steps after the review cannot be reached',
    ],
    ['two steps of one id', INTAKE, '{ id: phone,', '{ id: name,', '{ id: name, type: phone', 'step name stands twice'],
    ['a field filled twice', INTAKE, 'field: title,', 'field: name,', 'id: title', 'field name is filled twice'],
    ['parts that jump', INTAKE, 'field: title, part: 5', 'field: title, part: 9', 'part: 9', 'part 9 follows 4'],
    [
      'a sentence nobody wrote',
      INTAKE,
      'text: steps.title',
      'text: steps.motto',
      'text: steps.motto',
      'no sentence "steps.motto.label"',
    ],
    ['an option twice', INTAKE, 'code: cong-chuc', 'code: cong-nhan', '', 'option cong-nhan stands twice'],
    [
      'a label too long for a button',
      INTAKE,
      'vi: 2. Công nhân DN',
      'vi: 2. Công nhân các doanh nghiệp',
      'Công nhân các doanh nghiệp, en',
      'Too big',
    ],
    [
      'a condition that is never true',
      INTAKE,
      '{ id: title, type: text,',
      '{ id: title, when: { field: group, is: nobody }, type: text,',
      'is: nobody',
      'group is never "nobody", so this step cannot be reached',
    ],
    [
      'a condition on a later answer',
      INTAKE,
      '{ id: title, type: text,',
      '{ id: title, when: { field: applied, is: yes }, type: text,',
      'id: title',
      'no earlier step fills applied',
    ],
    ['an unknown kind of step', INTAKE, 'type: phone', 'type: fax', 'type: fax', 'steps.2.type'],
    ['a unit twice', UNITS, '\n02,', '\n01,', '', 'code 01 stands twice'],
    ['a unit below none', UNITS, ',84,', ',8X,', ',8X,', 'its parent 8X does not stand in the list'],
    ['a list that is no CSV', UNITS, 'LĐLĐ tỉnh Trà Vinh', '"LĐLĐ tỉnh Trà Vinh', '', 'cannot be read as CSV'],
    [
      'a sentence in one language only',
      'locales/vi.yaml',
      'busy:',
      'extra: Thêm\nbusy:',
      '',
      'locales/en.yaml:1: extra: missing',
    ],
    ['other placeholders', 'locales/en.yaml', '{count}', '{counted}', '{counted}', 'other placeholders'],
    [
      'a button too long',
      'locales/vi.yaml',
      'agree: Đồng ý',
      'agree: Đồng ý với tất cả điều trên',
      'agree: Đồng ý với',
      'a button carries at most 20 characters',
    ],
    [
      'words for no command',
      'locales/vi.yaml',
      '\ncommands:\n',
      '\ncommands:\n  dance: [nhảy]\n',
      'dance:',
      'no such command',
    ],
    [
      'letters not composed',
      'locales/vi.yaml',
      'agree: Đồng ý',
      `agree: ${'Đồng ý'.normalize('NFD')}`,
      'agree:',
      'not in NFC',
    ],
  ])('%s', (_name, file, from, to, mark, message) => {
    const { told, text } = faultsOf(file, swap(from, to));
    expect(told).toContain(message);
    if (mark !== '') expect(told).toContain(`${file}:${lineWith(text, mark)}: `);
    else expect(told).toMatch(/\S+:\d+: /);
  });

  it('CAMPAIGN that names no folder', () => {
    expect(faultsOf(CAMPAIGN, (text) => text, 'nobody').told).toContain(
      'CAMPAIGN names "nobody", and there is no such folder',
    );
  });
  it('several at once are all told', () => {
    const { told } = faultsOf(CAMPAIGN, (text) =>
      swap('code: 1TR', 'code: itr')(swap('receiptPrefix: SK', 'receiptPrefix: s')(text)),
    );
    expect(told).toContain('2 fault(s)');
  });
  it('nothing is told of the flows as they are', () => {
    expect(faultsOf(CAMPAIGN, (text) => text).told).toBe('');
  });
});

describe('who comes without a code meets the campaign that takes entries', () => {
  it.each([
    ['2020-01-01T00:00:00+07:00', '75-nghin-sang-kien'],
    ['2021-03-10T00:00:00+07:00', '75-nghin-sang-kien'],
    ['2021-04-20T23:59:59+07:00', '75-nghin-sang-kien'],
    ['2021-04-21T00:00:00+07:00', ONE],
    ['2022-01-08T07:00:00+07:00', ONE],
    ['2022-06-01T03:00:00+07:00', ONE],
    ['2023-09-01T23:59:59+07:00', ONE],
    ['2030-01-01T00:00:00+07:00', ONE],
  ])('at %s: %s', (at, campaign) => {
    expect(theWorld().defaultFlow(Date.parse(at)).campaign.id).toBe(campaign);
  });
  it('the configured one goes before', () => {
    const world = readWorld({ flowsDir: 'flows', localesDir: 'locales', campaign: '75-nghin-sang-kien' });
    expect(world.defaultFlow(Date.parse('2022-03-01T00:00:00+07:00')).campaign.id).toBe('75-nghin-sang-kien');
  });
});

describe('a code is understood as people type it', () => {
  const said = (text: string): string => {
    const code = theWorld().findCode(text);
    return code ? `${code.flow.campaign.code} ${code.unit ?? ''}`.trim() : '-';
  };
  it.each([
    ['1TR', '1TR'],
    ['1TR-84', '1TR 84'],
    ...['1tr-84', ' 1tr 84 ', '1TR84', 'ITR-84', 'ltr.84', '1TR–84', '1TR_84', '#1TR-84', '１ＴＲ－８４'].map((t) => [
      t,
      '1TR 84',
    ]),
    ...[
      '1TR/84',
      '1TR 84.',
      '“1TR-84”',
      'mã 1TR-84',
      'Mã đơn vị: 1tr84',
      'ma so 1TR 84',
      '1TR-84 ạ',
      '1tr 84 nhé!',
    ].map((t) => [t, '1TR 84']),
    ...['1TR-TW14', '1tr tw14', '1TR-TƯ14', '1tr tư l4', '1TR‑TW14'].map((t) => [t, '1TR TW14']),
    ['75N-842', '75N 842'],
    ['75n', '75N'],
    ['1TR-TW14', '1TR TW14'],
    ['1tr-twl4', '1TR TW14'],
    ['1TR-O1', '1TR 01'],
    ...['1TR-9999', '1TR-TW20', '84', '', '   ', 'TR-84', 'xin chào', '0912345678', `1TR-84${' '.repeat(40)}`].map(
      (t) => [t, '-'],
    ),
  ])('%j: %s', (text, expected) => {
    expect(said(text ?? '')).toBe(expected);
  });
});
