import { readFileSync } from 'node:fs';
import iconv from 'iconv-lite';
import type { Grid } from '../../../src/content/sheet/grid.ts';
import { planImport, type ImportResult } from '../../../src/content/sheet/import.ts';
import type { ImportOptions, ImportPlan } from '../../../src/content/sheet/plan.ts';
import type { CampaignFile } from '../../../src/content/schemas.ts';
import { readUnitRows, type UnitRow } from '../../../src/content/unit-rows.ts';

export const OPTIONS: ImportOptions = { under: null, from: '2022-03-01', endMissing: false };
type Quotas = CampaignFile['quotas'];
export type Published = { units: readonly UnitRow[]; file: CampaignFile };

/** The units of the campaign of 2022 as they are shipped. */
export const theUnits = (): UnitRow[] => readUnitRows(readFileSync('flows/01-trieu-sang-kien/units.csv', 'utf8')).rows;

export const PHASES = [
  { id: 'dot-1', name: { vi: 'Đợt 1', en: 'Phase 1' } },
  { id: 'dot-2', name: { vi: 'Đợt 2', en: 'Phase 2' } },
];

/** Only what an import looks at. */
export const published = (units: readonly UnitRow[], quotas: Quotas = [], phases = PHASES): Published => ({
  units,
  file: { phases, quotas } as unknown as CampaignFile,
});

export function grid(...lines: (readonly string[])[]): Grid {
  return {
    name: 'Sheet1',
    rows: lines.flatMap((cells, at) => (cells.some(Boolean) ? [{ number: at + 1, cells, wide: cells }] : [])),
  };
}

export function planOf(result: ImportResult): ImportPlan {
  if (result.type !== 'planned') throw new Error(`not planned: ${JSON.stringify(result)}`);
  return result.plan;
}

/** The plan of lines of cells. */
export const plan = (
  present: Published,
  lines: readonly (readonly string[])[],
  options: Partial<ImportOptions> = {},
): ImportPlan => planOf(planImport([grid(...lines)], present, { ...OPTIONS, ...options }));

/** As published after the plan. */
export const after = ({ units, quotas }: ImportPlan): Published => published(units, [...quotas]);

export const shown = ({ problems }: ImportPlan): string[] =>
  problems.map(({ row, column, cell, code, facts }) => {
    const told = Object.values(facts).join(', ');
    return `${row}${column ?? ''} ${code}${cell ? ` [${cell}]` : ''}${told ? ` ${told}` : ''}`;
  });

/** Vietnamese in windows-1258 as Windows writes it: the mark of tone behind its letter. */
export function in1258(text: string): Buffer {
  const apart = text.normalize('NFC').replace(/\P{ASCII}/gu, (letter) => {
    const marks = letter.normalize('NFD');
    const tone = /[\u0300\u0301\u0303\u0309\u0323]/u.exec(marks)?.[0] ?? '';
    return marks.replace(tone, '').normalize('NFC') + tone;
  });
  return iconv.encode(apart, 'windows-1258');
}
