import { Radio } from '@mantine/core';
import type { StepFile } from '../../../content/schemas.ts';
import type { Lang, Localized } from '../../../core/campaign.ts';
import type { EditedFile } from '../../api/types-campaigns.ts';
import { useTexts } from '../lib/texts.tsx';
import { Item, LocalizedField } from './fields.tsx';
import { withoutQuestion, withStep } from './questions.ts';
import type { Editor } from './use-editor.ts';

type YesNoFile = Extract<StepFile, { type: 'yesNo' }>;
type Words = Readonly<Partial<Record<Word, string>>>;
const WORDS = ['label', 'prompt', 'help', 'yes', 'no', 'warn'] as const;
type Word = (typeof WORDS)[number];
/** A button carries at most 20 characters. Source: messenger.md §3.3. */
const MAX: Record<Word, number> = { label: 40, prompt: 600, help: 600, yes: 20, no: 20, warn: 600 };

/** One question of the kind: only who answers as expected qualifies. */
export function YesNoEditor({ editor, step }: { editor: Editor; step: YesNoFile }) {
  const { t, lang } = useTexts();
  const { file, intake } = editor.draft;
  const textOf = (word: Word): Localized => ({
    vi: sayOwn(editor, 'vi', step, word),
    en: sayOwn(editor, 'en', step, word),
  });
  const set = (changes: Partial<YesNoFile>) => editor.setIntake(withStep<YesNoFile>(intake, step.id, changes));
  const name = textOf('label')[lang] || t('campaigns.question.new');
  const remove = () => {
    editor.setIntake(withoutQuestion(intake, step.id));
    editor.setFile(withoutTexts(file, step.text));
  };
  return (
    <Item name={name} head={<h3>{name}</h3>} onRemove={remove}>
      {WORDS.map((word) => (
        <LocalizedField
          key={word}
          label={t(`campaigns.question.${word}`)}
          isLong={word === 'prompt' || word === 'help' || word === 'warn'}
          max={MAX[word]}
          value={textOf(word)}
          onChange={({ vi, en }) =>
            editor.setFile(ownTexts(file, step.text, { vi: { [word]: vi }, en: { [word]: en } }))
          }
        />
      ))}
      <div className="ed-two">
        <Radio.Group
          label={t('campaigns.question.expect')}
          value={String(step.expect)}
          onChange={(value) => set({ expect: value === 'true' })}
        >
          <Radio my={6} value="true" label={textOf('yes')[lang] || t('campaigns.question.yes')} />
          <Radio my={6} value="false" label={textOf('no')[lang] || t('campaigns.question.no')} />
        </Radio.Group>
        <Radio.Group
          label={t('campaigns.question.otherwise')}
          value={step.otherwise}
          onChange={(value) => set({ otherwise: value === 'block' ? 'block' : 'warn' })}
        >
          <Radio my={6} value="warn" label={t('campaigns.question.toWarn')} />
          <Radio my={6} value="block" label={t('campaigns.question.toBlock')} />
        </Radio.Group>
      </div>
    </Item>
  );
}

/** What the bot says, the campaign's own words before those of the locales; '' = nothing yet. */
function sayOwn({ draft, base }: Editor, lang: Lang, { text }: YesNoFile, word: Word): string {
  const key = `${text}.${word}`;
  return draft.file.texts[lang][key] ?? base.texts[lang][key] ?? '';
}

/** The file with sentences of its own below `key`. */
function ownTexts(file: EditedFile, key: string, words: Record<Lang, Words>): Pick<EditedFile, 'texts'> {
  const add = (lang: Lang) => ({
    ...file.texts[lang],
    ...Object.fromEntries(Object.entries(words[lang]).map(([word, text]) => [`${key}.${word}`, text])),
  });
  return { texts: { vi: add('vi'), en: add('en') } };
}

function withoutTexts({ texts }: EditedFile, key: string): Pick<EditedFile, 'texts'> {
  const keep = (lang: Lang) =>
    Object.fromEntries(Object.entries(texts[lang]).filter(([name]) => !name.startsWith(`${key}.`)));
  return { texts: { vi: keep('vi'), en: keep('en') } };
}
