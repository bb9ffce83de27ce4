import { parse, CsvError } from 'csv-parse/sync';

/** One line of a list of workplaces, as it is kept: also what is no more, and what has no name yet. */
export type UnitRow = {
  /** Digits and capitals, stable: entries and QR codes bear it. */
  code: string;
  /** Full official name with its kind; '' = a place kept for a unit not yet known, which is not offered. */
  name: string;
  /** For buttons, at most 20 characters. */
  short: string;
  /** Code of the unit above, null at the first level. */
  parent: string | null;
  aliases: readonly string[];
  /** A note for readers: `province`, `central`, `district` or one's own. */
  kind: string;
  /** Where the row comes from. */
  source: string;
  /** `2025-07-01`: the first day on which it is a unit, in Vietnam; null = since ever. */
  validFrom: string | null;
  /** The first day on which it is a unit no more; null = for good. */
  validTo: string | null;
  /** Code of the unit that takes over its people once it is no more; null = none. */
  successor: string | null;
};

export type UnitRowsRead = { rows: UnitRow[]; faults: { line: number; message: string }[] };

/** Columns that a file must have, in the order in which they are written. */
const COLUMNS = ['code', 'name', 'short', 'parent', 'kind', 'aliases', 'source'] as const;
const LATER_COLUMNS = ['validFrom', 'validTo', 'successor'] as const;
const MUST = ['code', 'name', 'short', 'parent', 'aliases', 'source'] as const;

/** Reads the lines of `units.csv` without judging what stands in them, see `checkUnitRows`. Lines that begin with `#` are notes. */
export function readUnitRows(csv: string): UnitRowsRead & { lines: readonly number[] } {
  let records: { record: Record<string, string>; info: { lines: number } }[];
  try {
    records = parse(csv, {
      columns: true,
      bom: true,
      comment: '#',
      comment_no_infix: true,
      trim: true,
      skip_empty_lines: true,
      info: true,
    });
  } catch (error) {
    const line = error instanceof CsvError ? Number(error['lines'] ?? 1) : 1;
    return { rows: [], lines: [], faults: [{ line, message: `cannot be read as CSV: ${String(error)}` }] };
  }
  const missing = MUST.filter((column) => records[0] && !(column in records[0].record));
  if (missing.length > 0)
    return { rows: [], lines: [], faults: [{ line: 1, message: `columns are missing: ${missing.join(', ')}` }] };
  const rows = records.map(({ record }): UnitRow => {
    const cell = (column: string): string => (record[column] ?? '').normalize('NFC').replace(/\s+/g, ' ');
    const orNull = (column: string): string | null => cell(column) || null;
    return {
      code: cell('code'),
      name: cell('name'),
      short: cell('short'),
      parent: orNull('parent'),
      aliases: cell('aliases')
        .split(';')
        .map((alias) => alias.trim())
        .filter((alias) => alias !== ''),
      kind: cell('kind'),
      source: cell('source'),
      validFrom: orNull('validFrom'),
      validTo: orNull('validTo'),
      successor: orNull('successor'),
    };
  });
  return { rows, lines: records.map(({ info }) => info.lines), faults: [] };
}

/** Lines read in one go: some milliseconds. */
const LINES_AT_ONCE = 500;

/** A list that `writeUnitRows` wrote, with a `pause` between its parts: ten thousand rows would hold up everybody else. */
export async function readWrittenRows(csv: string, pause: () => Promise<unknown>): Promise<UnitRowsRead> {
  const [head = '', ...lines] = csv.split('\n');
  const all: UnitRowsRead = { rows: [], faults: [] };
  let part: string[] = [];
  let isInCell = false;
  for (const [at, line] of lines.entries()) {
    part.push(line);
    if (line.split('"').length % 2 === 0) isInCell = !isInCell; // a cell may hold line breaks
    if ((isInCell || part.length < LINES_AT_ONCE) && at < lines.length - 1) continue;
    const { rows, faults } = readUnitRows([head, ...part].join('\n'));
    all.rows.push(...rows);
    all.faults.push(...faults);
    part = [];
    await pause();
  }
  return all;
}

/** The rows as `readUnitRows` reads them back. */
export function writeUnitRows(rows: readonly UnitRow[]): string {
  const line = (cells: readonly string[]): string => `${cells.map(quoted).join()}\n`;
  const head = line([...COLUMNS, ...LATER_COLUMNS]);
  const lines = rows.map(({ aliases, parent, validFrom, validTo, successor, ...row }) =>
    line([
      row.code,
      row.name,
      row.short,
      parent ?? '',
      row.kind,
      aliases.join('; '),
      row.source,
      validFrom ?? '',
      validTo ?? '',
      successor ?? '',
    ]),
  );
  return head + lines.join('');
}

const quoted = (cell: string): string => (/[",\r\n#]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
