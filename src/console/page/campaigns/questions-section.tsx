import { Button } from '@mantine/core';
import type { StepFile } from '../../../content/schemas.ts';
import { useTexts } from '../lib/texts.tsx';
import { NumberField, Section } from './fields.tsx';
import { GroupsEditor } from './groups-editor.tsx';
import { withQuestion, withStep } from './questions.ts';
import { YesNoEditor } from './yes-no-editor.tsx';
import type { Editor } from './use-editor.ts';

const MAX_NAME = 1000;
const MAX_DESCRIPTION = 10_000;

/** What people are asked: groups, limits, and the questions that tell whether an initiative may take part. */
export function QuestionsSection({ editor }: { editor: Editor }) {
  const { t } = useTexts();
  const { intake } = editor.draft;
  const questions = intake.steps.filter((step) => step.type === 'yesNo');
  const add = () => editor.setIntake(withQuestion(intake, `own${crypto.randomUUID().slice(0, 8)}`));
  return (
    <>
      {intake.steps.map((step) =>
        step.type === 'choice' ? <GroupsEditor key={step.id} editor={editor} step={step} /> : null,
      )}
      <Section
        title={t('campaigns.question.title')}
        hint={t('campaigns.question.hint')}
        action={
          <Button size="compact-md" variant="default" onClick={add}>
            {t('campaigns.question.add')}
          </Button>
        }
      >
        <ul className="ed-list">
          {questions.map((step) => (
            <YesNoEditor key={step.id} editor={editor} step={step} />
          ))}
        </ul>
      </Section>
      <Section title={t('campaigns.limit.title')} hint={t('campaigns.limit.hint')}>
        <div className="ed-two">
          {intake.steps.map((step) => (
            <Limits key={step.id} editor={editor} step={step} />
          ))}
        </div>
      </Section>
    </>
  );
}

function Limits({ editor, step }: { editor: Editor; step: StepFile }) {
  const { t, lang } = useTexts();
  const { intake, file } = editor.draft;
  const label = file.texts[lang][`${step.text}.label`] ?? editor.base.texts[lang][`${step.text}.label`] ?? step.id;
  switch (step.type) {
    case 'text':
    case 'longText':
      return (
        <NumberField
          label={label}
          unit={t('campaigns.limit.characters')}
          min={1}
          max={step.type === 'text' ? MAX_NAME : MAX_DESCRIPTION}
          value={step.max}
          onChange={(max) => editor.setIntake(withStep<typeof step>(intake, step.id, { max }))}
        />
      );
    case 'attachments':
      return (
        <>
          <NumberField
            label={label}
            unit={t('campaigns.limit.files')}
            min={1}
            max={20}
            value={step.maxFiles}
            onChange={(maxFiles) => editor.setIntake(withStep<typeof step>(intake, step.id, { maxFiles }))}
          />
          <NumberField
            label={label}
            unit={t('campaigns.limit.megabytes')}
            min={0.1}
            max={25}
            step={0.1}
            value={step.maxMegabytes}
            onChange={(maxMegabytes) => editor.setIntake(withStep<typeof step>(intake, step.id, { maxMegabytes }))}
          />
        </>
      );
    default:
      return null;
  }
}
