// What the build is made of, so that it is made again only when that changed. Node's own modules only.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** In `dist/`: the hash of the sources it was built from. */
export const BUILD_STAMP = '.built-from';

/** A hash over the names and bytes of everything the build reads. */
export function sourcesHash(root) {
  const hash = createHash('sha256');
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of [
    ...files,
    ...['tsconfig.json', 'package-lock.json', 'script/build.mjs'].map((name) => join(root, name)),
  ]) {
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}
