import type { UnitTree } from '../../core/unit.ts';
import type { Brought, CodeCountDoc } from '../../stores/mongo/code-counts.ts';
import type { QrCounts } from './types-qr.ts';

/** Of one code, and of all below it. `lastScanAt`: epoch ms, of the code itself. */
export type CodeFigures = { own: QrCounts; all: QrCounts; lastScanAt: number | null; below: number };

const none = (): QrCounts => ({ scans: 0, people: 0, entries: 0 });
const plus = (a: QrCounts, b: QrCounts): QrCounts => ({
  scans: a.scans + b.scans,
  people: a.people + b.people,
  entries: a.entries + b.entries,
});

/**
 * The figures of every code of a tree, null for that of the campaign alone. What was counted under the code of a unit that is no
 * more counts for the one that took its place; of a code that is nowhere any more nothing is shown.
 */
export function codeFigures(
  tree: UnitTree,
  scans: readonly CodeCountDoc[],
  brought: readonly Brought[],
): ReadonlyMap<string | null, CodeFigures> {
  const own = new Map<string | null, QrCounts>();
  const lastScanAt = new Map<string | null, number>();
  const now = (unit: string | null): string | null | undefined => (unit === null ? null : tree.byCode(unit)?.code);
  const add = (unit: string | null, counts: QrCounts): void => {
    own.set(unit, plus(own.get(unit) ?? none(), counts));
  };
  for (const one of scans) {
    const unit = now(one.unit);
    if (unit === undefined) continue;
    add(unit, { ...none(), scans: one.scans });
    lastScanAt.set(unit, Math.max(lastScanAt.get(unit) ?? 0, one.lastScanAt.getTime()));
  }
  for (const { unit: code, people, entries } of brought) {
    const unit = now(code);
    if (unit !== undefined) add(unit, { ...none(), people, entries });
  }

  const figures = new Map<string | null, CodeFigures>();
  const walk = (unit: string | null): CodeFigures => {
    const mine = own.get(unit) ?? none();
    const below = tree.childrenOf(unit).map(({ code }) => walk(code));
    const found: CodeFigures = {
      own: mine,
      all: below.reduce((sum, { all }) => plus(sum, all), mine),
      lastScanAt: lastScanAt.get(unit) ?? null,
      below: below.reduce((sum, one) => sum + one.below + 1, 0),
    };
    figures.set(unit, found);
    return found;
  };
  walk(null);
  return figures;
}
