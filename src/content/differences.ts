import type { PublishedCampaign } from './published.ts';

/**
 * A value that differs; `undefined` where one side has nothing. In the path items of lists go by their id, code, or unit and phase
 * where they have one, else by their place: `phases.dot-1.closesAt`, `quotas.84/dot-1.number`, `intake.steps.group.options.y-te`,
 * `units.84.name`.
 */
export type Difference = { path: string; before: unknown; after: unknown };

type Edited = Pick<PublishedCampaign, 'file' | 'intake' | 'units'>;

/** All in which `after` differs from `before`, in the order of the files. Empty = the same. */
export function diffOf(before: Edited, after: Edited): Difference[] {
  const out: Difference[] = [];
  compare('', before.file, after.file, out);
  compare('intake', before.intake, after.intake, out);
  compare('units', before.units, after.units, out);
  return out;
}

type Tree = Readonly<Record<string, unknown>>;

function compare(path: string, before: unknown, after: unknown, out: Difference[]): void {
  if (before === after) return;
  const a = partsOf(before);
  const b = partsOf(after);
  if (!a || !b) {
    if (JSON.stringify(before) !== JSON.stringify(after)) out.push({ path, before, after });
    return;
  }
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    compare(path === '' ? key : `${path}.${key}`, a[key], b[key], out);
  }
}

/** The parts of a value by name; null for one that is compared whole. Lists without names are compared whole: an item has no place of its own. */
function partsOf(value: unknown): Tree | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!Array.isArray(value)) return value as Tree;
  const named = value.map((item: unknown) => [nameOf(item), item] as const);
  const names = new Set(named.map(([name]) => name));
  if (names.has(null) || names.size !== named.length) return null;
  return Object.fromEntries(named.map(([name, item]) => [name ?? '', item]));
}

function nameOf(item: unknown): string | null {
  if (typeof item !== 'object' || item === null) return null;
  const { id, code, unit, phase } = item as Tree;
  if (typeof id === 'string') return id;
  if (typeof code === 'string') return code;
  return typeof unit === 'string' && typeof phase === 'string' ? `${unit}/${phase}` : null;
}
