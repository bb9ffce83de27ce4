import type { Batch } from '../stores/redis/commit.ts';
import type { Room } from './room.ts';
import type { Prepared, SendTenure } from './tenure.ts';

/**
 * The way from a worker to the sender of the same process: rows that a commit writes are given to the sender as they are,
 * marked as being sent by the commit itself where they can go out at once. Rows that find no such way are read as ever.
 */
export type Outlet = {
  /** How many people the worker may answer now. */
  room: Pick<Room, 'take' | 'give'>;
  /** The worker wrote, or will write, rows of which `written` is not told, or it begins after another. */
  begin(p: number): void;
  /** Before a commit, after which `isHeld` contacts are with staff; null when this process does not send for the partition. */
  prepare(p: number, rows: Batch['rows'], isHeld: (contact: string) => boolean): Prepared | null;
  /** After it: under which entry each row was written, and whether the marks were. */
  written(p: number, prepared: Prepared | null, rows: Batch['rows'], entries: readonly string[], marked: boolean): void;
  /** Nothing was written, or nobody knows. */
  unwritten(prepared: Prepared | null): void;
};

export function makeOutlet(tenures: ReadonlyMap<number, SendTenure>, room: Room): Outlet {
  return {
    room,
    begin: (p) => tenures.get(p)?.catchUp(),
    prepare(p, rows, isHeld) {
      const tenure = tenures.get(p);
      return tenure && rows.length > 0 ? tenure.prepare(rows, isHeld) : null;
    },
    written(p, prepared, rows, entries, marked) {
      const tenure = tenures.get(p);
      if (prepared && tenure === prepared.tenure) tenure.hand(prepared, rows, entries, marked);
      else tenure?.passed(rows, entries);
    },
    unwritten: (prepared) => prepared?.tenure.unwritten(prepared),
  };
}
