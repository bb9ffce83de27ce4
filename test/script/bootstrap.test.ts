import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const repository = new URL('../..', import.meta.url).pathname;
const asRoot = process.getuid?.() === 0 && process.platform === 'linux';

/** Debian's package `redis-server` brings the others along as `redis-tools`. */
const REDIS_TOOLS = ['redis-server', 'redis-cli', 'redis-check-aof'];
/** Draw and read pages of PDF. */
const POPPLER = ['pdftoppm', 'pdftotext'];

/** A house of its own with packages installed and nothing to build, and a PATH that holds only what a test puts there. */
let house: string;
let bin: string;

beforeEach(async () => {
  house = mkdtempSync(join(tmpdir(), 'skb-bootstrap-'));
  bin = join(house, 'bin');
  for (const folder of ['bin', 'src', 'dist', 'node_modules']) mkdirSync(join(house, folder));
  cpSync(join(repository, 'script'), join(house, 'script'), { recursive: true });
  for (const file of ['package.json', 'tsconfig.json', 'src/main.ts']) writeFileSync(join(house, file), '{}');
  write('package-lock.json', lock('1.0.0'));
  write('node_modules/.package-lock.json', lock('1.0.0'));
  const sources = (await import(join(house, 'script/sources.mjs'))) as { sourcesHash(root: string): string };
  write('dist/.built-from', sources.sourcesHash(`${house}/`));
  for (const tool of ['sh', 'touch', 'chmod']) symlinkSync(join('/bin', tool), join(bin, tool));
});
afterEach(() => rmSync(house, { recursive: true }));

const lock = (version: string) =>
  JSON.stringify({ packages: { '': {}, 'node_modules/a': { version }, b: { optional: true } } });
const write = (path: string, text: string) => writeFileSync(join(house, path), text);

function program(name: string, script = 'exit 0') {
  write(join('bin', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

function bootstrap(mode: string, env: Record<string, string> = {}) {
  const run = spawnSync(process.execPath, [join(house, 'script/bootstrap.mjs'), mode], {
    env: { PATH: bin, HOME: house, ...env },
    encoding: 'utf8',
  });
  return { status: run.status, said: run.stdout + run.stderr };
}

describe('with everything there', () => {
  it('a start needs nothing and says nothing', () => {
    program('redis-server');
    expect(bootstrap('start')).toEqual({ status: 0, said: '' });
  });

  it('Valkey is as good as Redis', () => {
    program('valkey-server');
    expect(bootstrap('start')).toEqual({ status: 0, said: '' });
  });

  it('a Redis elsewhere is enough, named in the environment or in .env', () => {
    expect(bootstrap('start', { REDIS_URL: 'redis://redis:6379' })).toEqual({ status: 0, said: '' });
    write('.env', 'REDIS_URL=redis://redis:6379\n');
    expect(bootstrap('start')).toEqual({ status: 0, said: '' });
  });

  it('a browser may lie where CHROMIUM_PATH says', () => {
    for (const name of [...REDIS_TOOLS, ...POPPLER, 'my-browser']) program(name);
    expect(bootstrap('test', { CHROMIUM_PATH: join(bin, 'my-browser') })).toEqual({ status: 0, said: '' });
  });
});

describe('with something missing', () => {
  it('the packages are installed when the lock file asks for others', () => {
    program('redis-server');
    program('npm', 'echo "npm $@"');
    write('package-lock.json', lock('1.0.1'));
    const { said } = bootstrap('start', { REDIS_URL: 'redis://redis:6379' });
    expect(said).toContain('npm ci --include=dev');
  });

  it('a failed installation of packages ends the start', () => {
    program('npm', 'exit 1');
    rmSync(join(house, 'node_modules'), { recursive: true });
    expect(bootstrap('start')).toEqual({ status: 1, said: expect.stringContaining('npm ci did not succeed') });
  });

  it('without a package manager the start ends with what to do', () => {
    const { status, said } = bootstrap('start');
    expect(status).toBe(1);
    expect(said).toContain('Redis is missing');
    expect(said).toContain('REDIS_URL');
  });

  it('the tests want servers and tools of their own, also where a Redis is named', () => {
    for (const name of ['redis-server', 'chromium', ...POPPLER]) program(name);
    const { status, said } = bootstrap('test', { REDIS_URL: 'redis://redis:6379' });
    expect(status).toBe(1);
    expect(said).toContain('redis-check-aof) is missing');
  });

  it.runIf(asRoot)('the package manager of Debian installs Redis, Chromium and Poppler in one go', () => {
    program(
      'apt-get',
      'echo "apt-get $@"; for p in redis-server redis-cli redis-check-aof chromium pdftoppm pdftotext; do touch "${0%/*}/$p"; chmod +x "${0%/*}/$p"; done',
    );
    const { status, said } = bootstrap('test');
    expect(said).toMatch(
      /apt-get update -q\napt-get install -y -q --no-install-recommends redis-server chromium poppler-utils/,
    );
    expect(status).toBe(0);
    expect(bootstrap('test')).toEqual({ status: 0, said: '' });
  });

  it.runIf(asRoot)('an installation that brings nothing ends with the exact command', () => {
    program('apt-get', 'exit 100');
    const { status, said } = bootstrap('start');
    expect(status).toBe(1);
    expect(said).toContain('\n  apt-get update && apt-get install -y --no-install-recommends redis-server\n');
  });
});

it('an unknown mode is told how to call it', () => {
  expect(bootstrap('stop')).toEqual({ status: 1, said: expect.stringContaining('bootstrap.mjs start|test') });
});
