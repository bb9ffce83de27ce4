import type { Lang } from '../core/campaign.ts';
import { compileSentence, type Sentence, type Texts } from '../engine/texts.ts';
import type { CampaignFile, IntakeFile, StepFile } from './schemas.ts';

const LANGS: readonly Lang[] = ['vi', 'en'];
/** The sentences that a step needs below its key, and what they may hold in braces. */
export function sentencesOf(step: StepFile): ReadonlyMap<string, readonly string[]> {
  const asked = step.type === 'longText' ? ['max'] : step.type === 'attachments' ? ['max', 'megabytes'] : [];
  const names = new Map<string, readonly string[]>([
    ['label', []],
    ['prompt', asked],
    ['help', []],
  ]);
  if (step.type === 'yesNo') for (const key of ['warn', 'yes', 'no']) names.set(key, []);
  if (step.type === 'consent') for (const key of ['details', 'refused']) names.set(key, []);
  return names;
}

/** Prefix of the sentences that a campaign has of its own, in the texts of the world. */
const prefixOf = (campaign: string): string => `own.${campaign}.`;

const isOwn = (file: CampaignFile, key: string): boolean =>
  Object.keys(file.texts.vi).some((own) => own === key || own.startsWith(`${key}.`));

/** The key under which a campaign says the sentences of `key`: one of its own where it says any of them in its own words. */
export const ownKey = (campaign: string, file: CampaignFile, key: string): string =>
  isOwn(file, key) ? prefixOf(campaign) + key : key;

/** The sentences under the keys that `ownKey` gives: the campaign's own, and those of locales/ for what it leaves out. */
export function ownSentences(
  campaign: string,
  { file, intake }: { file: CampaignFile; intake: IntakeFile },
  texts: Texts,
): Record<Lang, Map<string, Sentence>> {
  const out = { vi: new Map<string, Sentence>(), en: new Map<string, Sentence>() };
  const wanted = intake.steps.flatMap((step) =>
    [...sentencesOf(step).keys()].map((name) => ({ key: step.text, name })),
  );
  for (const lang of LANGS) {
    const put = (key: string): void => {
      const own = file.texts[lang][key];
      const sentence = own === undefined ? texts[lang].get(key) : compileSentence(own.trim());
      if (sentence) out[lang].set(prefixOf(campaign) + key, sentence);
    };
    for (const { key, name } of wanted) if (isOwn(file, key)) put(`${key}.${name}`);
    if (isOwn(file, file.guide)) put(file.guide);
  }
  return out;
}
