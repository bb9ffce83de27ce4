import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTexts } from '../lib/texts.tsx';
import { readInstant } from '../campaigns/instant.ts';
import { UnitPicker, type PickedUnit } from '../units/unit-picker.tsx';
import { showDay } from './day.ts';
import type { Planned } from './import-words.ts';

export type Wish = {
  under: PickedUnit | null;
  /** '' = today, null = what is typed is no day. */
  from: string | null;
  endMissing: boolean;
};

type Props = { campaign: string; view: Planned; wish: Wish; onChange: (next: Wish) => void };

/** Below which unit the list belongs, from when, and what becomes of those it leaves out. */
export function ImportOptions({ campaign, view, wish, onChange }: Props) {
  const { t } = useTexts();
  const [picks, setPicks] = useState(false);
  const isMerger = view.kind === 'successors';
  return (
    <section className="un-options" aria-labelledby="un-options">
      <h2 className="un-head" id="un-options">
        {t('units.option.title')}
      </h2>
      {!isMerger && (
        <>
          <div className="un-under">
            <span>
              {t('units.option.under')}: <b>{wish.under?.name ?? t('units.option.everywhere')}</b>
            </span>
            <Button size="compact-md" variant="default" onClick={() => setPicks(true)}>
              {t('units.option.pick')}
            </Button>
            {wish.under && (
              <Button size="compact-md" variant="subtle" onClick={() => onChange({ ...wish, under: null })}>
                {t('units.option.everywhere')}
              </Button>
            )}
          </div>
          <p className="quiet">{t('units.option.underHint')}</p>
          {view.missing.total > 0 && (
            <Checkbox
              label={t('units.option.endMissing', { n: view.missing.total })}
              checked={wish.endMissing}
              onChange={(event) =>
                onChange({ ...wish, from: wish.from ?? '', endMissing: event.currentTarget.checked })
              }
            />
          )}
        </>
      )}
      {(isMerger || wish.endMissing) && (
        <DayField start={wish.from || view.from} onChange={(from) => onChange({ ...wish, from })} />
      )}
      <Modal
        opened={picks}
        onClose={() => setPicks(false)}
        title={t('unit.title')}
        closeButtonProps={{ 'aria-label': t('state.close') }}
      >
        <UnitPicker
          campaign={campaign}
          onPick={(path) => {
            onChange({ ...wish, under: path.at(-1) ?? null });
            setPicks(false);
          }}
        />
      </Modal>
    </section>
  );
}

/** A day as people here write it; the browser's own field shows 1 July as 07/01 in an English browser. Gives `2025-07-01`. */
function DayField({ start, onChange }: { start: string; onChange: (day: string | null) => void }) {
  const { t } = useTexts();
  const [text, setText] = useState(() => showDay(start));
  const dayOf = (date: string): string | null => readInstant({ date, time: '00:00' })?.slice(0, 10) ?? null;
  return (
    <TextInput
      inputMode="numeric"
      placeholder="01/07/2025"
      label={t('units.option.from')}
      description={t('units.option.fromHint')}
      error={dayOf(text) === null && t('units.problem.dateForm')}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        onChange(dayOf(event.currentTarget.value));
      }}
    />
  );
}
