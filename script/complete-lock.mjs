// Adds to package-lock.json the optional packages of other machines that npm left out, after `npm install` met a registry
// that does not keep all of them. Without them `npm ci` refuses the lock file, here and everywhere else. What is added has
// the exact version its owner asks for, and no checksum, because there was nothing to compute one from.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const LOCK = new URL('../package-lock.json', import.meta.url);
const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];

/** Every optional package that some package of the lock asks for and the lock does not hold, with what is known of it. */
export function missingOptional(lock) {
  return Object.values(lock.packages).flatMap(({ optionalDependencies = {}, dev, engines }) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !lock.packages[`node_modules/${name}`])
      .map(([name, version]) => ({
        path: `node_modules/${name}`,
        entry: {
          version,
          ...machineOf(name),
          ...(dev && { dev: true }),
          optional: true,
          ...(engines && { engines }),
        },
      })),
  );
}

/** Read off the end of the name, such as `@oxlint/binding-linux-arm64-musl`. */
function machineOf(name) {
  const words = name.split(/[/-]/);
  const [system, cpu, abi = ''] = words.slice(words.findLastIndex((word) => SYSTEMS.includes(word)));
  if (!SYSTEMS.includes(system) || !cpu) throw new Error(`${name}: no machine can be read off the name`);
  const libc = system !== 'linux' ? null : abi.startsWith('musl') ? 'musl' : abi.startsWith('gnu') ? 'glibc' : null;
  return { cpu: [cpu], ...(libc && { libc: [libc] }), os: [system] };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const lock = JSON.parse(readFileSync(LOCK, 'utf8'));
  for (const { path, entry } of missingOptional(lock)) lock.packages[path] = entry;
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`);
}
