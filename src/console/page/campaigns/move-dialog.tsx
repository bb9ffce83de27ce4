import { Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import type { EditedFile } from '../../api/types-campaigns.ts';
import { serverNow } from '../lib/clock.ts';
import { useTexts } from '../lib/texts.tsx';
import { InstantField, sayInstant } from './instant-field.tsx';
import { toFileInstant } from './instant.ts';
import { PublishForm } from './publish-form.tsx';
import type { Draft, Editor } from './use-editor.ts';
import { usePublish } from './use-publish.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Vietnam keeps UTC+7 all year. Source: domain.md, head. */
const OFFSET_MS = 7 * 60 * MINUTE_MS;
const DAYS = [1, 3, 7] as const;

/** Which end is moved: that of a phase, or a unit's own. */
export type Move = { how: 'prolong' | 'close'; phase: string; unit: string | null };

/** The published end of a phase for this unit; '' where it is not published yet, and so nothing to move. */
export function publishedEnd({ base }: Editor, { phase, unit }: Pick<Move, 'phase' | 'unit'>): string {
  const common = base.file.phases.find(({ id }) => id === phase);
  const own = base.file.deadlines.find((one) => one.unit === unit && one.phase === phase);
  if (!common || (unit !== null && !own)) return '';
  return own?.closesAt ?? common.closesAt;
}

/** Moves one deadline and publishes that alone, whatever else is being changed: minutes count when a portal closes early. */
export function MoveDialog({ editor, move, onClose }: { editor: Editor; move: Move; onClose: () => void }) {
  const { t, lang } = useTexts();
  const before = Date.parse(publishedEnd(editor, move));
  const [closesAt, setClosesAt] = useState(() =>
    toFileInstant(move.how === 'prolong' ? proposed(before, editor.base.file) : thisMinute()),
  );
  const isFine =
    closesAt !== '' &&
    (move.how === 'prolong' ? Date.parse(closesAt) > Math.max(before, serverNow()) : Date.parse(closesAt) < before);
  const { file } = editor.base;
  const wanted: Draft = { file: withEnd(file, move, closesAt), intake: editor.base.intake };
  const publishing = usePublish(editor, isFine ? wanted : null);
  const phase = file.phases.find(({ id }) => id === move.phase)?.name[lang] ?? move.phase;
  const whose = move.unit === null ? t('campaigns.effect.everyone') : (editor.base.unitNames[move.unit] ?? move.unit);
  const own = move.unit === null ? file.deadlines.filter((one) => one.phase === move.phase && one.closesAt) : [];
  const title = t(`campaigns.move.${move.how}Title`, { phase, whose });
  return (
    <Modal opened onClose={onClose} size="lg" title={title} closeButtonProps={{ 'aria-label': t('state.close') }}>
      <Stack gap="sm">
        <p className="ed-plain">{t('campaigns.move.now', { when: sayInstant(t, before, 'closes') })}</p>
        <Group gap="xs">
          {move.how === 'prolong' ? (
            DAYS.map((n) => (
              <Button
                key={n}
                size="compact-md"
                variant="default"
                onClick={() => setClosesAt(toFileInstant(longer(before, n)))}
              >
                {t('campaigns.move.days', { n })}
              </Button>
            ))
          ) : (
            <Button size="compact-md" variant="default" onClick={() => setClosesAt(toFileInstant(thisMinute()))}>
              {t('campaigns.move.atOnce')}
            </Button>
          )}
        </Group>
        <InstantField
          label={t('campaigns.move.until')}
          kind="closes"
          value={closesAt}
          fault={isFine || closesAt === '' ? undefined : t(`campaigns.move.${move.how}Bad`)}
          onChange={setClosesAt}
        />
        {own.length > 0 && (
          <p className="hint">
            {t('campaigns.move.own', {
              units: own.map(({ unit }) => editor.base.unitNames[unit] ?? unit).join(', '),
            })}
          </p>
        )}
        {isFine && (
          <PublishForm
            editor={editor}
            wanted={wanted}
            publishing={publishing}
            showsChanges={false}
            note={t(`campaigns.move.${move.how}Note`, {
              phase,
              whose,
              when: sayInstant(t, Date.parse(closesAt), 'closes'),
            })}
            onDone={onClose}
            onCancel={onClose}
          />
        )}
      </Stack>
    </Modal>
  );
}

function withEnd(file: EditedFile, { phase, unit }: Move, closesAt: string): EditedFile {
  if (unit === null) {
    return { ...file, phases: file.phases.map((one) => (one.id === phase ? { ...one, closesAt } : one)) };
  }
  const deadlines = file.deadlines.map((one) =>
    one.unit === unit && one.phase === phase ? { ...one, closesAt } : one,
  );
  return { ...file, deadlines };
}

const thisMinute = (): number => Math.floor(serverNow() / MINUTE_MS) * MINUTE_MS;

/** So many days longer; an end that is long past is counted from tonight. */
function longer(before: number, days: number): number {
  const end = before + days * DAY_MS;
  return end > serverNow() ? end : tonight() + (days - 1) * DAY_MS;
}

/** A week longer, or until the next phase opens, if it does so before. */
function proposed(before: number, { phases }: EditedFile): number {
  const end = longer(before, 7);
  const opens = phases.map(({ opensAt }) => Date.parse(opensAt)).filter((at) => at > before && at > serverNow());
  return Math.min(end, ...opens);
}

/** Midnight in Vietnam with which today ends. */
const tonight = (): number => (Math.floor((serverNow() + OFFSET_MS) / DAY_MS) + 1) * DAY_MS - OFFSET_MS;
