import { Button, TextInput } from '@mantine/core';
import type { StepFile } from '../../../content/schemas.ts';
import { useTexts } from '../lib/texts.tsx';
import { Item, LocalizedField, moved, Section } from './fields.tsx';
import { freeCode, withStep } from './questions.ts';
import type { Editor } from './use-editor.ts';

type ChoiceFile = Extract<StepFile, { type: 'choice' }>;
type Option = ChoiceFile['options'][number];

/** Buttons carry at most 20 characters. Source: messenger.md §3.3. */
const MAX_SHORT = 20;
const MOST = 9;
const FEWEST = 2;

/** Groups of people, in the order in which they are numbered. */
export function GroupsEditor({ editor, step }: { editor: Editor; step: ChoiceFile }) {
  const { t, lang } = useTexts();
  const { options } = step;
  const setAll = (next: Option[]) =>
    editor.setIntake(withStep<ChoiceFile>(editor.draft.intake, step.id, { options: next }));
  const set = (index: number, changes: Partial<Option>) =>
    setAll(options.map((one, at) => (at === index ? { ...one, ...changes } : one)));
  const add = () => {
    const code = freeCode(
      '',
      options.map((one) => one.code),
    );
    setAll([...options, { code, label: { vi: '', en: '' }, short: { vi: '', en: '' }, aliases: [] }]);
  };
  const isNew = ({ code }: Option): boolean =>
    !editor.base.intake.steps.some((one) => one.type === 'choice' && one.options.some((old) => old.code === code));
  return (
    <Section
      title={t('campaigns.group.title')}
      hint={t('campaigns.group.hint')}
      action={
        <Button size="compact-md" variant="default" disabled={options.length >= MOST} onClick={add}>
          {t('campaigns.group.add')}
        </Button>
      }
    >
      <ul className="ed-list">
        {options.map((option, index) => (
          <Item
            // the place, for the code of a new one follows its name
            key={isNew(option) ? `new ${index}` : option.code}
            name={option.label[lang] || String(index + 1)}
            head={<h3>{option.short[lang] || String(index + 1)}</h3>}
            onUp={index > 0 ? () => setAll(moved(options, index, -1)) : null}
            onDown={index < options.length - 1 ? () => setAll(moved(options, index, 1)) : null}
            onRemove={options.length > FEWEST ? () => setAll(options.toSpliced(index, 1)) : null}
          >
            <LocalizedField
              label={t('campaigns.group.label')}
              max={300}
              value={option.label}
              onChange={(label) =>
                set(index, {
                  label,
                  ...(isNew(option) && {
                    code: freeCode(
                      label.vi,
                      options.toSpliced(index, 1).map((one) => one.code),
                    ),
                  }),
                })
              }
            />
            <LocalizedField
              label={t('campaigns.group.short')}
              max={MAX_SHORT}
              value={option.short}
              onChange={(short) => set(index, { short })}
            />
            <Aliases key={option.code} value={option.aliases} onChange={(aliases) => set(index, { aliases })} />
          </Item>
        ))}
      </ul>
    </Section>
  );
}

/** Other words for it that people type, kept as they are written until the field is left. */
function Aliases({ value, onChange }: { value: readonly string[]; onChange: (value: string[]) => void }) {
  const { t } = useTexts();
  return (
    <TextInput
      label={t('campaigns.group.aliases')}
      description={t('campaigns.group.aliasesHint')}
      key={value.join()}
      defaultValue={value.join(', ')}
      onBlur={(event) =>
        onChange(
          event.currentTarget.value
            .split(/[,;]/)
            .map((word) => word.trim())
            .filter(Boolean),
        )
      }
    />
  );
}
