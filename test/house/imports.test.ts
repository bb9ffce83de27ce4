import { expect, it } from 'vitest';
import { codeLines, importsOf, sourceFiles } from './sources.ts';

/** Who may import whom, as in the architecture's table. A room may always import itself. */
const ROOMS: Record<string, readonly string[]> = {
  base: [],
  config: ['base'],
  embedded: ['base'],
  core: ['base'],
  engine: ['core', 'base'],
  channels: ['core', 'base'],
  stores: ['core', 'base'],
  jobs: ['core', 'base'],
  content: ['engine', 'core', 'base'],
  outbound: ['channels', 'stores', 'jobs', 'core', 'base'],
  handover: ['stores', 'outbound', 'core', 'base'],
  inbound: ['channels', 'engine', 'content', 'stores', 'outbound', 'handover', 'jobs', 'core', 'base'],
  broadcasts: ['outbound', 'content', 'stores', 'jobs', 'core', 'base'],
  reports: ['content', 'stores', 'core', 'base'],
  console: ['broadcasts', 'reports', 'handover', 'outbound', 'stores', 'content', 'engine', 'core', 'base'],
  landing: ['core', 'base'],
  simulator: ['channels', 'core', 'base'],
};

/** What only some rooms may touch. */
const KEPT: [what: string, pattern: RegExp, rooms: readonly string[]][] = [
  ['mongoose', /^mongoose$/, ['stores']],
  ['ioredis', /^ioredis$/, ['stores', 'jobs']],
  ['bullmq', /^bullmq$/, ['jobs']],
  ['express', /^express$/, ['inbound', 'console', 'landing', 'simulator']],
  ['bson and mingo', /^(bson|mingo)(\/|$)/, ['embedded']],
  ['messaging-api-messenger', /^messaging-api-messenger$/, ['channels']],
];

/** They put the parts together, or answer for all of them. */
const AT_THE_TOP = /^src\/[\w-]+\.ts$/;

const files = sourceFiles('src', /\.tsx?$/);
const room = (path: string) => path.split('/')[1] ?? '';

it('there are sources to look at', () => {
  expect(files.length).toBeGreaterThan(10);
});

it('every folder of src is a room of the table', () => {
  const folders = files.filter((file) => !AT_THE_TOP.test(file.path)).map((file) => room(file.path));
  expect([...new Set(folders)].filter((name) => !(name in ROOMS))).toEqual([]);
});

it('no room imports in a forbidden direction', () => {
  const wrong = files
    .filter((file) => !AT_THE_TOP.test(file.path))
    .flatMap((file) =>
      importsOf(file)
        .filter((path) => path.startsWith('src/') && room(path) !== room(file.path))
        .filter((path) => !ROOMS[room(file.path)]?.includes(room(path)))
        .map((path) => `${file.path} imports ${path}`),
    );
  expect(wrong).toEqual([]);
});

it('the simulator takes only types from the channels, and the table itself has no circle', () => {
  const values = files
    .filter((file) => room(file.path) === 'simulator')
    .filter((file) => /^import (?!type )[^;]*from '[./]+channels\//m.test(file.text))
    .map((file) => file.path);
  expect(values).toEqual([]);
  expect(circlesIn(new Map(Object.entries(ROOMS)))).toEqual([]);
});

it('no file imports itself in a circle', () => {
  expect(
    circlesIn(new Map(files.map((file) => [file.path, importsOf(file).filter((path) => path.startsWith('src/'))]))),
  ).toEqual([]);
});

it.each(KEPT)('%s is imported only where it belongs', (_, pattern, rooms) => {
  const wrong = files
    .filter((file) => !AT_THE_TOP.test(file.path) && !rooms.includes(room(file.path)))
    .filter((file) => importsOf(file).some((name) => pattern.test(name)))
    .map((file) => file.path);
  expect(wrong).toEqual([]);
});

it('only config reads the environment of the process', () => {
  const wrong = files
    .filter((file) => room(file.path) !== 'config')
    // a program of its own, started beside the product by the bench
    .filter((file) => file.path !== 'src/embedded/mongo/main.ts')
    .filter((file) =>
      codeLines(file.text).some((line) => /\bprocess\s*(\.|\?\.)\s*env\b|\bprocess\[['"]env/.test(line)),
    )
    .map((file) => file.path);
  expect(wrong).toEqual([]);
});

it('engine and core take nothing from the machine: no clock, no chance, no network, no module of Node', () => {
  const wrong = files
    .filter((file) => ['engine', 'core'].includes(room(file.path)))
    .flatMap((file) => {
      const used =
        codeLines(file.text)
          .join('\n')
          .match(/\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bcrypto\.\w+|\bprocess\./g) ?? [];
      const imported = importsOf(file).filter((name) => name.startsWith('node:'));
      return [...used, ...imported].map((name) => `${file.path} uses ${name}`);
    });
  expect(wrong).toEqual([]);
});

it('a circle is found when there is one', () => {
  expect(
    circlesIn(
      new Map([
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['a']],
      ]),
    ),
  ).toEqual(['a → b → c → a']);
});

/** One line for each way back found, from a walk in depth. */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (name: string, trail: readonly string[]): void => {
    const back = trail.indexOf(name);
    if (back >= 0) {
      found.push([...trail.slice(back), name].join(' → '));
      return;
    }
    if (done.has(name)) return;
    for (const next of graph.get(name) ?? []) walk(next, [...trail, name]);
    done.add(name);
  };
  for (const name of graph.keys()) walk(name, []);
  return found;
}
