/** How far back a clean cut is looked for before the next worse kind is taken, as a part of the limit. */
const EARLIEST_CUT = 0.5;
/** How many units one step back from a hard cut may take, so that a pile of marks cannot make an endless part. */
const MAX_BACKSTEP = 64;

const PARAGRAPH = /\n[^\S\n]*\n/g;
const LINE = /\n/g;
const SENTENCE = /[.!?…:;](?=\s)/g;
const WORD = /\s/g;

/**
 * Cuts `text` into parts of at most `limit` UTF-16 units: between paragraphs, else lines, sentences, words, else
 * anywhere but inside a character. Only white space at the cuts and at both ends is dropped. Blank text gives no parts.
 */
export function splitText(text: string, limit: number): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > limit) {
    const cut = cutAt(rest, limit);
    const part = rest.slice(0, cut).trimEnd();
    if (part !== '') parts.push(part);
    rest = rest.slice(cut).trimStart();
  }
  if (rest !== '') parts.push(rest);
  return parts;
}

function cutAt(text: string, limit: number): number {
  // One unit more than fits: white space just past the limit is a clean cut too.
  const window = text.slice(0, limit + 1);
  for (const boundary of [PARAGRAPH, LINE, SENTENCE, WORD]) {
    const cut = lastMatchEnd(window, boundary, limit);
    if (cut >= limit * EARLIEST_CUT) return cut;
  }
  return hardCut(text, limit);
}

/** Where the last match ends, not past `limit`; white space is trimmed off a part, so a match of it may begin at the limit. */
function lastMatchEnd(window: string, boundary: RegExp, limit: number): number {
  let end = 0;
  for (const match of window.matchAll(boundary)) {
    if (match.index > limit) break;
    end = Math.min(match.index + match[0].length, limit);
  }
  return end;
}

function hardCut(text: string, limit: number): number {
  for (let cut = limit; cut > Math.max(limit - MAX_BACKSTEP, 0); cut -= 1) if (!joins(text, cut)) return cut;
  return isLowSurrogate(text, limit) ? limit - 1 : limit;
}

/** True when the units around `cut` belong to one character as a person sees it (marks, joined emoji, surrogates). */
function joins(text: string, cut: number): boolean {
  if (isLowSurrogate(text, cut)) return true;
  const after = String.fromCodePoint(text.codePointAt(cut) ?? 0);
  return /^(\p{M}|\p{Emoji_Modifier}|\u200d)/u.test(after) || text[cut - 1] === '\u200d';
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  const before = text.charCodeAt(at - 1);
  return code >= 0xdc00 && code <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
}

/** The first `limit` UTF-16 units of a short label, cut cleanly and marked with an ellipsis when something is missing. */
export function shorten(label: string, limit: number): string {
  return label.length <= limit ? label : `${label.slice(0, hardCut(label, limit - 1)).trimEnd()}…`;
}
