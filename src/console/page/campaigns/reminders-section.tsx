import { Button, Checkbox, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTexts } from '../lib/texts.tsx';
import { Item, NumberField, Section } from './fields.tsx';
import type { Editor } from './use-editor.ts';

const HOURS_PER_DAY = 24;
/** Below the free windows of 48 and 24 hours. Source: zalo.md §3, messenger.md §4. */
const SILENT = { zalo: { most: 47, usual: 40 }, messenger: { most: 23, usual: 20 } } as const;

/** What the bot says unasked in this campaign. */
export function RemindersSection({ editor }: { editor: Editor }) {
  const { t } = useTexts();
  const { reminders } = editor.draft.file;
  const { hoursBefore, silentHours } = reminders;
  const set = (changes: Partial<typeof reminders>) => editor.setFile({ reminders: { ...reminders, ...changes } });
  return (
    <>
      <Section
        title={t('campaigns.remind.title')}
        hint={t('campaigns.remind.hint')}
        action={
          <Button
            size="compact-md"
            variant="default"
            disabled={hoursBefore.length >= 10}
            onClick={() => set({ hoursBefore: [...hoursBefore, 2 * HOURS_PER_DAY] })}
          >
            {t('campaigns.remind.add')}
          </Button>
        }
      >
        {hoursBefore.length === 0 && <p className="quiet">{t('campaigns.remind.never')}</p>}
        <ul className="ed-list">
          {hoursBefore.map((hours, index) => (
            <Item
              // counted anew when one is added or removed: none has a name
              key={`${index}/${hoursBefore.length}`}
              name={String(index + 1)}
              onRemove={() => set({ hoursBefore: hoursBefore.toSpliced(index, 1) })}
            >
              <Before
                hours={hours}
                n={index + 1}
                onChange={(next) => set({ hoursBefore: hoursBefore.with(index, next) })}
              />
            </Item>
          ))}
        </ul>
        <div className="ed-two">
          <NumberField
            label={t('campaigns.remind.most')}
            min={0}
            max={10}
            value={reminders.most}
            onChange={(most) => set({ most })}
          />
          <NumberField
            label={t('campaigns.remind.approve')}
            min={0}
            max={1_000_000}
            value={reminders.approveAbove}
            onChange={(approveAbove) => set({ approveAbove })}
          />
        </div>
        <Checkbox
          mt="sm"
          label={t('campaigns.remind.results')}
          checked={reminders.tellResults}
          onChange={(event) => set({ tellResults: event.currentTarget.checked })}
        />
      </Section>
      <Section title={t('campaigns.remind.silent')} hint={t('campaigns.remind.silentHint')}>
        <div className="ed-two">
          {(['zalo', 'messenger'] as const).map((channel) => {
            const hours = silentHours[channel];
            const change = (next: number | null) => set({ silentHours: { ...silentHours, [channel]: next } });
            return (
              <div key={channel} className="ed-maybe">
                <Checkbox
                  label={t(`channel.${channel}`)}
                  checked={hours !== null}
                  onChange={(event) => change(event.currentTarget.checked ? SILENT[channel].usual : null)}
                />
                {hours !== null && (
                  <NumberField
                    label={t('campaigns.remind.after', { channel: t(`channel.${channel}`) })}
                    unit={t('campaigns.remind.hours')}
                    min={1}
                    max={SILENT[channel].most}
                    value={hours}
                    onChange={change}
                  />
                )}
              </div>
            );
          })}
        </div>
      </Section>
    </>
  );
}

/** `7 ngày trước hạn`: whole days as days, anything else in hours. */
function Before({ hours, n, onChange }: { hours: number; n: number; onChange: (hours: number) => void }) {
  const { t } = useTexts();
  // as it was chosen, for a number is nothing for a moment while another one is typed
  const [inDays, setInDays] = useState(hours >= HOURS_PER_DAY && hours % HOURS_PER_DAY === 0);
  const isDays = inDays && (Number.isNaN(hours) || hours % HOURS_PER_DAY === 0);
  const unit = isDays ? HOURS_PER_DAY : 1;
  return (
    <div className="ed-before">
      <TextInput
        type="number"
        min={isDays ? 1 : 0.25}
        step={isDays ? 1 : 0.25}
        aria-label={t('campaigns.remind.number', { n })}
        value={Number.isFinite(hours) ? String(hours / unit) : ''}
        error={!(hours >= 0.25 && hours <= 2000)}
        onChange={(event) => onChange(event.currentTarget.valueAsNumber * unit)}
      />
      <Select
        aria-label={t('campaigns.remind.unit', { n })}
        allowDeselect={false}
        value={isDays ? 'days' : 'hours'}
        onChange={(value) => {
          setInDays(value === 'days');
          onChange((hours / unit) * (value === 'days' ? HOURS_PER_DAY : 1));
        }}
        data={(['days', 'hours'] as const).map((value) => ({ value, label: t(`campaigns.remind.before.${value}`) }))}
      />
    </div>
  );
}
