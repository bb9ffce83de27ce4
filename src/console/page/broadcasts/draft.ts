import type { ChannelName } from '../../../core/contact.ts';
import type { DraftFault, Run, RunDraft } from '../../api/types-broadcasts.ts';
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
