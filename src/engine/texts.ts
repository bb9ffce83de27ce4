import type { Lang } from '../core/campaign.ts';

export type Params = Readonly<Record<string, string | number>>;

/** A sentence compiled once: pieces of text with the names of placeholders between them. */
export type Sentence = { readonly pieces: readonly string[]; readonly names: readonly string[] };

/** Every sentence said to a person, by key, in every language. */
export type Texts = Readonly<Record<Lang, ReadonlyMap<string, Sentence>>>;

const PLACEHOLDER = /\{([a-zA-Z]+)\}/g;

/** Splits `Bước {n}/{total}` once, so that nothing is parsed in a turn. */
export function compileSentence(template: string): Sentence {
  const pieces: string[] = [];
  const names: string[] = [];
  let from = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    pieces.push(template.slice(from, match.index));
    names.push(match[1] ?? '');
    from = match.index + match[0].length;
  }
  pieces.push(template.slice(from));
  return { pieces, names };
}

/** The sentence `key` in `lang`. A missing key is a fault of the program: the content check refuses it at start. */
export function say(texts: Texts, lang: Lang, key: string, params: Params = {}): string {
  const sentence = texts[lang].get(key);
  if (!sentence) throw new Error(`no sentence "${key}" in ${lang}`);
  let out = sentence.pieces[0] ?? '';
  for (let index = 0; index < sentence.names.length; index += 1) {
    const name = sentence.names[index] ?? '';
    const value = params[name];
    if (value === undefined) throw new Error(`sentence "${key}" wants "${name}"`);
    out += String(value) + (sentence.pieces[index + 1] ?? '');
  }
  return out;
}

/** The sentence as it was written, with its placeholders, for pages that fill it themselves. */
export function rawSentence(texts: Texts, lang: Lang, key: string): string {
  const sentence = texts[lang].get(key);
  if (!sentence) throw new Error(`no sentence "${key}" in ${lang}`);
  return sentence.pieces
    .map((piece, index) => (index === 0 ? '' : `{${sentence.names[index - 1] ?? ''}}`) + piece)
    .join('');
}
