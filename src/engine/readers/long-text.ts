import { clean, countable, countChars, cutChars } from './fold.ts';
import { isPlain } from './latin.ts';

export type Measure = {
  /** Code points of the whole text. */
  count: number;
  /** Code points past the limit, 0 when it fits. */
  over: number;
  /** The text up to the limit, cut between two characters; the whole text when it fits. */
  keep: string;
  /** The last words of `keep`, one line of about 30 characters: `nhận đến hết chữ “…{tail}”`. */
  tail: string;
};

const TAIL_CHARS = 30;

/** A text that came in several messages, one line break between two. */
export function joinParts(parts: readonly string[]): string {
  return parts.join('\n');
}

/** Where a text stands against a limit in code points (NFC, folded line ends). Nothing is cut that fits. */
export function measure(text: string, limit: number): Measure {
  const count = countChars(text);
  const over = Math.max(0, count - limit);
  const keep = over === 0 ? countable(text) : cutChars(text, limit);
  return { count, over, keep, tail: tailOf(keep) };
}

/** A preview on one line, at most `max` code points with its ellipsis, cut between words where there is one near. */
export function oneLine(text: string, max: number): string {
  const line = lineBegun(text, max) ?? flat(text);
  if (countChars(line) <= max) return line;
  const cut = cutChars(line, Math.max(0, max - 1)).trimEnd();
  const space = cut.lastIndexOf(' ');
  const atWord = line[cut.length] === ' ' || space < cut.length / 2 ? cut : cut.slice(0, space);
  return max > 0 ? `${atWord.trimEnd()}…` : '';
}

const flat = (text: string): string => clean(text).replace(SPACES, ' ').trim();
/** Runs of white space, but for the single space that they become. */
const SPACES = /\s{2,}|[^\S ]/g;

/** The beginning of the line of a long text, longer than `max`; null when it must be looked at as a whole. */
function lineBegun(text: string, max: number): string | null {
  const begun = text.slice(0, max * 2);
  if (begun.length === text.length || !isPlain(begun)) return null;
  const line = flat(begun);
  return line.length > max + 1 ? line : null; // what follows can change the last character only
}

function tailOf(keep: string): string {
  // Only the end is looked at: the whole may be long, and runs of spaces in it are rare.
  const end = keep.slice(-TAIL_CHARS * 8).replace(/^[\uDC00-\uDFFF]/, '');
  const points = [...flat(end)];
  if (points.length <= TAIL_CHARS) return points.join('');
  const tail = points.slice(-TAIL_CHARS).join('');
  const space = tail.indexOf(' ');
  return points.at(-TAIL_CHARS - 1) === ' ' || space < 0 || space > TAIL_CHARS / 2
    ? tail.trim()
    : tail.slice(space + 1);
}
