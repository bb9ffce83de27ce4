import { Button, Checkbox, Group, Modal, Select } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { EditedFile } from '../../api/types-campaigns.ts';
import { serverNow, useNow } from '../lib/clock.ts';
import { useTexts } from '../lib/texts.tsx';
import { UnitPicker } from '../units/unit-picker.tsx';
import { Item, Section } from './fields.tsx';
import { InstantField } from './instant-field.tsx';
import { publishedEnd, type Move } from './move-dialog.tsx';
import type { Editor } from './use-editor.ts';

type Override = EditedFile['deadlines'][number];

/** Another beginning or end for one unit and all below it: the deepest unit's own counts. */
export function OverridesSection({ editor, onMove }: { editor: Editor; onMove: (move: Move) => void }) {
  const { t, lang } = useTexts();
  const { file } = editor.draft;
  const [picks, setPicks] = useState(false);
  const [names, setNames] = useState<Readonly<Record<string, string>>>({});
  const nameOf = (unit: string): string => names[unit] ?? editor.base.unitNames[unit] ?? unit;
  const set = (index: number, next: Override) => editor.setFile({ deadlines: file.deadlines.with(index, next) });
  const add = (unit: string) => {
    const taken = file.deadlines.filter((one) => one.unit === unit).map(({ phase }) => phase);
    const free = file.phases.filter(({ id }) => !taken.includes(id));
    const phase = free.find(({ closesAt }) => Date.parse(closesAt) > serverNow()) ?? free.at(-1);
    if (!phase) notifications.show({ message: t('campaigns.own.full') });
    else {
      editor.setFile({ deadlines: [...file.deadlines, { unit, phase: phase.id, closesAt: phase.closesAt }] });
    }
  };
  return (
    <Section
      title={t('campaigns.own.title')}
      hint={t('campaigns.own.hint')}
      action={
        <Button size="compact-md" variant="default" onClick={() => setPicks(true)}>
          {t('campaigns.own.add')}
        </Button>
      }
    >
      {file.deadlines.length === 0 && <p className="quiet">{t('campaigns.own.none')}</p>}
      <ul className="ed-list">
        {file.deadlines.map((one, index) => {
          const phase = file.phases.find(({ id }) => id === one.phase);
          const free = file.phases.filter(
            ({ id }) =>
              id === one.phase || !file.deadlines.some((other) => other.unit === one.unit && other.phase === id),
          );
          return (
            <Item
              key={`${one.unit}/${one.phase}`}
              name={nameOf(one.unit)}
              head={
                <OwnHead
                  name={nameOf(one.unit)}
                  end={publishedEnd(editor, one)}
                  onMove={(how) => onMove({ how, phase: one.phase, unit: one.unit })}
                />
              }
              onRemove={() => editor.setFile({ deadlines: file.deadlines.toSpliced(index, 1) })}
            >
              <Select
                label={t('campaigns.own.phase')}
                allowDeselect={false}
                value={one.phase}
                onChange={(id) => id && set(index, { ...one, phase: id })}
                data={free.map(({ id, name }) => ({ value: id, label: name[lang] }))}
              />
              <div className="ed-two">
                <OwnInstant
                  which="opensAt"
                  one={one}
                  common={phase?.opensAt ?? ''}
                  onChange={(next) => set(index, next)}
                />
                <OwnInstant
                  which="closesAt"
                  one={one}
                  common={phase?.closesAt ?? ''}
                  onChange={(next) => set(index, next)}
                />
              </div>
            </Item>
          );
        })}
      </ul>
      <Modal
        opened={picks}
        onClose={() => setPicks(false)}
        title={t('unit.title')}
        closeButtonProps={{ 'aria-label': t('state.close') }}
      >
        <UnitPicker
          campaign={editor.base.id}
          onPick={(path) => {
            const unit = path.at(-1);
            if (unit) {
              setNames({ ...names, [unit.code]: unit.name });
              add(unit.code);
            }
            setPicks(false);
          }}
        />
      </Modal>
    </Section>
  );
}

/** `end`: as published, '' = not published yet. */
function OwnHead({ name, end, onMove }: { name: string; end: string; onMove: (how: Move['how']) => void }) {
  const { t } = useTexts();
  const now = useNow();
  return (
    <>
      <h3>{name}</h3>
      <span className="spacer" />
      {end !== '' && (
        <Group gap="xs">
          <Button size="compact-md" variant="light" onClick={() => onMove('prolong')}>
            {t('campaigns.move.prolong')}
          </Button>
          {Date.parse(end) > now && (
            <Button size="compact-md" variant="light" color="red" onClick={() => onMove('close')}>
              {t('campaigns.move.close')}
            </Button>
          )}
        </Group>
      )}
    </>
  );
}

type OwnProps = {
  which: 'opensAt' | 'closesAt';
  one: Override;
  /** What holds for everybody else. */
  common: string;
  onChange: (next: Override) => void;
};

function OwnInstant({ which, one, common, onChange }: OwnProps) {
  const { t } = useTexts();
  const value = one[which];
  const label = t(`campaigns.own.${which}`);
  return (
    <div className="ed-maybe">
      <Checkbox
        label={t(`campaigns.own.has.${which}`)}
        checked={value !== undefined}
        onChange={(event) => {
          const { [which]: _, ...rest } = one;
          onChange(event.currentTarget.checked ? { ...rest, [which]: common } : rest);
        }}
      />
      {value !== undefined && (
        <InstantField
          label={label}
          kind={which === 'opensAt' ? 'opens' : 'closes'}
          value={value}
          onChange={(next) => onChange({ ...one, [which]: next })}
        />
      )}
    </div>
  );
}
