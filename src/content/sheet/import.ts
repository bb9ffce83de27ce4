import type { PublishedCampaign } from '../published.ts';
import type { Present } from './differences.ts';
import type { Grid } from './grid.ts';
import { findHeading, type Heading, type PhaseNames } from './headings.ts';
import type { ImportOptions, ImportPlan } from './plan.ts';
import { planSuccessors } from './plan-successors.ts';
import { planUnits } from './plan-units.ts';
import { readRecords } from './records.ts';

/** How a file was understood: the sheet and its heading, by which a person sees whether it was understood well. */
export type ImportRead = {
  sheet: string;
  /** Row of the heading, the lower one of two. */
  headingRow: number;
  columns: Heading['columns'];
  ignored: Heading['ignored'];
  faults: Heading['faults'];
  /** Sheets beside it, which are not read. */
  otherSheets: readonly string[];
};

export type ImportResult =
  | { type: 'planned'; read: ImportRead; plan: ImportPlan }
  /** No row of names over columns was found, or one that cannot be relied upon. */
  | { type: 'noHeading' }
  | { type: 'badHeading'; read: ImportRead };

/** What an office's file would make of a campaign's units and quotas. Pure: the same file twice gives the same plan. */
export function planImport(
  grids: readonly Grid[],
  { units, file }: Pick<PublishedCampaign, 'units' | 'file'>,
  options: ImportOptions,
): ImportResult {
  const phases = file.phases.map(({ id, name }): PhaseNames => ({ id, names: [name.vi, name.en] }));
  const found = findHeading(grids, phases);
  if (!found) return { type: 'noHeading' };
  const { grid, heading } = found;
  const read: ImportRead = {
    sheet: grid.name,
    headingRow: grid.rows[heading.at]?.number ?? 1,
    columns: heading.columns,
    ignored: heading.ignored,
    faults: heading.faults,
    otherSheets: grids.flatMap(({ name }) => (name === grid.name ? [] : [name])),
  };
  if (heading.faults.length > 0) return { type: 'badHeading', read };
  const present: Present = { units, quotas: file.quotas };
  const { records, notes } = readRecords(grid, heading);
  const isMerger = heading.columns.some(({ meaning }) => meaning.type === 'old');
  const plan = (isMerger ? planSuccessors : planUnits)(records, present, options, notes);
  return { type: 'planned', read, plan };
}
