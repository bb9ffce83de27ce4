import type { Lang } from '../../core/campaign.ts';
import type { Step, World } from '../../engine/flow.ts';
import { rawSentence } from '../../engine/texts.ts';

/** Names as the page shows them; '' where the flows no longer know what is asked for. */

export function campaignName(world: World, campaign: string | null, lang: Lang): string {
  if (campaign === null) return '';
  return world.flows.get(campaign)?.campaign.shortName[lang] ?? campaign;
}

export const labelOf = (world: World, lang: Lang, step: Step): string =>
  rawSentence(world.texts, lang, `${step.key}.label`);

export function stepLabel(world: World, campaign: string | null, step: string | null, lang: Lang): string {
  const found = campaign === null || step === null ? undefined : world.flows.get(campaign)?.byId.get(step);
  return found ? labelOf(world, lang, found) : '';
}

/** Of the innermost unit; looked for in the campaign first, as codes are one campaign's. */
export function unitName(world: World, campaign: string | null, units: readonly string[]): string {
  const code = units.at(-1);
  if (code === undefined) return '';
  const own = campaign === null ? undefined : world.flows.get(campaign);
  for (const flow of own ? [own, ...world.flows.values()] : world.flows.values()) {
    const unit = flow.campaign.units.byCode(code);
    if (unit) return unit.name;
  }
  return '';
}
