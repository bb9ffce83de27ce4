import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * A TCP proxy between one process of the product and one of its stores. It sees the bytes that pass, can hold them while
 * something is done (a kill at exactly this point), and plays a bad network. Bytes are never changed, lost or reordered
 * while a connection lives.
 */
export type Proxy = {
  port: number;
  /** Connections open just now. */
  connections(): number;
  /** Sets a trap; gives what takes it away again. Every trap sees every connection. */
  trap(trap: Trap): () => void;
  /** Every chunk in either direction arrives so many ms later, in order. 0 = at once. */
  slow(ms: number): void;
  /** Breaks every open connection (RST); new ones are taken. */
  cut(): void;
  /** `true`: breaks every open connection and every new one at once, as if nothing listened. `false`: as before. */
  refuse(on: boolean): void;
  /** `true`: takes connections and bytes but passes nothing on, as a network that swallows packets. `false`: passes on what was held. */
  stall(on: boolean): void;
  close(): Promise<void>;
};

export type Trap = {
  /** Bytes of a request on its way to the store, also across two chunks. */
  sees: string;
  /** `before`: held before the store sees them. `after`: passed on; the answer, which proves that it was done, is held. */
  when: 'before' | 'after';
  /**
   * The bytes, given as `held`, wait until this resolves. Called for each sight; what it throws breaks the connection, and
   * then they are never passed on.
   */
  act(held: Buffer): void | Promise<void>;
};

type Pipe = { destroy(): void };

/** `to`: port of the store on 127.0.0.1, or a function that gives the present one. */
export async function startProxy(to: number | (() => number)): Promise<Proxy> {
  const pipes = new Set<Pipe>();
  const traps = new Set<Trap>();
  let delayMs = 0;
  let refusing = false;
  let goOn: Promise<void> | null = null;
  let unstall: () => void = () => {};

  const server = createServer((near) => {
    if (refusing) return void near.resetAndDestroy();
    const far = connect(typeof to === 'number' ? to : to(), '127.0.0.1');
    const pipe = {
      destroy() {
        if (!pipes.delete(pipe)) return;
        near.resetAndDestroy();
        far.resetAndDestroy();
      },
    };
    pipes.add(pipe);
    const owed: Trap[] = [];
    carry(near, far, pipe, async (chunk, tail) => {
      if (traps.size === 0) return;
      const sprung = [...traps].filter((trap) => includes(tail, chunk, trap.sees));
      for (const trap of sprung) if (trap.when === 'before') await trap.act(chunk);
      for (const trap of sprung) if (trap.when === 'after') owed.push(trap); // answers to what went before are not meant
    });
    carry(far, near, pipe, async (chunk) => {
      for (const trap of owed.splice(0)) await trap.act(chunk);
    });
  });

  /** Passes chunks on one after the other, each after what is to be done at its sight. */
  function carry(from: Socket, into: Socket, pipe: Pipe, seen: (chunk: Buffer, tail: Buffer) => Promise<void>): void {
    let queue = Promise.resolve();
    let tail: Buffer = EMPTY;
    from.setNoDelay(true);
    from.on('data', (chunk: Buffer) => {
      const before = tail;
      tail =
        chunk.length >= LONGEST_SIGHT
          ? chunk.subarray(-LONGEST_SIGHT)
          : Buffer.concat([before, chunk]).subarray(-LONGEST_SIGHT);
      const dueAt = performance.now() + delayMs;
      from.pause();
      queue = queue
        .then(async () => {
          await seen(chunk, before);
          const waitMs = dueAt - performance.now();
          if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
          while (goOn) await goOn;
          if (!into.destroyed && !into.write(chunk)) await once(into, 'drain');
          from.resume();
        })
        .catch(() => pipe.destroy());
    });
    from.on('end', () => void queue.then(() => into.end()));
    from.on('error', () => pipe.destroy());
    from.on('close', () => void queue.then(() => pipe.destroy()));
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const pipe of pipes) pipe.destroy();
  };

  return {
    port: (server.address() as AddressInfo).port,
    connections: () => pipes.size,
    trap(trap) {
      if (trap.sees.length > LONGEST_SIGHT) throw new Error(`a trap sees at most ${LONGEST_SIGHT} bytes`);
      traps.add(trap);
      return () => void traps.delete(trap);
    },
    slow: (ms) => void (delayMs = ms),
    cut,
    refuse(on) {
      refusing = on;
      if (on) cut();
    },
    stall(on) {
      if (on === (goOn !== null)) return;
      if (on) goOn = new Promise((resolve) => (unstall = resolve));
      else {
        goOn = null;
        unstall();
      }
    },
    async close() {
      goOn = null;
      unstall();
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

const EMPTY = Buffer.alloc(0);
/** Bytes of the chunk before that are looked at again. */
const LONGEST_SIGHT = 64;

function includes(tail: Buffer, chunk: Buffer, sees: string): boolean {
  if (chunk.includes(sees)) return true;
  if (tail.length === 0) return false;
  // only across the seam: what stood in the tail alone was seen before
  const seam = Buffer.concat([tail.subarray(-(sees.length - 1)), chunk.subarray(0, sees.length - 1)]);
  return seam.includes(sees);
}
