import { isNudgeName, NUDGE_NAMES, type NudgeName } from '../core/nudge-names.ts';
import type { Campaign } from '../core/campaign.ts';
import type { ChannelName } from '../core/contact.ts';
import type { AudienceRule, RunDraft } from '../core/run.ts';
import type { TemplateDoc } from '../stores/mongo/templates.ts';
import type { DraftFault } from './types.ts';

/** Characters of one message, with room for the line on how to be left alone. Source: zalo.md §3.3 and messenger.md §3: 2000. */
const MAX_TEXT = 1800;
/** What is only known of those who have an entry, or a draft. */
const OF_ENTRY: readonly NudgeName[] = ['code'];
const OF_DRAFT: readonly NudgeName[] = ['step'];
/** Only a notice of a result has them. */
const OF_RESULT: readonly NudgeName[] = ['title', 'state', 'reason'];

/** What may stand in braces for this audience, in the order of `NUDGE_NAMES`. */
export function namesOf({ standings }: AudienceRule): readonly NudgeName[] {
  const only = (known: readonly string[]) => standings.length > 0 && standings.every((one) => known.includes(one));
  const haveEntry = only(['submitted', 'needsSupplement', 'accepted', 'rejected']);
  return NUDGE_NAMES.filter((name) => {
    if (OF_RESULT.includes(name)) return false;
    if (OF_ENTRY.includes(name)) return haveEntry;
    return !OF_DRAFT.includes(name) || only(['draft']);
  });
}

export const channelsOf = ({ channels }: AudienceRule): readonly ChannelName[] =>
  channels.length > 0 ? channels : ['zalo', 'messenger'];

/** Everything that is wrong with a draft, in the order of the page. */
export function draftFaults(
  draft: RunDraft,
  campaign: Campaign | null,
  templates: readonly TemplateDoc[],
): DraftFault[] {
  const { audience } = draft;
  const faults: DraftFault[] = [];
  const fault = (path: string, why: DraftFault['why'], name = ''): void => void faults.push({ path, why, name });
  if (draft.title.trim() === '') fault('title', 'empty');
  if (!campaign) fault('audience.campaign', 'unknownCampaign', audience.campaign);
  else if (audience.unit !== null && !campaign.units.byCode(audience.unit))
    fault('audience.unit', 'unknownUnit', audience.unit);
  const names = namesOf(audience);
  const look = (path: string, text: string): void => {
    for (const [, name = ''] of text.matchAll(/\{([^{}]*)\}/g)) {
      if (!isNudgeName(name)) fault(path, 'strangeName', name);
      else if (!names.some((known) => known === name)) fault(path, 'nameWithoutData', name);
    }
  };
  for (const channel of channelsOf(audience)) {
    for (const lang of audience.langs.length > 0 ? audience.langs : (['vi', 'en'] as const)) {
      const text = draft.texts[channel][lang];
      const path = `texts.${channel}.${lang}`;
      if (text.trim() === '') fault(path, 'empty');
      if (text.length > MAX_TEXT) fault(path, 'tooLong');
      look(path, text);
    }
    const use = draft.templates[channel];
    if (!use) continue;
    const path = `templates.${channel}`;
    const known = templates.find((one) => one.channel === channel && one.key === use.key && one.lang === use.lang);
    if (!known) fault(path, 'unknownTemplate', use.key);
    else if (known.status !== 'approved') fault(path, 'templateNotApproved', use.key);
    else if (!sameNames(known.parameters, Object.keys(use.values)) || known.buttons.length !== use.buttons.length)
      fault(path, 'templateParameters', use.key);
    for (const [name, text] of Object.entries(use.values)) {
      if (text.trim() === '') fault(`${path}.values.${name}`, 'empty');
      look(`${path}.values.${name}`, text);
    }
  }
  return faults;
}

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.toSorted().join('\n') === b.toSorted().join('\n');
