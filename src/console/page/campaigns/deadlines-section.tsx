import { Badge, Button, Checkbox, Group } from '@mantine/core';
import { useState } from 'react';
import type { EditedFile } from '../../api/types-campaigns.ts';
import { serverNow, useNow } from '../lib/clock.ts';
import { useTexts } from '../lib/texts.tsx';
import { Item, LocalizedField, Section } from './fields.tsx';
import { InstantField } from './instant-field.tsx';
import { toFileInstant } from './instant.ts';
import { OverridesSection } from './overrides-section.tsx';
import { MoveDialog, publishedEnd, type Move } from './move-dialog.tsx';
import type { Editor } from './use-editor.ts';

const DAY_MS = 24 * 3_600_000;
type PhaseFile = EditedFile['phases'][number];

/** When entries are taken, from whom, and what is counted. */
export function DeadlinesSection({ editor }: { editor: Editor }) {
  const { t, lang } = useTexts();
  const { file } = editor.draft;
  const [move, setMove] = useState<Move | null>(null);
  const setPhase = (index: number, changes: Partial<PhaseFile>) =>
    editor.setFile({ phases: file.phases.map((one, at) => (at === index ? { ...one, ...changes } : one)) });
  const add = () => {
    const last = file.phases.at(-1);
    const opensAt = last && Date.parse(last.closesAt) > 0 ? Date.parse(last.closesAt) : serverNow();
    const taken = new Set(file.phases.map(({ id }) => id));
    let n = file.phases.length + 1;
    while (taken.has(`dot-${n}`)) n += 1;
    const name = { vi: t('campaigns.phase.newVi', { n }), en: t('campaigns.phase.newEn', { n }) };
    const times = { opensAt: toFileInstant(opensAt), closesAt: toFileInstant(opensAt + 30 * DAY_MS) };
    editor.setFile({ phases: [...file.phases, { id: `dot-${n}`, name, ...times }] });
  };
  return (
    <>
      <Section
        title={t('campaigns.phase.title')}
        hint={t('campaigns.phase.hint')}
        action={
          <Button size="compact-md" variant="default" onClick={add}>
            {t('campaigns.phase.add')}
          </Button>
        }
      >
        <ul className="ed-list">
          {file.phases.map((phase, index) => (
            <Item
              key={phase.id}
              name={phase.name[lang]}
              head={
                <PhaseHead
                  phase={phase}
                  isPublished={publishedEnd(editor, { phase: phase.id, unit: null }) !== ''}
                  onMove={(how) => setMove({ how, phase: phase.id, unit: null })}
                />
              }
              onRemove={
                file.phases.length > 1
                  ? () =>
                      editor.setFile({
                        phases: file.phases.toSpliced(index, 1),
                        deadlines: file.deadlines.filter((one) => one.phase !== phase.id),
                      })
                  : null
              }
            >
              <LocalizedField
                label={t('campaigns.phase.name')}
                max={100}
                value={phase.name}
                onChange={(name) => setPhase(index, { name })}
              />
              <div className="ed-two">
                <InstantField
                  label={t('campaigns.phase.opens')}
                  kind="opens"
                  value={phase.opensAt}
                  onChange={(opensAt) => setPhase(index, { opensAt })}
                />
                <InstantField
                  label={t('campaigns.phase.closes')}
                  kind="closes"
                  value={phase.closesAt}
                  onChange={(closesAt) => setPhase(index, { closesAt })}
                />
              </div>
            </Item>
          ))}
        </ul>
      </Section>
      <OverridesSection editor={editor} onMove={setMove} />
      <Section title={t('campaigns.counted.title')} hint={t('campaigns.counted.hint')}>
        <div className="ed-two">
          <MaybeInstant
            label={t('campaigns.counted.until')}
            value={file.countedUntil}
            fallback={file.phases.at(-1)?.closesAt ?? ''}
            onChange={(countedUntil) => editor.setFile({ countedUntil })}
          />
          <MaybeInstant
            label={t('campaigns.counted.papers')}
            value={file.papersDatedUntil}
            fallback={file.phases.at(-1)?.closesAt ?? ''}
            onChange={(papersDatedUntil) => editor.setFile({ papersDatedUntil })}
          />
        </div>
      </Section>
      {move && <MoveDialog editor={editor} move={move} onClose={() => setMove(null)} />}
    </>
  );
}

type HeadProps = { phase: PhaseFile; isPublished: boolean; onMove: (how: Move['how']) => void };
type PhaseState = 'before' | 'open' | 'over';
const stateOf = (opensAt: string, closesAt: string, now: number): PhaseState =>
  now < Date.parse(opensAt) ? 'before' : now < Date.parse(closesAt) ? 'open' : 'over';

function PhaseHead({ phase, isPublished, onMove }: HeadProps) {
  const { t, lang } = useTexts();
  const now = useNow();
  const state = stateOf(phase.opensAt, phase.closesAt, now);
  return (
    <>
      <h3>{phase.name[lang]}</h3>
      <Badge size="sm" variant="light" color={state === 'open' ? 'green' : 'gray'}>
        {t(`campaigns.phase.${state}`)}
      </Badge>
      <span className="spacer" />
      {isPublished && (
        <Group gap="xs">
          <Button size="compact-md" variant="light" onClick={() => onMove('prolong')}>
            {t('campaigns.move.prolong')}
          </Button>
          {state !== 'over' && (
            <Button size="compact-md" variant="light" color="red" onClick={() => onMove('close')}>
              {t('campaigns.move.close')}
            </Button>
          )}
        </Group>
      )}
    </>
  );
}

type MaybeProps = { label: string; value: string | null; fallback: string; onChange: (value: string | null) => void };

/** An instant that there need not be. */
function MaybeInstant({ label, value, fallback, onChange }: MaybeProps) {
  const { t } = useTexts();
  return (
    <div className="ed-maybe">
      <Checkbox
        label={t('campaigns.counted.has', { label })}
        checked={value !== null}
        onChange={(event) => onChange(event.currentTarget.checked ? fallback : null)}
      />
      {value !== null && <InstantField label={label} kind="closes" value={value} onChange={onChange} />}
    </div>
  );
}
