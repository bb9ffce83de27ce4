/** A workplace in the union tree. Levels, depth and names are data (`flows/<campaign>/units.csv`), never an enum. */
export type Unit = {
  /** Stable within a campaign's tree; also the second half of a QR code. Digits and capitals only. */
  code: string;
  /** Full official name with its kind: `LĐLĐ tỉnh Trà Vinh`, `LĐLĐ huyện Càng Long`. */
  name: string;
  /** For buttons, at most 20 characters: `Trà Vinh`. */
  short: string;
  /** Code of the unit above, null at the first level. */
  parent: string | null;
  /** Other ways to write it, besides what search derives by itself. */
  aliases: readonly string[];
};

/**
 * What a typed workplace matches.
 * `one`: beyond doubt (exact name, alias or number); `some`: choices to show, best first, never a guess; `none`: nothing near.
 */
export type UnitMatch = { type: 'one'; unit: Unit } | { type: 'some'; units: readonly Unit[] } | { type: 'none' };

/** The compiled tree of one campaign. Lookups cost no more than O(log n) in the number of units. */
export type UnitTree = {
  /** That which took its place, for the code of a unit that is no more. */
  byCode(code: string): Unit | null;
  /** Codes from the first level down to it, as they are now; empty for an unknown code. */
  pathOf(code: string): readonly string[];
  /** The code of the unit and of all whose place it took: people may still be known by an old one. */
  reach(code: string): readonly string[];
  /** Old code → the code of the unit that took its place. */
  moved: ReadonlyMap<string, string>;
  /** In the order of the file. */
  childrenOf(parent: string | null): readonly Unit[];
  /** Makes the search ready, a part at each step; a search that comes before makes what it needs itself. */
  prepare(): Iterable<void>;
  /** Searches among the children of `parent` (null = first level). */
  search(text: string, parent: string | null): UnitMatch;
  size: number;
};

/** The path of units that somebody told, as the tree is now: below what took the place of the deepest that is still known. */
export function pathNow(tree: UnitTree, path: readonly string[]): readonly string[] {
  for (const code of path.toReversed()) {
    const now = tree.pathOf(code);
    if (now.length > 0) return now;
  }
  return path;
}
