// Does all the set-up for `npm start` and `npm test` on a fresh machine. It runs before the packages are there, so it
// needs nothing but Node. With nothing to do it is done in a moment; every step can be run again.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as util from 'node:util'; // not by name: an old Node must get as far as the check of its version
import { BUILD_STAMP, sourcesHash } from './sources.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const OLDEST_NODE = [20, 19];

const REDIS = {
  name: 'Redis',
  commands: ['redis-server', 'valkey-server'],
  paths: [],
  apt: ['redis-server'],
  brew: ['install', 'redis'],
  otherwise: 'set REDIS_URL to a Redis that runs elsewhere',
};
/** Tests start servers of their own, also beside a REDIS_URL, and mend and cluster them. All of it comes with one package. */
const REDIS_TOOLS = {
  ...REDIS,
  name: 'Redis with its tools (redis-server, redis-cli, redis-check-aof)',
  commands: ['redis-server', 'redis-cli', 'redis-check-aof'],
  all: true,
  otherwise: 'put these three on the PATH',
};
const CHROMIUM = {
  name: 'Chromium (for the browser tests)',
  commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  paths: [
    process.env.CHROMIUM_PATH,
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ].filter(Boolean),
  apt: ['chromium'],
  brew: ['install', '--cask', 'chromium'],
  otherwise: 'set CHROMIUM_PATH to a Chromium or Chrome',
};
const POPPLER = {
  name: 'Poppler (for the tests of posters: pdftoppm, pdftotext)',
  commands: ['pdftoppm', 'pdftotext'],
  all: true,
  paths: [],
  apt: ['poppler-utils'],
  brew: ['install', 'poppler'],
  otherwise: 'put these two on the PATH',
};
/** Draws Vietnamese letters; without any font the pages show empty boxes. */
const FONT = 'fonts-dejavu-core';

const mode = process.argv[2];
if (mode !== 'start' && mode !== 'test') fail('usage: node script/bootstrap.mjs start|test');
checkNode();
installPackages();
build();
// `npm start` reads .env too
const redisUrl = process.env.REDIS_URL ?? dotenv().REDIS_URL;
const needed = mode === 'test' ? [REDIS_TOOLS, CHROMIUM, POPPLER] : redisUrl ? [] : [REDIS];
const missing = needed.filter((program) => !isThere(program));
if (missing.length > 0) installPrograms(missing);

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  fail(
    `Node.js ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.versions.node}. Get one from https://nodejs.org`,
  );
}

function installPackages() {
  if (packagesMatchLock()) return;
  say('installing the packages (npm ci)');
  const npm = process.env.npm_execpath;
  // the build needs the development packages, also where NODE_ENV=production leaves them out
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = npm?.endsWith('.js') ? run(process.execPath, [npm, ...args]) : run('npm', args);
  if (!done) fail('npm ci did not succeed; see above');
}

/** npm writes down what it installed as its last step: that must be what the lock file asks for. */
function packagesMatchLock() {
  const wanted = readJson('package-lock.json')?.packages;
  const installed = readJson('node_modules/.package-lock.json')?.packages;
  if (!wanted) fail('package-lock.json is missing or cannot be read');
  if (!installed) return false;
  return Object.entries(wanted).every(([path, { version, optional, peer }]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? found.version === version : Boolean(optional ?? peer); // optional ones depend on the machine
  });
}

function build() {
  if (readText(join('dist', BUILD_STAMP)) === sourcesHash(root)) return;
  say('building dist/');
  if (!run(process.execPath, [join(root, 'script/build.mjs')])) fail('the build did not succeed; see above');
}

/** One of the commands, or with `all` every one of them. */
function isThere({ commands, paths, all = false }) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const isOnPath = (name) => folders.some((folder) => isProgram(join(folder, name)));
  return paths.some(isProgram) || (all ? commands.every(isOnPath) : commands.some(isOnPath));
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function installPrograms(programs) {
  const names = programs.map((program) => program.name).join(' and ');
  const apt = isThere({ commands: ['apt-get'], paths: [] });
  const brew = isThere({ commands: ['brew'], paths: [] });
  const packages = programs.flatMap((program) => program.apt);
  if (programs.includes(CHROMIUM) && !hasFont()) packages.push(FONT);
  const byApt = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  const byBrew = programs.map((program) => `brew ${program.brew.join(' ')}`).join(' && ');
  const otherwise = programs.map((program) => program.otherwise).join('; ');

  let command = byApt;
  if (process.platform === 'linux' && apt && process.getuid?.() === 0) {
    say(`installing ${names}: ${byApt}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    // an update may fail for one source of many, so the installation decides
    run('apt-get', ['update', '-q'], env);
    run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], env);
  } else if (process.platform === 'darwin' && brew) {
    say(`installing ${names}: ${byBrew}`);
    for (const program of programs) run('brew', program.brew);
    command = byBrew;
  } else if (process.platform === 'darwin') {
    command = `install Homebrew (https://brew.sh), then: ${byBrew}`;
  } else {
    command = apt ? `sudo sh -c '${byApt}'` : `install ${packages.join(' and ')} with your system's package manager`;
  }
  const still = programs.filter((program) => !isThere(program)).map((program) => program.name);
  if (still.length > 0)
    fail(`${still.join(' and ')} is missing. Run this and try again:\n\n  ${command}\n\nor ${otherwise}`);
}

function hasFont() {
  try {
    return readdirSync('/usr/share/fonts', { recursive: true }).some((name) => /\.(ttf|otf|ttc)$/.test(String(name)));
  } catch {
    return false;
  }
}

function dotenv() {
  return util.parseEnv(readText('.env') ?? '');
}

function readText(path) {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null;
}

function readJson(path) {
  try {
    return JSON.parse(readText(path) ?? 'null');
  } catch {
    return null;
  }
}

function run(command, args, env = process.env) {
  return spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
}

function say(text) {
  console.log(`bootstrap: ${text}`);
}

function fail(text) {
  console.error(`bootstrap: ${text}`);
  process.exit(1);
}
