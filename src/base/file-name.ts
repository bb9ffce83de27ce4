const MAX_LENGTH = 120;
/** What else a file of the type may be called. */
const ALIASES: Readonly<Record<string, readonly string[]>> = { jpg: ['jpeg', 'jpe'] };
const ENDING = /\.([a-z][a-z0-9]{1,4})$/i;

/**
 * A name that is safe to show and to save under: no path, no control or direction marks, at most 120 characters; empty when nothing
 * is left of it.
 */
export function cleanName(name: string): string {
  const bare = name.slice(0, 2000).normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const plain = bare
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/\s+/gu, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  return cut(plain, MAX_LENGTH);
}

/** The first name that is of use, with the ending of the type that was found; `file` when there is none. */
export function nameFor(ending: string, candidates: readonly string[]): string {
  const name = candidates.map(cleanName).find((candidate) => candidate !== '') ?? 'file';
  const has = ENDING.exec(name)?.[1]?.toLowerCase();
  if (has === ending || (has !== undefined && ALIASES[ending]?.includes(has))) return name;
  // "Quyết định 12.2022" has no ending, "ảnh.png" has: the wrong one goes
  const stem = cut(name.replace(ENDING, ''), MAX_LENGTH - ending.length - 1);
  return `${stem.trimEnd() || 'file'}.${ending}`;
}

/** The name in a `Content-Disposition` header; empty without one. Source: RFC 6266, RFC 8187. */
export function dispositionName(header: string): string {
  const extended = /filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(header)?.[1];
  if (extended !== undefined) return decoded(extended);
  const quoted = /filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(header)?.[1];
  const name = quoted?.replace(/\\(.)/g, '$1') ?? /filename\s*=\s*([^;\s]+)/i.exec(header)?.[1] ?? '';
  // Node reads headers as latin1, many servers write UTF-8
  const utf8 = Buffer.from(name, 'latin1').toString('utf8');
  return utf8.includes('�') ? name : utf8;
}

export const urlName = (url: URL): string => decoded(url.pathname.split('/').at(-1) ?? '');

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const cut = (text: string, length: number): string => Array.from(text).slice(0, length).join('');
