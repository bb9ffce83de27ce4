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
  byCode(code: string): Unit | null;
  /** In the order of the file. */
  childrenOf(parent: string | null): readonly Unit[];
  /** Searches among the children of `parent` (null = first level). */
  search(text: string, parent: string | null): UnitMatch;
  size: number;
};
