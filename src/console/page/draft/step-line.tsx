import { ActionIcon } from '@mantine/core';
import { useRef, useState } from 'react';
import type { Line, StepView } from '../../api/types.ts';
import type { Answer } from '../../../core/answers.ts';
import type { Acts } from '../conversation/acts.ts';
import { EditIcon } from '../icons.tsx';
import { useTexts } from '../lib/texts.tsx';
import { describe } from '../shell/states.tsx';
import { StepEditor } from './step-editor.tsx';

type Props = {
  step: StepView;
  campaign: string;
  contact: string;
  lines: readonly Line[];
  acts: Acts;
  mayEdit: boolean;
  isEditing: boolean;
  setEditing: (on: boolean) => void;
};

/** One question with its answer; under the pencil the same question as a field. */
export function StepLine({ step, campaign, contact, lines, acts, mayEdit, isEditing, setEditing }: Props) {
  const { t, has } = useTexts();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const pencil = useRef<HTMLButtonElement>(null);

  const close = () => {
    setEditing(false);
    setError(null);
    requestAnimationFrame(() => pencil.current?.focus());
  };
  const save = async (value: Answer) => {
    setBusy(true);
    setError(null);
    try {
      await acts.act({ type: 'answer', step: step.id, value });
      close();
    } catch (fault) {
      setError(fault);
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className="step" data-done={step.isDone} data-open={step.isOpen}>
      <div className="step-head">
        <span className="step-label">
          {step.label}
          {step.optional && <span className="quiet"> ({t('draft.optional')})</span>}
        </span>
        {step.isOpen && <span className="step-open">{t('draft.openHere')}</span>}
        {mayEdit && step.input.type !== 'none' && !isEditing && (
          <ActionIcon
            ref={pencil}
            variant="subtle"
            aria-label={t('draft.edit', { label: step.label })}
            onClick={() => setEditing(true)}
          >
            <EditIcon size={16} />
          </ActionIcon>
        )}
      </div>
      {isEditing && mayEdit ? (
        <StepEditor
          step={step}
          campaign={campaign}
          contact={contact}
          lines={lines}
          busy={busy}
          fault={error === null ? '' : describe(error, t, has)}
          onSave={(value) => void save(value)}
          onCancel={close}
        />
      ) : (
        <p className="step-shown">{step.shown || <span className="quiet">{t('draft.noAnswer')}</span>}</p>
      )}
    </li>
  );
}
