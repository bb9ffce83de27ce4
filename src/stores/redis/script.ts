import { Cluster, type Redis } from 'ioredis';

type Client = Redis | Cluster;
type Arg = string | number;

/** Runs a script once; rejects with what ioredis throws. */
export type Script = (client: Client, keys: string[], args: Arg[]) => Promise<unknown>;

type Callable = Record<string, (...args: Arg[]) => Promise<unknown>>;

const known = new Map<string, string>();

/**
 * A Lua script under a name of ours; sent by its digest once Redis knows it. Made when its module loads, never later.
 * Each begins its writes with one that needs no memory: a full Redis (`noeviction`) judges a script by the first alone, so
 * that what was taken in is worked off, and memory comes free, while new webhooks are refused.
 * Source: Redis 7 script.c, scriptVerifyOOM; seen on 7.0.15, 2026-11-21.
 */
export function script(name: string, lua: string): Script {
  known.set(name, lua);
  return (client, keys, args) => {
    // ioredis adds the command to the object, which its types cannot say
    return (client as unknown as Callable)[name]!(keys.length, ...keys, ...args);
  };
}

/** Teaches a new connection every script; one learnt after its first command would be missing from a pipeline under way. */
export function defineScripts(client: Client): void {
  for (const [name, lua] of known) client.defineCommand(name, { lua });
}

type Section = { keys: string[]; args: Arg[]; resolve(reply: unknown): void; reject(error: unknown): void };
type Gathering = { waiting: Section[]; running: boolean };

/** Of one call: Redis does nothing else meanwhile. */
const MAX_ARGS = 4000;

/**
 * A script that is called for one partition and runs for several at once: what is asked for while an earlier call is under
 * way goes together in the next. The body is that of a Lua function: its keys begin at `KEYS[k + 1]`, its arguments at
 * `ARGV[at]`, and `list(width)` gives the first and last index of a list that begins there, led by its length, and moves
 * `at` past it; what the body returns comes back to its caller. On a cluster, whose scripts must stay on one slot, each goes alone.
 * What fails in Lua rejects its own caller alone. An error of the call rejects all that went together, and then it is
 * unknown which of them were run.
 */
export function gatheredScript(name: string, body: string): Script {
  const call = script(
    name,
    `local k, at
local function list(width)
  local n = tonumber(ARGV[at]) * width
  local first = at + 1
  at = at + 1 + n
  return first, at - 1
end
local function section()
${body}
end
local replies, nextKey, nextArg = {}, 0, 1
while nextArg <= #ARGV do
  local keys, args = tonumber(ARGV[nextArg]), tonumber(ARGV[nextArg + 1])
  k, at = nextKey, nextArg + 2
  nextKey, nextArg = nextKey + keys, at + args
  local ran, reply = pcall(section)
  if not ran and type(reply) ~= 'table' then reply = { err = 'ERR ' .. tostring(reply) } end
  replies[#replies + 1] = reply
end
return replies`,
  );
  const gatherings = new WeakMap<Client, Gathering>();

  async function run(client: Client, sections: readonly Section[]): Promise<void> {
    const keys: string[] = [];
    const args: Arg[] = [];
    for (const section of sections) {
      args.push(section.keys.length, section.args.length);
      for (const key of section.keys) keys.push(key);
      for (const arg of section.args) args.push(arg);
    }
    try {
      const replies = (await call(client, keys, args)) as unknown[];
      for (const [i, { resolve, reject }] of sections.entries()) {
        const reply = replies[i];
        if (reply instanceof Error) reject(reply);
        else resolve(reply);
      }
    } catch (error) {
      for (const section of sections) section.reject(error);
    }
  }

  async function runAll(client: Client, gathering: Gathering): Promise<void> {
    while (gathering.waiting.length > 0) {
      let size = 0;
      const fits = gathering.waiting.findIndex((section, i) => (size += section.args.length) > MAX_ARGS && i > 0);
      await run(client, gathering.waiting.splice(0, fits < 0 ? gathering.waiting.length : fits));
    }
    gathering.running = false;
  }

  return (client, keys, args) =>
    new Promise((resolve, reject) => {
      const section: Section = { keys, args, resolve, reject };
      if (client instanceof Cluster) return void run(client, [section]);
      let gathering = gatherings.get(client);
      if (!gathering) gatherings.set(client, (gathering = { waiting: [], running: false }));
      gathering.waiting.push(section);
      if (gathering.running) return;
      gathering.running = true;
      setImmediate(runAll, client, gathering);
    });
}
