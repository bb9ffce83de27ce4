import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readUnits } from '../../src/content/units.ts';

const TRADES = [
  'May',
  'Da giày',
  'Cơ khí',
  'Thủy sản',
  'Gỗ',
  'Điện tử',
  'Nhựa',
  'Xây dựng',
  'Vận tải',
  'Dược',
  'Chè',
  'Cà phê',
];
const WORDS = [
  'Hòa Bình',
  'Thành Công',
  'Minh Phú',
  'An Phát',
  'Tân Tiến',
  'Đại Lộc',
  'Sông Xanh',
  'Núi Vàng',
  'Bình Minh',
  'Phương Đông',
];

/**
 * Adds invented grassroots unions below the provinces, beside their districts, until `01-trieu-sang-kien` has `count` units.
 * The districts stay first in their lists, so that the conversation is the same.
 */
export function growUnits(flowsDir: string, count: number): void {
  const file = join(flowsDir, '01-trieu-sang-kien', 'units.csv');
  const text = readFileSync(file, 'utf8');
  const { units } = readUnits(text, file);
  const provinces = units.filter(({ parent }) => parent === null);
  const rows = Array.from({ length: Math.max(0, count - units.length) }, (_, i) => {
    const trade = TRADES[i % TRADES.length]!;
    const word = WORDS[Math.floor(i / TRADES.length) % WORDS.length]!;
    const parent = provinces[i % provinces.length]!.code;
    return `G${i},Công đoàn cơ sở Công ty ${trade} ${word} ${i},CĐCS số ${i},${parent},grassroots,,bench`;
  });
  writeFileSync(file, `${text.trimEnd()}\n${rows.join('\n')}\n`);
}
