/**
 * How many people may be answered before their replies have gone out. Worker and sender of one process share its one thread: without
 * this, a worker that finds ever more to play leaves the sender none of it, and nobody gets an answer.
 */
export type Room = {
  /**
   * At most `wanted`, at least 1: at once while there is room, else when there is again. `since`: when the first of them began to
   * wait, by any one clock: who waits longest goes first.
   */
  take(wanted: number, since: number): number | Promise<number>;
  /** So many of those taken have been played. */
  give(count: number): void;
  /** Something that waited went out, or cannot go out for another reason than time. */
  eased(): void;
  close(): void;
};

/** Replies that wait to be sent: enough for the sends of many partitions to go out without a pause. */
const MOST = 256;
/** A commit for fewer people costs nearly as much. */
const LEAST = 16;
/** Nobody waits for longer: a platform that is slow to take messages is no reason to leave what people say unplayed. */
const PATIENCE_MS = 1000;

/** `waiting`: replies that could be sent now if there were time. */
export function makeRoom(waiting: () => number): Room {
  let taken = 0;
  let queue: { wanted: number; since: number; askedAt: number; grant(count: number): void }[] = [];
  let timer: NodeJS.Timeout | undefined;

  function free(wanted: number): number {
    const room = Math.min(wanted, MOST - taken - waiting());
    return room >= Math.min(wanted, LEAST) ? room : 0;
  }

  function pump(): void {
    while (queue.length > 0) {
      const { wanted, askedAt, grant } = queue[0]!;
      const late = performance.now() - askedAt >= PATIENCE_MS;
      const count = free(wanted) || (late ? Math.min(wanted, LEAST) : 0);
      if (count === 0) break;
      queue.shift();
      taken += count;
      grant(count);
    }
    if (queue.length > 0) timer ??= setTimeout(tick, PATIENCE_MS / 4);
  }

  function tick(): void {
    timer = undefined;
    pump();
  }

  return {
    take(wanted, since) {
      const count = queue.length === 0 ? free(wanted) : 0;
      if (count > 0) {
        taken += count;
        return count;
      }
      return new Promise((grant) => {
        const place = queue.findIndex((other) => other.since > since);
        queue.splice(place < 0 ? queue.length : place, 0, { wanted, since, askedAt: performance.now(), grant });
        pump();
      });
    },
    give(count) {
      taken -= count;
      pump();
    },
    eased: pump,
    close() {
      clearTimeout(timer);
      const left = queue;
      queue = [];
      for (const { wanted, grant } of left) {
        taken += wanted;
        grant(wanted);
      }
    },
  };
}
