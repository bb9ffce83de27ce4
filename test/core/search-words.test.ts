import { expect, it } from 'vitest';
import { searchWords, wordsSought } from '../../src/core/search-words.ts';

const person = searchWords({
  name: 'Đỗ Thị  Thuỷ-Tiên',
  phone: '+84912345678',
  entries: [{ code: 'SK-7K3F-92QX' }],
});
const finds = (query: string): boolean => {
  const words = wordsSought(query);
  return words.length > 0 && words.every((word) => person.some((one) => one.startsWith(word)));
};

it.each([
  'Đỗ Thị Thuỷ Tiên',
  'do thi',
  'TIEN do',
  'thu',
  '0912345678',
  '0912 345 678',
  '+84 912.345',
  '912345',
  'SK-7K3F-92QX',
  'sk 7k3f92qx',
  'SK-7K3F',
  '7k3f',
  '92qx',
])('“%s” finds the person', (query) => expect(finds(query)).toBe(true));

it.each(['Nguyễn', '0987', 'SK-8K3F-92QX', 'ien', '', '.*', '$('])('“%s” does not', (query) => {
  expect(finds(query)).toBe(false);
});

it('what is sought holds nothing that a pattern could take for more than letters', () => {
  for (const word of wordsSought('a.*b [c] ^d$ \\w+ (e|f)')) expect(word).toMatch(/^[\p{L}\p{N}]+$/u);
});
