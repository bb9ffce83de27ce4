import { LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';

/** One mistake in a data file, told to the person who edits it. */
export type Fault = { file: string; line: number; message: string };

export type YamlFile = { file: string; document: Document.Parsed; lines: LineCounter };

/** Parses a YAML file and keeps where everything stood. Syntax errors go to `faults`. */
export function parseYaml(text: string, file: string, faults: Fault[]): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  for (const error of document.errors) {
    faults.push({ file, line: lines.linePos(error.pos[0]).line, message: error.message });
  }
  return { file, document, lines };
}

/** The line on which the value at `path` stands; of its nearest parent when it is missing. */
export function lineOf({ document, lines }: YamlFile, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const range = (node as { range?: [number, number, number] } | null | undefined)?.range;
    if (range) return lines.linePos(range[0]).line;
  }
  return 1;
}

/** Checks a file against its schema; null and faults with file and line when it does not fit. */
export function readYaml<T>(yaml: YamlFile, schema: z.ZodType<T>, faults: Fault[]): T | null {
  if (yaml.document.errors.length > 0) return null;
  const parsed = schema.safeParse(yaml.document.toJS());
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    const at = issue.path.join('.');
    faults.push({ file: yaml.file, line: lineOf(yaml, issue.path), message: `${at ? `${at}: ` : ''}${issue.message}` });
  }
  return null;
}
