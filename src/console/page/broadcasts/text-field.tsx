import { Button, Textarea } from '@mantine/core';
import { useRef } from 'react';
import { useTexts } from '../lib/texts.tsx';
import { NUDGE_NAMES } from '../../../core/nudge-names.ts';
import { strangePlaces } from './places.ts';

type Props = {
  label: string;
  value: string;
  /** What may be put in; all there are where it is not known yet. */
  names: readonly string[];
  onChange: (text: string) => void;
};

const MAX_TEXT = 1900;

/** A text with names in braces: they are put in by a button, and one that nothing fills in is told at once. */
export function TextField({ label, value, names, onChange }: Props) {
  const { t } = useTexts();
  const field = useRef<HTMLTextAreaElement>(null);
  const strange = strangePlaces(value);
  const put = (name: string) => {
    const at = field.current?.selectionStart ?? value.length;
    const end = field.current?.selectionEnd ?? at;
    onChange(`${value.slice(0, at)}{${name}}${value.slice(end)}`);
    field.current?.focus();
  };
  return (
    <div className="bc-text">
      <Textarea
        ref={field}
        label={label}
        autosize
        minRows={4}
        maxRows={14}
        maxLength={MAX_TEXT}
        value={value}
        error={strange.length > 0 && t('broadcasts.text.strange', { names: strange.join(', ') })}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <div className="bc-places" role="group" aria-label={t('broadcasts.text.places', { field: label })}>
        {NUDGE_NAMES.filter((name) => names.length === 0 || names.includes(name)).map((name) => (
          <Button key={name} size="compact-xs" variant="default" onClick={() => put(name)}>
            {t(`broadcasts.place.${name}`)}
          </Button>
        ))}
      </div>
    </div>
  );
}
