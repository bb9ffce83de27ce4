import { CORRECT_ENTRY, OPEN_CAMPAIGN, type TemplateUse } from '../core/broadcast.ts';
import type { Campaign } from '../core/campaign.ts';
import type { ChannelName } from '../core/contact.ts';
import { isNudgeName } from '../core/nudge-names.ts';
import { everyone, NO_TEXTS, type Run, type RunKind } from '../core/run.ts';
import type { TemplateDoc } from '../stores/mongo/templates.ts';

/** A run that our own clock makes. */
export function ownRun(
  campaign: Campaign,
  fields: Pick<Run, 'id' | 'kind' | 'state' | 'deadline' | 'notAfter' | 'isPlanned'> & Partial<Pick<Run, 'audience'>>,
  templates: readonly TemplateDoc[],
  now: number,
): Run {
  return {
    title: '',
    audience: everyone(campaign.id),
    texts: NO_TEXTS,
    templates: {
      zalo: useOf(templates, 'zalo', fields.kind, campaign.id),
      messenger: useOf(templates, 'messenger', fields.kind, campaign.id),
    },
    maxCharged: 0,
    rev: 0,
    by: null,
    approvedBy: null,
    editedBy: null,
    scope: null,
    version: campaign.published,
    createdAt: now,
    startedAt: now,
    endedAt: null,
    planned: 0,
    ...fields,
  };
}

/** The approved template that was named for this kind, its parameters filled by their names; null without one. */
function useOf(
  templates: readonly TemplateDoc[],
  channel: ChannelName,
  kind: RunKind,
  campaign: string,
): TemplateUse | null {
  const found = templates.find(
    (one) =>
      one.channel === channel &&
      one.status === 'approved' &&
      one.kinds.includes(kind) &&
      one.parameters.every(isNudgeName),
  );
  if (!found) return null;
  const payload = kind === 'result' ? `${CORRECT_ENTRY}{code}` : `${OPEN_CAMPAIGN}${campaign}`;
  return {
    key: found.key,
    to: found.userVnd === null && found.phoneVnd !== null ? 'phone' : 'user',
    lang: found.lang,
    values: Object.fromEntries(found.parameters.map((name) => [name, `{${name}}`])),
    buttons: found.buttons.map(({ type }) => (type === 'url' ? { type, suffix: '' } : { type, payload })),
  };
}
