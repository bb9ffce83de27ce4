import { expect, it } from 'vitest';
import { sourceFiles } from './sources.ts';

const MOST_LINES = 400;
const CODE = /\.(ts|tsx|mjs|js|css)$/;

it(`no source file is longer than ${MOST_LINES} lines`, () => {
  const long = ['src', 'test', 'script']
    .flatMap((folder) => sourceFiles(folder, CODE))
    .map((file) => ({ path: file.path, lines: file.text.split('\n').length - 1 }))
    .filter((file) => file.lines > MOST_LINES);
  expect(long).toEqual([]);
});

it('files are named in kebab-case', () => {
  const odd = ['src', 'test', 'script']
    .flatMap((folder) => sourceFiles(folder, CODE))
    .map((file) => file.path)
    .filter((path) => !/^[a-z0-9/.-]+$/.test(path));
  expect(odd).toEqual([]);
});
