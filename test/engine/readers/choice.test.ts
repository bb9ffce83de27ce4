import { describe, expect, it } from 'vitest';
import type { Step } from '../../../src/engine/flow.ts';
import { compileChoices, readChoice, type ChoiceMatcher } from '../../../src/engine/readers/choice.ts';
import { theWorld } from '../../support/world.ts';

function groupsOf(campaign: string): ChoiceMatcher {
  const step = theWorld().flows.get(campaign)?.byId.get('group') as Extract<Step, { type: 'choice' }>;
  return step.matcher;
}
const FIVE = groupsOf('01-trieu-sang-kien');
const TWO = groupsOf('75-nghin-sang-kien');

/** The lines that were meant, as the person counts them. */
function said(text: string, matcher: ChoiceMatcher): number[] {
  const read = readChoice(text, matcher);
  return read.type === 'one' ? [read.index + 1] : read.type === 'some' ? read.indexes.map((i) => i + 1) : [];
}

describe('the five groups of 2022', () => {
  it.each<[string, number[]]>([
    ...['2', '2.', ' 2 ', '２', '②', 'số 2', 'so 2', 'câu 2', 'nhóm 2', 'chọn 2', 'em chọn số 2 ạ'].map(
      (text): [string, number[]] => [text, [2]],
    ),
    ...['hai', 'số hai', 'nhóm thứ hai', 'two', 'number 2', 'second'].map((text): [string, number[]] => [text, [2]]),
    ['một', [1]],
    ['bốn', [4]],
    ['thứ tư', [4]],
    ['năm', [5]],
    ['Cán bộ công đoàn', [1]],
    ['can bo cong doan', [1]],
    ['CAN BO CONG DOAN', [1]],
    ['canbo cong doan', [1]],
    ['cán bộ cđ', [1]],
    ['can bo cong doam', [1]],
    ['công nhân', [2]],
    ['cong nhan', [2]],
    ['em là công nhân ạ', [2]],
    ['công nhân doanh nghiệp', [2]],
    ['doanh nghiep', [2]],
    ['Công nhân lao động trong các doanh nghiệp sản xuất, kinh doanh', [2]],
    ['cong nhan lao dong', [2]],
    ['2. Công nhân DN', [2]],
    ['công chức', [3]],
    ['cong chuc', [3]],
    ['viên chức', [4]],
    ['vien chuk', [4]],
    ['tôi là viên chức', [4]],
    ['đơn vị sự nghiệp', [4]],
    ['nông nghiệp', [5]],
    ['nong nghiep', [5]],
    ['nông thôn', [5]],
    ['worker', [2]],
    ['Workers in producing and trading enterprises', [2]],
    ['cán bộ', [1, 3, 4]],
    ['1 và 3', [1, 3]],
    ['3 viên chức', [3, 4]],
    ...['', ' ', '0', '6', '99', 'số 7', 'không biết', 'xyz', '😀', 'a'.repeat(5000)].map(
      (text): [string, number[]] => [text, []],
    ),
  ])('%j means %j', (text, lines) => {
    expect(said(text, FIVE)).toEqual(lines);
  });
});

describe('the two groups of 2021', () => {
  it.each<[string, number[]]>([
    ['1', [1]],
    ['Doanh nghiệp', [1]],
    ['doanh', [1]],
    ['doang nghiep', [1]],
    ['khối doanh nghiệp', [1]],
    ['công ty', [1]],
    ['khối cơ quan', [2]],
    ['co quan', [2]],
    ['hành chính sự nghiệp', [2]],
    ['hành chính', [2]],
    ['HCSN', [2]],
    ['khối', [1, 2]],
    ['ba', []],
    ['3', []],
  ])('%j means %j', (text, lines) => {
    expect(said(text, TWO)).toEqual(lines);
  });
});

it('options that read alike are shown both, never guessed', () => {
  const alike = compileChoices([
    { label: 'Tổ may 1', short: 'Tổ may 1', aliases: [] },
    { label: 'Tổ may 2', short: 'Tổ may 2', aliases: [] },
  ]);
  expect(said('to may', alike)).toEqual([1, 2]);
  expect(said('to mai', alike)).toEqual([1, 2]);
  expect(said('Tổ may 2', alike)).toEqual([2]);
});
