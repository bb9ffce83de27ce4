import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';

export const root = new URL('../..', import.meta.url).pathname;

/** A file of ours. `path` is relative to the root, with slashes. */
export type SourceFile = { path: string; text: string };

const GENERATED = /(^|\/)(node_modules|dist|coverage)(\/|$)/;

/** Files under `folder` whose name ends as `ending` says; none when the folder is not there. */
export function sourceFiles(folder: string, ending: RegExp): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !GENERATED.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/**
 * The lines of `text` with comments blanked, so that line numbers stay. Good for code in Prettier's form: a block comment
 * begins its line or stands between spaces, and what follows ` // ` on a line is a comment unless a string is open there.
 */
export function codeLines(text: string): string[] {
  let inBlock = false;
  return text.split('\n').map((line) => {
    let rest = line;
    if (inBlock) {
      const end = rest.indexOf('*/');
      if (end < 0) return '';
      inBlock = false;
      rest = rest.slice(end + 2);
    }
    rest = rest.replace(/(^|\s)\/\*.*?\*\//g, '$1');
    const block = /(^|\s)\/\*/.exec(rest);
    if (block) {
      inBlock = true;
      rest = rest.slice(0, block.index);
    }
    const comment = /(^|\s)\/\/(\s|$)/.exec(rest);
    if (!comment) return rest;
    const before = rest.slice(0, comment.index);
    return (before.match(/['"`]/g) ?? []).length % 2 === 0 ? before : rest;
  });
}

/** What a file imports or exports again: our own files as paths from the root, packages as they are written. */
export function importsOf(file: SourceFile): string[] {
  const code = codeLines(file.text).join('\n');
  const found = [
    ...code.matchAll(/^\s*(?:import|export)\s[^'"`;]*?from\s+['"]([^'"]+)['"]/gm),
    ...code.matchAll(/^\s*import\s+['"]([^'"]+)['"]/gm),
    ...code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g),
  ];
  return found
    .map((match) => match[1] ?? '')
    .map((name) => (name.startsWith('.') ? posix.join(dirname(file.path), name) : name));
}
