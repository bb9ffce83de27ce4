import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { showClosing, showInstant } from '../../../engine/times.ts';
import { useTexts, type Translate } from '../lib/texts.tsx';
import { partsOf, readInstant, type InstantKind } from './instant.ts';

type Props = {
  label: string;
  kind: InstantKind;
  /** As in campaign files; '' = not a date yet. */
  value: string;
  onChange: (value: string) => void;
  /** Shown where nothing is wrong with the field itself. */
  fault?: string | undefined;
};

/** `24h00 ngày 31/5/2022`. `at` is epoch ms. */
export function sayInstant(t: Translate, at: number, kind: InstantKind): string {
  const { key, ...shown } = kind === 'closes' ? showClosing(at) : showInstant(at);
  return t(`campaigns.time.${key}`, shown);
}

/** A day and a time of day in Vietnam; an end at midnight is written as 24:00 of the day that ends. */
export function InstantField({ label, kind, value, onChange, fault }: Props) {
  const { t } = useTexts();
  const [parts, setParts] = useState(() => partsFor(value, kind));
  useEffect(() => {
    // changed from elsewhere: taken back, or another version taken up
    if (value !== '') setParts((now) => (sameInstant(readInstant(now), value) ? now : partsFor(value, kind)));
  }, [value, kind]);
  const change = (changes: Partial<typeof parts>) => {
    const next = { ...parts, ...changes };
    setParts(next);
    onChange(readInstant(next) ?? '');
  };
  const read = readInstant(parts);
  return (
    <fieldset className="ed-instant">
      <legend>{label}</legend>
      <TextInput
        // not the browser's own field: in an English browser that shows 8 January as 01/08
        inputMode="numeric"
        placeholder="31/5/2022"
        aria-label={t('campaigns.time.day', { label })}
        value={parts.date}
        error={read === null}
        onChange={(event) => change({ date: event.currentTarget.value })}
      />
      <TextInput
        aria-label={t('campaigns.time.clock', { label })}
        placeholder={kind === 'closes' ? '24:00' : '07:00'}
        inputMode="numeric"
        value={parts.time}
        error={read === null}
        onChange={(event) => change({ time: event.currentTarget.value })}
      />
      <p className={read === null || fault ? 'fault' : 'quiet'}>
        {read === null ? t('campaigns.time.bad') : (fault ?? sayInstant(t, Date.parse(read), kind))}
      </p>
    </fieldset>
  );
}

const partsFor = (value: string, kind: InstantKind) =>
  value === '' ? { date: '', time: '' } : partsOf(Date.parse(value), kind);

const sameInstant = (one: string | null, other: string): boolean =>
  one !== null && Date.parse(one) === Date.parse(other);
