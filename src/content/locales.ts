import { isMap, isScalar, isSeq } from 'yaml';
import type { Lang } from '../core/campaign.ts';
import { COMMANDS } from '../engine/commands.ts';
import { compileSentence, type Sentence } from '../engine/texts.ts';
import { lineOf, type Fault, type YamlFile } from './yaml.ts';

/** One locale file: sentences by dotted key, and the words people use for commands. */
export type Locale = {
  yaml: YamlFile;
  sentences: Map<string, Sentence>;
  commands: Map<string, readonly string[]>;
};

const BUTTON = 'button.';
/** A tapped label must fit the smallest button. Source: messenger.md §3.3. */
export const MAX_BUTTON = 20;
export const isButton = (key: string): boolean =>
  key.startsWith(BUTTON) || /^confirm\..*Yes$|^steps\..*\.(?:yes|no)$/.test(key);

/** Lists beside the commands themselves; see `CommandWords`. */
const WORD_LISTS: ReadonlySet<string> = new Set(['fillers', 'onlyAlone']);

/** Flattens `locales/<lang>.yaml`. */
export function readLocale(yaml: YamlFile, faults: Fault[]): Locale {
  const sentences = new Map<string, Sentence>();
  const commands = new Map<string, readonly string[]>();
  const walk = (node: unknown, path: string[]): void => {
    if (isMap(node)) {
      for (const pair of node.items) {
        const key = isScalar(pair.key) ? String(pair.key.value) : '';
        walk(pair.value, [...path, key]);
      }
      return;
    }
    const key = path.join('.');
    const fault = (message: string) =>
      faults.push({ file: yaml.file, line: lineOf(yaml, path), message: `${key}: ${message}` });
    if (path[0] === 'commands') {
      if (!isSeq(node)) return void fault('a list of words is wanted');
      const name = path[1] ?? '';
      if (!WORD_LISTS.has(name) && !COMMANDS.some((command) => command === name)) fault('no such command');
      commands.set(
        name,
        node.items.map((item) => (isScalar(item) ? String(item.value) : '')),
      );
      return;
    }
    if (!isScalar(node) || typeof node.value !== 'string') return void fault('a sentence is wanted');
    if (isButton(key) && [...node.value].length > MAX_BUTTON)
      fault(`a button carries at most ${MAX_BUTTON} characters`);
    if (node.value.normalize('NFC') !== node.value) fault('not in NFC');
    sentences.set(key, compileSentence(node.value.trim()));
  };
  walk(yaml.document.contents, []);
  return { yaml, sentences, commands };
}

/** Every language has the same keys with the same placeholders. */
export function compareLocales(locales: Readonly<Record<Lang, Locale>>, faults: Fault[]): void {
  const { vi, en } = locales;
  for (const [one, other] of [
    [vi, en],
    [en, vi],
  ] as const) {
    for (const [key, sentence] of one.sentences) {
      const twin = other.sentences.get(key);
      if (!twin) {
        faults.push({ file: other.yaml.file, line: 1, message: `${key}: missing, ${one.yaml.file} has it` });
      } else if (sorted(twin.names) !== sorted(sentence.names)) {
        faults.push({
          file: other.yaml.file,
          line: lineOf(other.yaml, key.split('.')),
          message: `${key}: other placeholders than ${one.yaml.file}`,
        });
      }
    }
  }
}

const sorted = (names: readonly string[]): string => [...new Set(names)].toSorted().join();
