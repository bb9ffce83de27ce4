import type { RedisClient } from './connection.ts';

export type Script = (client: RedisClient, keys: string[], args: (string | number)[]) => Promise<unknown>;

type Callable = Record<string, (...args: (string | number)[]) => Promise<unknown>>;

/** A Lua script under a name of ours; sent by its digest once Redis knows it. */
export function script(name: string, lua: string): Script {
  return (client, keys, args) => {
    if (!(name in client)) client.defineCommand(name, { lua });
    // ioredis adds the command to the object, which its types cannot say
    return (client as unknown as Callable)[name]!(keys.length, ...keys, ...args);
  };
}
