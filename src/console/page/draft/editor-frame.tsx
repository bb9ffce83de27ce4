import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Line, StepView } from '../../api/types.ts';
import type { Answer } from '../../../core/answers.ts';
import { useTexts } from '../lib/texts.tsx';

export type EditorProps = {
  step: StepView;
  campaign: string;
  contact: string;
  lines: readonly Line[];
  busy: boolean;
  /** Why the last try was refused, '' = it was not. */
  fault: string;
  onSave: (value: Answer) => void;
  onCancel: () => void;
};

type FrameProps = Pick<EditorProps, 'busy' | 'onCancel'> & { isReady: boolean; onGo: () => void; children: ReactNode };

/** Save and cancel below a field; Ctrl+Enter saves, Escape leaves. */
export function EditorFrame({ busy, isReady, onGo, onCancel, children }: FrameProps) {
  const { t } = useTexts();
  return (
    <form
      className="editor"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) onGo();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && isReady) onGo();
        if (event.key === 'Escape') {
          event.preventDefault();
          onCancel();
        }
      }}
    >
      {children}
      <Group gap="xs" mt="xs">
        <Button type="submit" size="compact-sm" loading={busy} disabled={!isReady}>
          {t('draft.save')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={onCancel}>
          {t('state.cancel')}
        </Button>
      </Group>
    </form>
  );
}
