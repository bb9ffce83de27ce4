import type { ChannelName } from '../../../core/contact.ts';
import type { AudienceRule, DraftFault, Run, RunDraft } from '../../api/types-broadcasts.ts';
import type { Lang, Translate } from '../lib/texts.tsx';

export const CHANNELS: readonly ChannelName[] = ['zalo', 'messenger'];
export const LANGS: readonly Lang[] = ['vi', 'en'];
const NO_TEXT = { vi: '', en: '' };

export const newDraft = (campaign: string): RunDraft => ({
  title: '',
  audience: {
    campaign,
    standings: ['draft'],
    step: null,
    unit: null,
    groups: [],
    channels: [],
    langs: [],
    seenFrom: null,
    seenBefore: null,
    belowQuotaIn: null,
  },
  texts: { zalo: NO_TEXT, messenger: NO_TEXT },
  templates: { zalo: null, messenger: null },
  maxCharged: 0,
});

/** What of a run may be written again, and nothing else. */
export const draftOf = ({ title, audience, texts, templates, maxCharged }: Run): RunDraft => ({
  title,
  audience,
  texts,
  templates,
  maxCharged,
});

export const hasSameTexts = ({ texts }: RunDraft): boolean =>
  LANGS.every((lang) => texts.zalo[lang] === texts.messenger[lang]);

/** Both languages are read by people; where only one is written the other says the same. */
export function withText(draft: RunDraft, channels: readonly ChannelName[], lang: Lang, text: string): RunDraft {
  const texts = { ...draft.texts };
  for (const channel of channels) texts[channel] = { ...texts[channel], [lang]: text };
  return { ...draft, texts };
}

/** What is wrong and where, in words: `Zalo · Tiếng Việt: còn trống`. */
export function describeFault({ path, why, name }: DraftFault, t: Translate): string {
  const [first = '', channel = '', lang = ''] = path.split('.');
  const parts =
    first === 'texts' || first === 'templates'
      ? [
          ...(first === 'templates' ? [t('broadcasts.fault.place.templates')] : []),
          ...(channel ? [t(`broadcasts.fault.place.${channel}`)] : []),
          ...(first === 'texts' && lang ? [t(`language.${lang}`)] : []),
        ]
      : [t(`broadcasts.fault.place.${first}`)];
  return t(`broadcasts.fault.${why}`, { where: parts.join(' · '), name });
}

/** The rule in one line: what narrows it, and nothing else. */
export function describeAudience(rule: AudienceRule, unitName: string, t: Translate): string {
  const { standings, unit, channels, langs, groups, seenFrom, seenBefore, belowQuotaIn } = rule;
  const parts = [
    standings.map((standing) => t(`broadcasts.standing.${standing}`)).join(', '),
    unit === null ? t('broadcasts.compose.allUnits') : unitName || unit,
    channels.map((channel) => t(`channel.${channel}`)).join(', '),
    langs.map((lang) => t(`language.${lang}`)).join(', '),
    groups.length > 0 && t('broadcasts.compose.groups'),
    (seenFrom !== null || seenBefore !== null) && t('broadcasts.compose.seen'),
    belowQuotaIn !== null && t('broadcasts.compose.quota'),
  ];
  return `${t('broadcasts.compose.who')}: ${parts.filter(Boolean).join(' · ')}`;
}
