/** Mistakes forgiven in a folded text of this many characters. */
export function misspellingLimit(length: number): number {
  if (length < 4) return 0;
  if (length < 7) return 1;
  return length < 14 ? 2 : 3;
}

/**
 * Damerau–Levenshtein distance with adjacent swaps (optimal string alignment), or `limit + 1` as soon as it is more than
 * `limit`. Works on UTF-16 units: for folded text.
 */
export function distance(a: string, b: string, limit: number): number {
  if (a === b) return 0;
  const over = limit + 1;
  if (Math.abs(a.length - b.length) > limit) return over;
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    let best = i;
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(
        (previous[j] ?? over) + 1,
        (row[j - 1] ?? over) + 1,
        (previous[j - 1] ?? over) + (same ? 0 : 1),
      );
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, (older[j - 2] ?? over) + 1);
      row.push(cost);
      if (cost < best) best = cost;
    }
    if (best > limit && Math.min(...previous) > limit) return over;
    older = previous;
    previous = row;
  }
  return Math.min(previous[b.length] ?? over, over);
}
