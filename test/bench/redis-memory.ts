import type { Redis } from 'ioredis';

/** Keys of one kind, all partitions together. */
export type Family = { name: string; keys: number; bytes: number; members: number };

/** The part of a key behind its hash tag without what belongs to one person or time; see `src/stores/redis/keys.ts`. */
function familyOf(key: string): string {
  const tail = /\}:(.+)$/.exec(key)?.[1];
  if (tail === undefined) return key.replace(/:\d+$/, '');
  return tail.replace(/^(s|broken|told):.*/, '$1').replace(/:\d+$/, '');
}

export async function usedMemory(client: Redis): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))?.[1] ?? 0);
}

/** Every key by kind; of kinds with many keys 500 are measured. Walks over the whole store: not while something is timed. */
export async function families(client: Redis): Promise<Family[]> {
  const found = new Map<string, string[]>();
  let cursor = '0';
  do {
    const [next, keys] = await client.scan(cursor, 'COUNT', 2000);
    cursor = next;
    for (const key of keys) {
      const list = found.get(familyOf(key));
      if (list) list.push(key);
      else found.set(familyOf(key), [key]);
    }
  } while (cursor !== '0');
  const measured: Family[] = [];
  for (const [name, keys] of found) {
    const step = Math.max(1, Math.floor(keys.length / MEASURED));
    const chosen = keys.filter((_, i) => i % step === 0);
    const sizes = await Promise.all(chosen.map((key) => client.memory('USAGE', key, 'SAMPLES', 500)));
    const bytes = sizes.reduce<number>((sum, size) => sum + Number(size ?? 0), 0);
    const members = keys.length > MEASURED ? keys.length : await countMembers(client, keys);
    measured.push({ name, keys: keys.length, bytes: (bytes / chosen.length) * keys.length, members });
  }
  return measured.toSorted((a, b) => b.bytes - a.bytes);
}

const MEASURED = 500;

async function countMembers(client: Redis, keys: readonly string[]): Promise<number> {
  const counts = await Promise.all(
    keys.map(async (key) => {
      const type = await client.type(key);
      if (type === 'set') return client.scard(key);
      if (type === 'hash') return client.hlen(key);
      if (type === 'zset') return client.zcard(key);
      return type === 'stream' ? client.xlen(key) : 1;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** `count` of what it grew by, such as 300 of `finished person`. */
export function familyTable(before: readonly Family[], after: readonly Family[], count: number, what: string): string {
  const rows = after.map(({ name, keys, bytes, members }) => {
    const was = before.find((family) => family.name === name) ?? { keys: 0, bytes: 0, members: 0 };
    const cells = [name, keys, members, (bytes / 2 ** 20).toFixed(2)];
    cells.push(((members - was.members) / count).toFixed(2), ((bytes - was.bytes) / count).toFixed(0));
    return `| ${cells.join(' | ')} |`;
  });
  return [
    `| keys of a kind | keys | members | MB | members more per ${what} | bytes more per ${what} |`,
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
}
