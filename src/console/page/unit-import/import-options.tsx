import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTexts } from '../lib/texts.tsx';
import { UnitPicker, type PickedUnit } from '../units/unit-picker.tsx';
import type { Planned } from './import-words.ts';

export type Wish = { under: PickedUnit | null; /** '' = today. */ from: string; endMissing: boolean };

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
              onChange={(event) => onChange({ ...wish, endMissing: event.currentTarget.checked })}
            />
          )}
        </>
      )}
      {(isMerger || wish.endMissing) && (
        <TextInput
          type="date"
          label={t('units.option.from')}
          description={t('units.option.fromHint')}
          value={wish.from || view.from}
          onChange={(event) => onChange({ ...wish, from: event.currentTarget.value })}
        />
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
