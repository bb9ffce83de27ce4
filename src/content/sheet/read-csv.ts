import { parse } from 'csv-parse/sync';
import { cellText, SHEET_LIMITS, type GridRow, type GridsRead } from './grid.ts';
import { readHarmless } from './harmless.ts';
import { readLetters } from './letters.ts';

const DELIMITERS = [';', '\t', ',', '|'] as const;
/** Rows that are looked at to find out what separates the cells. */
const LOOKED_AT = 60;

/** A text with a row per line, separated by whatever the office's program takes for it, told or not in a first line `sep=;`. */
export function readCsv(bytes: Buffer): GridsRead {
  const letters = readLetters(bytes);
  if (!letters) return { type: 'refused', fault: bytes.includes(0) ? 'notASheet' : 'letters' };
  const { encoding } = letters;
  if (/^\s*<(?:!doctype|html|table|\?xml)/i.test(letters.text)) return { type: 'refused', fault: 'notASheet' };
  const told = /^sep=(.)\r?\n/.exec(letters.text);
  const text = told ? letters.text.slice(told[0].length) : letters.text;
  const delimiter = told?.[1] ?? likely(text);
  const records = read(text, delimiter);
  if (!records) return { type: 'refused', fault: 'notASheet' };
  const rows = records.flatMap((record, at): GridRow[] => {
    const cells = record.slice(0, SHEET_LIMITS.columns).map((cell) => readHarmless(cellText(cell)));
    return cells.some(Boolean) ? [{ number: at + (told ? 2 : 1), cells, wide: cells }] : [];
  });
  if (rows.length === 0) return { type: 'refused', fault: 'empty' };
  if (rows.length > SHEET_LIMITS.rows) return { type: 'refused', fault: 'tooManyRows' };
  return { type: 'read', grids: [{ name: '', rows }], encoding, delimiter };
}

/** Empty lines stay in, so that rows count as in the program that shows them. */
function read(text: string, delimiter: string, to?: number): string[][] | null {
  try {
    return parse(text, {
      delimiter,
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: false,
      max_record_size: 200_000,
      ...(to !== undefined && { to }),
    });
  } catch {
    return null;
  }
}

/** The one that gives the most cells in rows of the same width as most others have; the first of them where none does. */
function likely(text: string): string {
  const [best] = DELIMITERS.map((delimiter) => {
    const widths = (read(text, delimiter, LOOKED_AT) ?? []).map((record) => record.length).filter((width) => width > 1);
    const counts = new Map<number, number>();
    for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1);
    return { delimiter, fit: Math.max(0, ...[...counts].map(([width, times]) => times * (width - 1))) };
  }).toSorted((a, b) => b.fit - a.fit);
  return best?.delimiter ?? ';';
}
