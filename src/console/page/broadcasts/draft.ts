import type { ChannelName } from '../../../core/contact.ts';
import { everyone, NO_TEXTS } from '../../../core/run.ts';
import type { AudienceOptions, AudienceRule, DraftFault, Run, RunDraft } from '../../api/types-broadcasts.ts';
import type { Lang, Translate } from '../lib/texts.tsx';
import { showMoment } from '../lib/time.ts';

export const CHANNELS: readonly ChannelName[] = ['zalo', 'messenger'];
export const LANGS: readonly Lang[] = ['vi', 'en'];

export const newDraft = (campaign: string): RunDraft => ({
  title: '',
  audience: { ...everyone(campaign), standings: ['draft'] },
  texts: NO_TEXTS,
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

/** What another message is begun with, in the state of the browser's history. */
export type Copied = { draft: RunDraft; unitName: string };

export const hasSameTexts = ({ texts }: RunDraft): boolean =>
  LANGS.every((lang) => texts.zalo[lang] === texts.messenger[lang]);

/** The draft with this text in this language on these channels. */
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

/** The rule in one line: what narrows it, and nothing else. `options`: what things are called, undefined = not known yet. */
export function describeAudience(
  rule: AudienceRule,
  unit: string,
  options: AudienceOptions | undefined,
  t: Translate,
  lang: Lang,
): string {
  const { standings, step, channels, langs, groups, seenFrom, seenBefore, belowQuotaIn } = rule;
  const parts = [
    standings.length > 0
      ? standings.map((standing) => t(`broadcasts.standing.${standing}`)).join(', ')
      : t('broadcasts.compose.anyStanding'),
    step && `${t('broadcasts.compose.step')}: ${options?.steps.find(({ id }) => id === step)?.label ?? step}`,
    unit,
    groups.map((group) => options?.groups.find(({ code }) => code === group)?.label ?? group).join(', '),
    channels.map((channel) => t(`channel.${channel}`)).join(', '),
    langs.map((one) => t(`language.${one}`)).join(', '),
    seenFrom !== null && t('broadcasts.compose.seenSince', { at: showMoment(lang, seenFrom) }),
    seenBefore !== null && t('broadcasts.compose.silentSince', { at: showMoment(lang, seenBefore) }),
    belowQuotaIn !== null &&
      t('broadcasts.compose.quotaIn', {
        phase: options?.phases.find(({ id }) => id === belowQuotaIn)?.name ?? belowQuotaIn,
      }),
  ];
  return `${t('broadcasts.compose.who')}: ${parts.filter(Boolean).join(' · ')}`;
}
