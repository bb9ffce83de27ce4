import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';

/** Resolves when nothing is left to play, to send, to do or to archive. */
export async function drained(client: Redis): Promise<void> {
  for (;;) {
    const streams = (await client.keys('*')).filter((key) => /:(in|tasks|arch|out:\w+)$/.test(key));
    const lengths = await Promise.all(streams.map((key) => client.xlen(key)));
    if (lengths.every((length) => length === 0)) return;
    await wait(200);
  }
}

/** Mean bytes of the keys that match, as Redis counts them, and how many there are. */
export async function keyBytes(client: Redis, pattern: RegExp): Promise<{ keys: number; bytes: number }> {
  const keys = (await client.keys('*')).filter((key) => pattern.test(key));
  const sizes = await Promise.all(keys.map((key) => client.memory('USAGE', key, 'SAMPLES', 0)));
  return { keys: keys.length, bytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0) };
}

/** Members of all sets that match. */
export async function membersOf(client: Redis, pattern: RegExp): Promise<number> {
  const keys = (await client.keys('*')).filter((key) => pattern.test(key));
  return (await Promise.all(keys.map((key) => client.scard(key)))).reduce((sum, size) => sum + size, 0);
}

/** What Redis tells of itself, since its start. */
export async function redisFacts(client: Redis) {
  const info = await client.info();
  const fact = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  const stats = await client.info('commandstats');
  const calls = Array.from(stats.matchAll(/cmdstat_(\S+?):calls=(\d+)/g)).reduce(
    (sum, found) => sum + Number(found[2]),
    0,
  );
  return {
    calls, // those inside scripts too
    commands: fact('total_commands_processed'),
    memory: fact('used_memory'),
    inBytes: fact('total_net_input_bytes'),
    outBytes: fact('total_net_output_bytes'),
    aofBytes: fact('aof_current_size'),
  };
}
