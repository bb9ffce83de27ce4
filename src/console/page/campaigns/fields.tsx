import { Button, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Localized } from '../../../core/campaign.ts';
import { useTexts } from '../lib/texts.tsx';

const LANGS = ['vi', 'en'] as const;

type LocalizedProps = {
  label: string;
  value: Localized;
  onChange: (value: Localized) => void;
  /** More than one line. */
  isLong?: boolean;
  max?: number;
  description?: string;
};

/** The same in both languages; the bot answers everybody in their own. */
export function LocalizedField({ label, value, onChange, isLong = false, max = 2000, description }: LocalizedProps) {
  const { t } = useTexts();
  const Field = isLong ? LongText : TextInput;
  return (
    <div className="ed-two">
      {LANGS.map((lang) => (
        <Field
          key={lang}
          label={t('campaigns.field.inLang', { label, lang: t(`language.${lang}`) })}
          description={description}
          lang={lang}
          maxLength={max}
          value={value[lang]}
          error={value[lang].trim() === '' ? t('campaigns.field.empty') : undefined}
          onChange={(event: { currentTarget: { value: string } }) =>
            onChange({ ...value, [lang]: event.currentTarget.value })
          }
        />
      ))}
    </div>
  );
}

const LongText = (props: React.ComponentProps<typeof Textarea>) => (
  <Textarea autosize minRows={2} maxRows={10} {...props} />
);

type NumberProps = {
  label: string;
  value: number;
  onChange: (value: number) => void;
  min: number;
  max: number;
  /** Beside the number. */
  unit?: string;
  step?: number;
};

/** A number within its bounds; outside of them it is said, and refused by the server. */
export function NumberField({ label, value, onChange, min, max, unit, step = 1 }: NumberProps) {
  const { t } = useTexts();
  const isFine = Number.isFinite(value) && value >= min && value <= max;
  return (
    <TextInput
      type="number"
      label={unit ? `${label} (${unit})` : label}
      min={min}
      max={max}
      step={step}
      value={Number.isFinite(value) ? String(value) : ''}
      error={isFine ? undefined : t('campaigns.field.between', { min, max })}
      onChange={(event) => onChange(event.currentTarget.valueAsNumber)}
    />
  );
}

/** A part of the page under its own heading. */
export function Section({ title, hint, action, children }: SectionProps) {
  return (
    <section className="ed-section">
      <div className="ed-head">
        <h2>{title}</h2>
        {action}
      </div>
      {hint && <p className="quiet">{hint}</p>}
      {children}
    </section>
  );
}
type SectionProps = { title: string; hint?: string; action?: ReactNode; children: ReactNode };

/** One item of a list, with what moves or removes it. `name` tells the buttons apart for who hears them. */
export function Item({ name, head, onUp, onDown, onRemove, children }: ItemProps) {
  const { t } = useTexts();
  const button = (key: 'up' | 'down' | 'remove', go: (() => void) | null | undefined) =>
    go === undefined ? null : (
      <Button
        size="compact-sm"
        variant="subtle"
        color={key === 'remove' ? 'red' : 'blue'}
        disabled={go === null}
        aria-label={t(`campaigns.field.${key}Of`, { name })}
        onClick={() => go?.()}
      >
        {t(`campaigns.field.${key}`)}
      </Button>
    );
  const acts = (
    <div className="ed-item-acts">
      {button('up', onUp)}
      {button('down', onDown)}
      {button('remove', onRemove)}
    </div>
  );
  if (head === undefined) {
    return (
      <li className="ed-item ed-row">
        <div className="ed-item-body">{children}</div>
        {acts}
      </li>
    );
  }
  return (
    <li className="ed-item">
      <div className="ed-head">
        {head}
        {acts}
      </div>
      <div className="ed-item-body">{children}</div>
    </li>
  );
}
type ItemProps = {
  name: string;
  /** The line above the fields, which ends in the buttons; without one they stand beside the fields. */
  head?: ReactNode;
  /** Null = not now, missing = never. */
  onUp?: (() => void) | null;
  onDown?: (() => void) | null;
  onRemove?: (() => void) | null;
  children: ReactNode;
};

/** The list with the item at `from` one place further up or down. */
export function moved<T>(list: readonly T[], from: number, by: 1 | -1): T[] {
  const [item] = list.slice(from, from + 1);
  return item === undefined ? [...list] : list.toSpliced(from, 1).toSpliced(from + by, 0, item);
}
