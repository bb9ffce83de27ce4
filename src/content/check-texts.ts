import type { Lang } from '../core/campaign.ts';
import { compileSentence, type Texts } from '../engine/texts.ts';
import type { TellFault } from './check.ts';
import { isButton, MAX_BUTTON } from './locales.ts';
import { sentencesOf } from './own-texts.ts';
import type { CampaignFile, IntakeFile } from './schemas.ts';

const LANGS: readonly Lang[] = ['vi', 'en'];
/** What may be said otherwise in a campaign: its questions and its guide. */
const OWN_KEY = /^(?:steps|guide)\.[a-zA-Z0-9]+(?:\.[a-zA-Z0-9]+)*$/;
/** A message of Zalo carries 2,000 characters, and the step's number and buttons stand with it. Source: zalo.md §3. */
const MAX_SENTENCE = 1500;

/** Every sentence that the questions and the guide need is there, in both languages, and wants nothing that nobody fills in. */
export function checkTexts(
  { file, intake }: { file: CampaignFile; intake: IntakeFile | null },
  texts: Texts,
  tellCampaign: TellFault,
  tellIntake: TellFault,
): void {
  const { vi, en } = file.texts;
  const has = (key: string): boolean => key in vi || texts.vi.has(key);
  for (const lang of LANGS) {
    const twin = lang === 'vi' ? en : vi;
    for (const [key, text] of Object.entries(file.texts[lang])) {
      const at = ['texts', lang, key];
      if (!OWN_KEY.test(key))
        tellCampaign(at, 'text.key', { key }, `${key}: own sentences begin with steps. or guide.`);
      if (!(key in twin)) tellCampaign(at, 'text.oneLanguage', { key }, `${key}: missing in the other language`);
      const max = isButton(key) ? MAX_BUTTON : MAX_SENTENCE;
      if ([...text].length > max) tellCampaign(at, 'text.long', { key, max }, `${key}: at most ${max} characters`);
    }
  }
  const checkNames = (key: string, allowed: readonly string[]): void => {
    for (const lang of LANGS) {
      for (const name of compileSentence(file.texts[lang][key] ?? '').names) {
        if (!allowed.includes(name))
          tellCampaign(['texts', lang, key], 'text.name', { key, name }, `${key}: nobody fills in {${name}}`);
      }
    }
  };
  const missing = (key: string): string => `no sentence "${key}" in locales`;
  if (!has(file.guide)) tellCampaign(['guide'], 'text.missing', { key: file.guide }, missing(file.guide));
  checkNames(file.guide, ['window']);
  for (const [index, step] of intake?.steps.entries() ?? []) {
    for (const [name, allowed] of sentencesOf(step)) {
      const key = `${step.text}.${name}`;
      if (!has(key)) tellIntake(['steps', index, 'text'], 'text.missing', { key, id: step.id }, missing(key));
      checkNames(key, allowed);
      // a sentence of locales/ that was written for another kind of question
      const strange = LANGS.flatMap((lang) => (key in file.texts[lang] ? [] : (texts[lang].get(key)?.names ?? [])));
      for (const name of new Set(strange)) {
        if (!allowed.includes(name))
          tellIntake(['steps', index, 'text'], 'text.name', { key, name }, `${key}: nobody fills in {${name}}`);
      }
    }
  }
}
