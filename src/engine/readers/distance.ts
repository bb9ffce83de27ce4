/** Mistakes forgiven in a folded text of this many characters. */
export function misspellingLimit(length: number): number {
  if (length < 4) return 0;
  if (length < 7) return 1;
  return length < 14 ? 2 : 3;
}

/**
 * Damerau–Levenshtein distance with adjacent swaps (optimal string alignment), or `limit + 1` as soon as it is more than
 * `limit`. Only the band of `limit` around the diagonal is looked at. Works on UTF-16 units: for folded text.
 */
export function distance(a: string, b: string, limit: number): number {
  if (a === b) return 0;
  const over = limit + 1;
  if (Math.abs(a.length - b.length) > limit) return over;
  const width = b.length + 1;
  // Three rows in turn; what lies outside the band stays too far.
  let older = new Uint8Array(width).fill(over);
  let previous = new Uint8Array(width).fill(over);
  let row = new Uint8Array(width).fill(over);
  for (let j = 0; j <= Math.min(limit, b.length); j += 1) previous[j] = j;
  let nearest = 0;
  for (let i = 1; i <= a.length; i += 1) {
    const from = Math.max(1, i - limit);
    const to = Math.min(b.length, i + limit);
    row[from - 1] = from === 1 && i <= limit ? i : over;
    if (to < b.length) row[to + 1] = over;
    let best = row[from - 1] ?? over;
    for (let j = from; j <= to; j += 1) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let cost = Math.min(
        (previous[j] ?? over) + 1,
        (row[j - 1] ?? over) + 1,
        (previous[j - 1] ?? over) + (same ? 0 : 1),
        over,
      );
      const swapped =
        i > 1 && j > 1 && a.charCodeAt(i - 1) === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
      if (swapped) cost = Math.min(cost, (older[j - 2] ?? over) + 1);
      row[j] = cost;
      if (cost < best) best = cost;
    }
    if (best > limit && nearest > limit) return over;
    nearest = best;
    [older, previous, row] = [previous, row, older];
  }
  return Math.min(previous[b.length] ?? over, over);
}
