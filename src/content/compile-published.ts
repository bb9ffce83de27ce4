import { createHash } from 'node:crypto';
import type { Lang } from '../core/campaign.ts';
import type { UnitTree } from '../core/unit.ts';
import type { Flow } from '../engine/flow.ts';
import type { Sentence, Texts } from '../engine/texts.ts';
import { compileCampaign, compileFlow } from './compile.ts';
import { ownSentences } from './own-texts.ts';
import type { PublishedCampaign } from './published.ts';
import { treeAt, treeSince } from './unit-dates.ts';
import type { UnitRow } from './unit-rows.ts';

/** A campaign as the engine plays it, with the sentences that it alone says, and the day since which its units are these. */
export type Compiled = {
  flow: Flow;
  sentences: Readonly<Record<Lang, ReadonlyMap<string, Sentence>>>;
  since: string | null;
};

/** Trees cost the most: the same list has the same until a day changes it. */
const trees = new WeakMap<readonly UnitRow[], { since: string | null; tree: UnitTree }>();

function treeOf(units: readonly UnitRow[], since: string | null, at: number): UnitTree {
  const known = trees.get(units);
  if (known && known.since === since) return known.tree;
  const tree = treeAt(units, at);
  trees.set(units, { since, tree });
  return tree;
}

/** Compiles a campaign that was checked, with the units that are in force at `at` (epoch ms). */
export function compilePublished(published: PublishedCampaign, texts: Texts, at: number): Compiled {
  const { campaign: id, file, intake, units, version } = published;
  const since = treeSince(units, at);
  const campaign = compileCampaign(id, file, treeOf(units, since, at), version);
  return {
    flow: compileFlow(campaign, file, intake, formVersion(published, since)),
    sentences: ownSentences(id, published, texts),
    since,
  };
}

/**
 * Drafts of another version have their answers looked at again: so it is another one only where an answer may have lost its
 * meaning, and a new deadline leaves it as it is.
 */
function formVersion({ version, intake, units }: PublishedCampaign, since: string | null): string {
  const dated = since === null ? '' : `@${since}`;
  if (version === 0) return intake.version + (dated && `+${dated}`);
  const known = units.map(({ code, parent, validTo, successor }) => [code, parent, validTo, successor]);
  return `${intake.version}-${hashOf(intake)}+${hashOf(known)}${dated}`;
}

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8);
