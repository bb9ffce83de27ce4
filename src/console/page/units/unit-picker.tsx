import { Button, Loader, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { UnitView } from '../../api/types.ts';
import { call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';

export type PickedUnit = { code: string; name: string };

type Props = {
  campaign: string;
  /** From the first level down. Called for a unit that has others below it too, when it itself is wanted. */
  onPick: (path: PickedUnit[]) => void;
  start?: readonly PickedUnit[];
};

/** Goes down the tree of units, or straight to one by what is typed below the open level. */
export function UnitPicker({ campaign, onPick, start = [] }: Props) {
  const { t } = useTexts();
  const [path, setPath] = useState<readonly PickedUnit[]>(start);
  const [words, setWords] = useState('');
  const [typed] = useDebouncedValue(words.trim(), 200);
  const q = words.trim() === '' ? '' : typed; // one level down nothing is sought any more
  const parent = path.at(-1)?.code ?? '';
  const { data, isFetching } = useQuery({
    queryKey: ['units', campaign, parent, q],
    queryFn: () => call<{ units: UnitView[] }>('GET', '/units', { campaign, parent, q }),
    enabled: campaign !== '',
    staleTime: 300_000,
    placeholderData: (previous) => previous,
  });
  const go = (unit: UnitView) => {
    const next = [...path, { code: unit.code, name: unit.name }];
    if (!unit.hasMore) return onPick(next);
    setPath(next);
    setWords('');
  };
  return (
    <div className="units">
      <TextInput
        data-autofocus
        label={t('unit.search')}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        rightSection={isFetching ? <Loader size="xs" /> : null}
      />
      {path.length > 0 && (
        <div className="units-path">
          <Button size="compact-sm" variant="subtle" onClick={() => setPath(path.slice(0, -1))}>
            ← {t('unit.up')}
          </Button>
          <Button size="compact-sm" variant="light" onClick={() => onPick([...path])}>
            {t('unit.take', { unit: path.at(-1)?.name ?? '' })}
          </Button>
        </div>
      )}
      <ul className="units-list" aria-label={t('unit.title')}>
        {(data?.units ?? []).map((unit) => (
          <li key={unit.code}>
            <button type="button" className="units-one" onClick={() => go(unit)}>
              {unit.name}
              {unit.hasMore && <span aria-hidden="true">›</span>}
            </button>
          </li>
        ))}
      </ul>
      {data?.units.length === 0 && <p className="quiet">{t('unit.none')}</p>}
    </div>
  );
}
