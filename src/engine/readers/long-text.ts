import { countChars, cutChars } from './fold.ts';

export const joinParts = (parts: readonly string[]): string => parts.join('\n');

const TAIL_CHARS = 30;

/** How a text stands to its limit. `keep` is what fits; `tail` its last words, to show where it would end. */
export function measure(text: string, limit: number): { count: number; over: number; keep: string; tail: string } {
  const count = countChars(text);
  const keep = count > limit ? cutChars(text, limit) : text;
  const letters = [...keep.replace(/\s+/g, ' ').trim()];
  const tail = letters.slice(-TAIL_CHARS).join('');
  return { count, over: Math.max(0, count - limit), keep, tail };
}

/** A preview on one line, with an ellipsis when something is left out. */
export function oneLine(text: string, max: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return countChars(line) <= max ? line : `${cutChars(line, max - 1).trimEnd()}…`;
}
