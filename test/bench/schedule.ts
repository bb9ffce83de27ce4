export type Heap<T> = {
  push(at: number, item: T): void;
  /** Takes out the earliest that is due at `now`, null when none is. */
  next(now: number): { at: number; item: T } | null;
};

/** Things to be done at an instant, earliest first. */
export function makeHeap<T>(): Heap<T> {
  const heap: { at: number; item: T }[] = [];
  return {
    push(at, item) {
      const entry = { at, item };
      let hole = heap.push(entry) - 1;
      for (let above = (hole - 1) >> 1; hole > 0 && heap[above]!.at > at; above = (hole - 1) >> 1) {
        heap[hole] = heap[above]!;
        hole = above;
      }
      heap[hole] = entry;
    },
    next(now) {
      const [first] = heap;
      if (!first || first.at > now) return null;
      const last = heap.pop()!;
      if (heap.length === 0) return first;
      let hole = 0;
      for (;;) {
        let below = 2 * hole + 1;
        if (below >= heap.length) break;
        if (below + 1 < heap.length && heap[below + 1]!.at < heap[below]!.at) below++;
        if (heap[below]!.at >= last.at) break;
        heap[hole] = heap[below]!;
        hole = below;
      }
      heap[hole] = last;
      return first;
    },
  };
}

/** 0 to 1, the same row for the same seed. Source: mulberry32, public domain. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
