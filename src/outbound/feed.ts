import type { ChannelName } from '../core/contact.ts';

/**
 * Which rows of a partition's outbox a sender has, when they come by two ways: read from the stream, and from the hand of
 * the worker in the same process, who wrote them. A row is taken once, and none before an earlier one of its channel.
 */
export type Feed = {
  /** Is every row that was written before known here? Only then may the next be taken by hand. */
  isLevel(channel: ChannelName): boolean;
  /** The worker wrote this entry. True: take it now. False: it was read already, or will be. `room`: more may be held. */
  hand(channel: ChannelName, entry: string, room: boolean): boolean;
  /** The reader brings this entry. False: it was taken by hand. */
  read(channel: ChannelName, entry: string): boolean;
  /** This entry was written and is not taken by hand. True: it will come by reading. False: it came. */
  passed(channel: ChannelName, entry: string): boolean;
  /** Others may have written: nothing is taken by hand until all that is there by now has been read; ever, if that cannot be told. */
  catchUp(): void;
  /** Entries taken by hand that the reader may still bring. */
  ahead(): number;
};

/** `newest` gives the last entry of a channel's stream, null when it is empty. */
export function makeFeed(
  channels: readonly ChannelName[],
  newest: (channel: ChannelName) => Promise<string | null>,
): Feed {
  const ways = new Map(
    channels.map((name) => [name, { readUpTo: START, unreadUpTo: START, handed: new Set<string>() }]),
  );
  let asking = 0;

  function passed(channel: ChannelName, entry: string): boolean {
    const way = ways.get(channel);
    if (!way || !isAfter(entry, way.readUpTo)) return false;
    if (isAfter(entry, way.unreadUpTo)) way.unreadUpTo = entry;
    return true;
  }

  function isLevel(channel: ChannelName): boolean {
    const way = ways.get(channel);
    return way !== undefined && asking === 0 && !isAfter(way.unreadUpTo, way.readUpTo);
  }

  return {
    isLevel,
    passed,
    hand(channel, entry, room) {
      const way = ways.get(channel);
      if (!way || !isAfter(entry, way.readUpTo)) return false;
      if (!room || !isLevel(channel)) {
        passed(channel, entry);
        return false;
      }
      way.handed.add(entry);
      return true;
    },
    read(channel, entry) {
      const way = ways.get(channel);
      if (!way) return true;
      if (isAfter(entry, way.readUpTo)) way.readUpTo = entry;
      const taken = way.handed.delete(entry);
      // what was sent and removed before the reader came by is never read
      for (const older of way.handed) {
        if (!isAfter(entry, older)) break;
        way.handed.delete(older);
      }
      return !taken;
    },
    catchUp() {
      asking++;
      const looked = channels.map(async (name) => {
        const entry = await newest(name);
        if (entry !== null) passed(name, entry);
      });
      Promise.all(looked).then(
        () => void asking--,
        () => {
          asking--;
          for (const way of ways.values()) way.unreadUpTo = NEVER;
        },
      );
    },
    ahead: () => [...ways.values()].reduce((sum, { handed }) => sum + handed.size, 0),
  };
}

const START = '0-0';
const NEVER = `${Number.MAX_SAFE_INTEGER}-0`;

/** Is stream id `a` later than `b`? Ids are `<ms>-<number>`. */
function isAfter(a: string, b: string): boolean {
  if (a.length === b.length) return a > b; // the usual case: digits of equal number
  const [aMs, aNth] = a.split('-').map(Number);
  const [bMs, bNth] = b.split('-').map(Number);
  return aMs === bMs ? (aNth ?? 0) > (bNth ?? 0) : (aMs ?? 0) > (bMs ?? 0);
}
