import { Button, Checkbox, Modal, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { STANDINGS } from '../../../core/standing.ts';
import type { AudienceOptions, AudienceRule } from '../../api/types-broadcasts.ts';
import { useCampaigns } from '../inbox/filters.tsx';
import { serverNow } from '../lib/clock.ts';
import { useTexts } from '../lib/texts.tsx';
import { UnitPicker } from '../units/unit-picker.tsx';
import { readOptions } from './ask.ts';
import { CHANNELS, LANGS } from './draft.ts';

const DAY_MS = 86_400_000;
/** Of last activity, in days. */
const SPANS = [1, 2, 7, 30] as const;

type Props = { rule: AudienceRule; change: (changes: Partial<AudienceRule>) => void };
/** `unitName`: of the rule's unit, '' where it has none. */
type FormProps = Props & { unitName: string; onUnitName: (name: string) => void };

/** Who is meant. What is left alone narrows nothing. */
export function AudienceForm({ rule, change, unitName, onUnitName }: FormProps) {
  const { t, lang } = useTexts();
  const campaigns = useCampaigns();
  const { data: options } = useQuery({
    queryKey: ['audience-options', rule.campaign, lang],
    queryFn: () => readOptions(rule.campaign, lang),
    enabled: rule.campaign !== '',
  });
  const hasDrafts = rule.standings.length === 0 || rule.standings.includes('draft');
  const toggle = <T,>(list: readonly T[], one: T): T[] =>
    list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
  return (
    <section className="bc-panel" aria-labelledby="bc-who">
      <h2 id="bc-who">{t('broadcasts.compose.who')}</h2>
      <fieldset>
        <legend>{t('broadcasts.compose.standings')}</legend>
        <div className="bc-checks">
          {STANDINGS.map((standing) => (
            <Checkbox
              key={standing}
              label={t(`broadcasts.standing.${standing}`)}
              checked={rule.standings.includes(standing)}
              onChange={() => change({ standings: toggle(rule.standings, standing), step: null })}
            />
          ))}
        </div>
        <p className="quiet">{t('broadcasts.compose.everyone')}</p>
      </fieldset>
      <div className="bc-fields">
        <Select
          label={t('inbox.campaign')}
          allowDeselect={false}
          value={rule.campaign}
          onChange={(campaign) => change({ campaign: campaign ?? '', step: null, groups: [], belowQuotaIn: null })}
          data={campaigns.map(({ id, name }) => ({ value: id, label: name }))}
        />
        <UnitField
          rule={rule}
          unitName={unitName}
          options={options}
          onPick={(unit, name) => {
            onUnitName(name);
            change({ unit });
          }}
        />
        {hasDrafts && (
          <Select
            label={t('broadcasts.compose.step')}
            allowDeselect={false}
            value={rule.step ?? ''}
            onChange={(step) => change({ step: step || null })}
            data={[
              { value: '', label: t('broadcasts.compose.anyStep') },
              ...(options?.steps ?? []).map(({ id, label }) => ({ value: id, label })),
            ]}
          />
        )}
        <OneOf
          label={t('broadcasts.compose.channel')}
          every={t('broadcasts.compose.bothChannels')}
          list={CHANNELS.map((value) => ({ value, label: t(`channel.${value}`) }))}
          chosen={rule.channels}
          onChange={(channels) => change({ channels })}
        />
        <OneOf
          label={t('broadcasts.compose.lang')}
          every={t('broadcasts.compose.bothLangs')}
          list={LANGS.map((value) => ({ value, label: t(`language.${value}`) }))}
          chosen={rule.langs}
          onChange={(langs) => change({ langs })}
        />
        <SeenField rule={rule} change={change} />
        <Select
          label={t('broadcasts.compose.quota')}
          allowDeselect={false}
          value={rule.belowQuotaIn ?? ''}
          onChange={(phase) => change({ belowQuotaIn: phase || null })}
          data={[
            { value: '', label: t('broadcasts.compose.quotaAny') },
            ...(options?.phases ?? []).map(({ id, name }) => ({
              value: id,
              label: t('broadcasts.compose.quotaIn', { phase: name }),
            })),
          ]}
        />
      </div>
      {options && options.groups.length > 0 && (
        <details open={rule.groups.length > 0}>
          <summary>{t('broadcasts.compose.groups')}</summary>
          {options.groups.map(({ code, label }) => (
            <Checkbox
              key={code}
              mt={6}
              label={label}
              checked={rule.groups.includes(code)}
              onChange={() => change({ groups: toggle(rule.groups, code) })}
            />
          ))}
        </details>
      )}
    </section>
  );
}

function UnitField({
  rule,
  unitName,
  options,
  onPick,
}: {
  rule: AudienceRule;
  unitName: string;
  options: AudienceOptions | undefined;
  onPick: (unit: string | null, name: string) => void;
}) {
  const { t } = useTexts();
  const [picks, setPicks] = useState(false);
  const own = options?.unit ?? null;
  const shown = rule.unit === null ? (own?.name ?? t('broadcasts.compose.allUnits')) : unitName || rule.unit;
  return (
    <div>
      <TextInput
        label={t('broadcasts.compose.unit')}
        readOnly
        value={shown}
        onClick={() => setPicks(true)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') setPicks(true);
        }}
        aria-haspopup="dialog"
      />
      {rule.unit !== null && (
        <Button size="compact-xs" variant="subtle" onClick={() => onPick(null, '')}>
          {own?.name ?? t('broadcasts.compose.allUnits')}
        </Button>
      )}
      <Modal
        opened={picks}
        onClose={() => setPicks(false)}
        title={t('broadcasts.compose.pickUnit')}
        closeButtonProps={{ 'aria-label': t('state.close') }}
      >
        <UnitPicker
          campaign={rule.campaign}
          start={own ? [own] : []}
          onPick={(path) => {
            setPicks(false);
            const unit = path.at(-1);
            onPick(unit?.code ?? null, unit?.name ?? '');
          }}
        />
      </Modal>
    </div>
  );
}

type OneOfProps<T extends string> = {
  label: string;
  every: string;
  list: readonly { value: T; label: string }[];
  chosen: readonly T[];
  onChange: (chosen: T[]) => void;
};

/** One or all. */
function OneOf<T extends string>({ label, every, list, chosen, onChange }: OneOfProps<T>) {
  return (
    <Select
      label={label}
      allowDeselect={false}
      value={chosen.length === 1 ? (chosen[0] ?? '') : ''}
      onChange={(value) => onChange(list.filter((one) => one.value === value).map((one) => one.value))}
      data={[{ value: '', label: every }, ...list]}
    />
  );
}

/** Instants are counted back from now, so that what is chosen is what is shown. */
function SeenField({ rule, change }: Props) {
  const { t } = useTexts();
  const at = rule.seenFrom ?? rule.seenBefore;
  const days = at === null ? null : Math.max(1, Math.round((serverNow() - at) / DAY_MS));
  const value = days === null ? '' : `${rule.seenFrom === null ? 'before' : 'from'}/${days}`;
  const spans = days === null || SPANS.some((span) => span === days) ? [...SPANS] : [...SPANS, days];
  return (
    <Select
      label={t('broadcasts.compose.seen')}
      allowDeselect={false}
      value={value}
      onChange={(chosen) => {
        const [side, span = ''] = (chosen ?? '').split('/');
        const instant = Math.round(serverNow() - Number(span) * DAY_MS);
        change({ seenFrom: side === 'from' ? instant : null, seenBefore: side === 'before' ? instant : null });
      }}
      data={[
        { value: '', label: t('broadcasts.compose.seenAny') },
        ...spans.map((span) => ({ value: `from/${span}`, label: t('broadcasts.compose.seenWithin', { days: span }) })),
        ...spans.map((span) => ({ value: `before/${span}`, label: t('broadcasts.compose.silentFor', { days: span }) })),
      ]}
    />
  );
}
