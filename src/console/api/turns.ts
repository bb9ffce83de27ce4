import type { EventEmitter } from 'node:events';

/** Ends a turn; a second call does nothing. */
type EndTurn = () => void;

/**
 * Lets `atOnce` heavy things be done at the same time, in the order in which they were asked for. Gives the end of the turn, or
 * null when `asker` (a response) was closed before its turn came.
 */
export function makeTurns(atOnce: number): (asker: Pick<EventEmitter, 'once' | 'off'>) => Promise<EndTurn | null> {
  let free = atOnce;
  const waiting = new Set<() => void>();

  function begin(): EndTurn {
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const [next] = waiting;
      if (next) next();
      else free += 1;
    };
  }

  return (asker) =>
    new Promise((resolve) => {
      if (free > 0) {
        free -= 1;
        resolve(begin());
        return;
      }
      const leave = (): void => {
        waiting.delete(go);
        resolve(null);
      };
      const go = (): void => {
        asker.off('close', leave);
        waiting.delete(go);
        resolve(begin());
      };
      waiting.add(go);
      asker.once('close', leave);
    });
}
