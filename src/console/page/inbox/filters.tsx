import { ActionIcon, Button, CloseButton, Modal, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { CampaignView } from '../../api/types.ts';
import { SearchIcon } from '../icons.tsx';
import { useHotkeys } from '../lib/hotkeys.ts';
import { call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import { UnitPicker } from '../units/unit-picker.tsx';
import type { InboxFilters } from './merge.ts';

type Props = { filters: InboxFilters; change: (changes: Partial<InboxFilters>) => void };

export function useCampaigns(): CampaignView[] {
  const { lang } = useTexts();
  const { data } = useQuery({
    queryKey: ['campaigns', lang],
    queryFn: () => call<{ campaigns: CampaignView[] }>('GET', '/campaigns', { lang }),
    staleTime: 300_000,
  });
  return data?.campaigns ?? [];
}

export function Filters({ filters, change }: Props) {
  const { t } = useTexts();
  const campaigns = useCampaigns();
  const [words, setWords] = useState(filters.q);
  const [settled] = useDebouncedValue(words, 250);
  const [isWide, setWide] = useState(Boolean(filters.campaign || filters.channel || filters.unit));
  const [picks, setPicks] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  useHotkeys({ '/': () => search.current?.focus() });

  const isSettled = settled === words;
  useEffect(() => {
    if (isSettled && settled.trim() !== filters.q) change({ q: settled.trim() });
  }, [settled, isSettled, change, filters.q]);

  const set = [filters.campaign, filters.channel, filters.unit].filter(Boolean).length;
  return (
    <div className="filters" role="search">
      <div className="filters-line">
        <TextInput
          ref={search}
          className="grow"
          size="sm"
          type="search"
          aria-label={t('inbox.search')}
          placeholder={t('inbox.searchHint')}
          leftSection={<SearchIcon size={16} />}
          rightSection={words && <CloseButton size="sm" aria-label={t('inbox.clear')} onClick={() => setWords('')} />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <Button
          size="sm"
          px="xs"
          variant={set > 0 ? 'light' : 'default'}
          aria-expanded={isWide}
          onClick={() => setWide(!isWide)}
        >
          {set > 0 ? t('inbox.filtersOn', { n: set }) : t('inbox.filters')}
        </Button>
      </div>
      {isWide && (
        <div className="filters-more">
          <Select
            size="xs"
            label={t('inbox.campaign')}
            placeholder={t('inbox.any')}
            clearable
            clearButtonProps={{ 'aria-label': t('inbox.clear') }}
            value={filters.campaign || null}
            onChange={(value) => change({ campaign: value ?? '' })}
            data={campaigns.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <Select
            size="xs"
            label={t('inbox.channel')}
            placeholder={t('inbox.any')}
            clearable
            clearButtonProps={{ 'aria-label': t('inbox.clear') }}
            value={filters.channel || null}
            onChange={(value) => change({ channel: value ?? '' })}
            data={['zalo', 'messenger'].map((value) => ({ value, label: t(`channel.${value}`) }))}
          />
          <div className="filters-unit">
            <Button size="xs" variant="default" onClick={() => setPicks(true)}>
              {filters.unit ? t('inbox.unitIs', { unit: filters.unit }) : t('inbox.unit')}
            </Button>
            {filters.unit && (
              <ActionIcon size="md" variant="subtle" aria-label={t('inbox.clear')} onClick={() => change({ unit: '' })}>
                ×
              </ActionIcon>
            )}
          </div>
        </div>
      )}
      <Modal
        opened={picks}
        onClose={() => setPicks(false)}
        title={t('unit.title')}
        closeButtonProps={{ 'aria-label': t('state.close') }}
      >
        <UnitPicker
          campaign={filters.campaign || (campaigns[0]?.id ?? '')}
          onPick={(path) => {
            setPicks(false);
            change({ unit: path.at(-1)?.code ?? '' });
          }}
        />
      </Modal>
    </div>
  );
}
