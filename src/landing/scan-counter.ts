import { setTimeout as patience } from 'node:timers/promises';

/** How often a code was opened since the last time, and when last (epoch ms). `unit` is null for the code of a campaign alone. */
export type ScanCount = { campaign: string; unit: string | null; scans: number; lastAt: number };

export type ScanCounter = {
  count(campaign: string, unit: string | null): void;
  /** Writes what is left; gives it up where that takes long, so that a process can stop without its store. */
  close(): Promise<void>;
};

type Parts = {
  /** Adds up; may reject, and is then asked again later with more. */
  write(counts: readonly ScanCount[]): Promise<void>;
  now(): number;
  onFailure(error: unknown): void;
  everyMs?: number;
};

const EVERY_MS = 5000;
const LAST_WRITE_MS = 2000;

/**
 * Keeps scans in memory and writes them a few seconds later in one go, so that the page behind a code needs no store: it is there
 * as fast while MongoDB is slow or away. There are as many numbers at most as there are codes. A process that is killed loses
 * the scans of its last seconds, and where an answer was lost they may count twice: they say which poster works, and no more.
 */
export function makeScanCounter({ write, now, onFailure, everyMs = EVERY_MS }: Parts): ScanCounter {
  const kept = new Map<string, ScanCount>();
  let writing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;

  function add({ campaign, unit, scans, lastAt }: ScanCount): void {
    const key = `${campaign}/${unit ?? ''}`;
    const before = kept.get(key);
    kept.set(key, {
      campaign,
      unit,
      scans: scans + (before?.scans ?? 0),
      lastAt: Math.max(lastAt, before?.lastAt ?? 0),
    });
  }

  async function writeAll(): Promise<void> {
    const counts = [...kept.values()];
    kept.clear();
    if (counts.length === 0) return;
    try {
      await write(counts);
    } catch (error) {
      onFailure(error);
      for (const count of counts) add(count);
    }
  }

  function later(): void {
    timer ??= setTimeout(() => {
      timer = null;
      writing = writing.then(writeAll).then(() => {
        if (kept.size > 0) later();
      });
    }, everyMs).unref();
  }

  return {
    count(campaign, unit) {
      add({ campaign, unit, scans: 1, lastAt: now() });
      later();
    },
    async close() {
      if (timer) clearTimeout(timer);
      const last = writing.then(writeAll).then(() => timer && clearTimeout(timer));
      await Promise.race([last, patience(LAST_WRITE_MS, null, { ref: false })]);
    },
  };
}
