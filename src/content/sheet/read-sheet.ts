import type { GridsRead } from './grid.ts';

/** What stands in a file (see `readSheet`), found out in this process. What reads a kind of file is loaded with the first of them: most processes never see one. */
export async function readSheetHere(bytes: Buffer): Promise<GridsRead> {
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') return (await import('./read-xlsx.ts')).readXlsx(bytes);
  if (bytes.subarray(0, 4).toString('hex') === 'd0cf11e0') return { type: 'refused', fault: 'oldOrLocked' };
  return (await import('./read-csv.ts')).readCsv(bytes);
}
