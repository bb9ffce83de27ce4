import type { Cluster, Redis } from 'ioredis';

export type Script = (client: Redis | Cluster, keys: string[], args: (string | number)[]) => Promise<unknown>;

type Callable = Record<string, (...args: (string | number)[]) => Promise<unknown>>;

const known = new Map<string, string>();

/** A Lua script under a name of ours; sent by its digest once Redis knows it. Made when its module loads, never later. */
export function script(name: string, lua: string): Script {
  known.set(name, lua);
  return (client, keys, args) => {
    // ioredis adds the command to the object, which its types cannot say
    return (client as unknown as Callable)[name]!(keys.length, ...keys, ...args);
  };
}

/** Teaches a new connection every script; one learnt after its first command would be missing from a pipeline under way. */
export function defineScripts(client: Redis | Cluster): void {
  for (const [name, lua] of known) client.defineCommand(name, { lua });
}
