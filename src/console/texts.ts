import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { AppError } from '../base/errors.ts';
import type { Lang } from '../core/campaign.ts';

/** The page's sentences by dotted key, with their `{places}`. */
export type ConsoleTexts = Readonly<Record<Lang, Readonly<Record<string, string>>>>;

/**
 * Reads `<localesDir>/console/<section>.<lang>.yaml`, whose keys begin with the section's name, and `<lang>.yaml` for the rest.
 * Throws AppError `content.invalid` that lists every key in which the languages differ.
 */
export function readConsoleTexts(localesDir: string): ConsoleTexts {
  const faults: string[] = [];
  const read = (lang: Lang): Record<string, string> => {
    const folder = join(localesDir, 'console');
    const sentences: Record<string, string> = {};
    for (const name of readdirSync(folder)) {
      const match = /^(?:([a-z]+)\.)?(vi|en)\.yaml$/.exec(name);
      if (match?.[2] !== lang) continue;
      const content: unknown = parse(readFileSync(join(folder, name), 'utf8'));
      flatten(match[1] === undefined ? content : { [match[1]]: content }, '', sentences, (key) =>
        faults.push(`${join(folder, name)}: ${key}: a sentence is wanted`),
      );
    }
    return sentences;
  };
  const texts = { vi: read('vi'), en: read('en') };
  for (const key of new Set([...Object.keys(texts.vi), ...Object.keys(texts.en)])) {
    const [vi, en] = [texts.vi[key], texts.en[key]];
    if (vi === undefined || en === undefined)
      faults.push(`console: ${key}: missing in ${vi === undefined ? 'vi' : 'en'}`);
    else if (places(vi) !== places(en)) faults.push(`console: ${key}: the languages have other places`);
  }
  if (faults.length === 0) return texts;
  throw new AppError(
    'content.invalid',
    `the console's texts have ${faults.length} fault(s):\n  ${faults.join('\n  ')}`,
  );
}

function flatten(node: unknown, path: string, into: Record<string, string>, refuse: (key: string) => void): void {
  if (typeof node === 'string') into[path] = node.trim();
  else if (typeof node === 'object' && node !== null && !Array.isArray(node)) {
    for (const [key, value] of Object.entries(node)) flatten(value, path === '' ? key : `${path}.${key}`, into, refuse);
  } else refuse(path);
}

const places = (sentence: string): string =>
  [...new Set([...sentence.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''))].toSorted().join();
