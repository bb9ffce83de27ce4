/**
 * Works out the tables of docs/scaling.md from the measured figures at its top:
 *
 *   npx tsx script/sizing.ts
 *
 * Three kinds of tables, told apart by their first two headings: `name | value` gives one value each, `name | <setting> | …` one
 * for each setting, and in `result | formula | <setting> | …` the settings' cells are written anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { evaluate } from './sizing/formula.ts';

export type Sizes = {
  /** The text with every result written anew. */
  text: string;
  /** Every name of a setting: given, measured or worked out. */
  settings: ReadonlyMap<string, ReadonlyMap<string, number>>;
};

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
const nameOf = (cell: string): string => cell.replaceAll('`', '');
const shown = (value: number): string => value.toLocaleString('en-US', { maximumSignificantDigits: 3 });

/** Throws when a table needs what no table above it gives, or when a value is not a number. */
export function workOut(markdown: string): Sizes {
  const common = new Map<string, number>();
  const settings = new Map<string, Map<string, number>>();
  let heading: string[] = [];
  const lines = markdown.split('\n').map((line) => {
    if (!line.startsWith('|')) {
      heading = [];
      return line;
    }
    const cells = cellsOf(line);
    if (heading.length === 0) {
      heading = cells;
      return line;
    }
    if (cells.every((cell) => /^:?-+:?$/.test(cell))) return line;
    const [first = '', second = ''] = cells;
    if (heading[0] === 'name' && heading[1] === 'value') {
      common.set(nameOf(first), readNumber(second, line));
    } else if (heading[0] === 'name') {
      columns(heading, 1).forEach(([setting, i]) =>
        valuesOf(setting).set(nameOf(first), readNumber(cells[i] ?? '', line)),
      );
    } else if (heading[0] === 'result') {
      for (const [setting, i] of columns(heading, 2)) {
        const own = valuesOf(setting);
        const value = evaluate(nameOf(second), new Map([...common, ...own]));
        own.set(nameOf(first), value);
        cells[i] = shown(value);
      }
      return `| ${cells.join(' | ')} |`;
    }
    return line;
  });

  function valuesOf(setting: string): Map<string, number> {
    const known = settings.get(setting);
    if (known) return known;
    const made = new Map<string, number>();
    settings.set(setting, made);
    return made;
  }
  return { text: lines.join('\n'), settings };
}

/** The settings' columns; what stands right of them, under `what` or `unit`, is words. */
const columns = (heading: string[], from: number): [string, number][] =>
  heading
    .map((cell, i): [string, number] => [cell, i])
    .slice(from)
    .filter(([cell]) => !['what', 'unit'].includes(cell));

function readNumber(cell: string, line: string): number {
  const value = Number(cell.replaceAll(',', ''));
  if (cell === '' || Number.isNaN(value)) throw new Error(`no number: ${line}`);
  return value;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = new URL('../docs/scaling.md', import.meta.url);
  writeFileSync(file, workOut(readFileSync(file, 'utf8')).text);
}
