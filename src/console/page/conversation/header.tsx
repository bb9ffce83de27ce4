import { ActionIcon, Anchor, Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { ConversationView } from '../../api/types.ts';
import { BackIcon, EyeIcon, PhoneIcon } from '../icons.tsx';
import { useHotkeys } from '../lib/hotkeys.ts';
import { useStaff } from '../lib/session.tsx';
import { useTexts } from '../lib/texts.tsx';
import { showPhone } from '../lib/time.ts';
import { useLiveState } from '../shell/live-context.ts';
import { describe } from '../shell/states.tsx';
import { standing, type Act, type Acts } from './acts.ts';
import { AssignDialog } from './assign-dialog.tsx';
import { HandBackDialog } from './hand-back-dialog.tsx';

/** Who it is, who speaks now, and the buttons that change that. */
export function Header({ view, acts }: { view: ConversationView; acts: Acts }) {
  const { t, has } = useTexts();
  const me = useStaff();
  const search = useSearch();
  const [, navigate] = useLocation();
  const { presence } = useLiveState();
  const [dialog, setDialog] = useState<'assign' | 'handBack' | null>(null);
  const [busy, setBusy] = useState(false);
  const { row } = view;
  const stands = standing(view, me.id);
  const others = (presence ?? view.presence).filter(({ staff }) => staff !== me.id);

  const run = async (act: Act): Promise<boolean> => {
    setBusy(true);
    try {
      if ((await acts.act(act)) === null) notifications.show({ message: t('act.queued') });
      return true;
    } catch (error) {
      notifications.show({ message: describe(error, t, has), color: 'red', autoClose: 8000 });
      return false;
    } finally {
      setBusy(false);
    }
  };
  const mayTake = stands === 'bot' || stands === 'outside';
  useHotkeys({
    t: () => {
      if (mayTake && !busy) void run({ type: 'takeOver' });
    },
    Escape: () => {
      // an answer that is being written is not left by chance
      if (!document.querySelector('.editor')) navigate(`/${search ? `?${search}` : ''}`);
    },
  });
  const colleague = row.owner.type === 'staff' ? row.owner.name : '';
  return (
    <header className="talk-head">
      <ActionIcon
        className="back"
        variant="subtle"
        size="lg"
        aria-label={t('talk.back')}
        onClick={() => navigate(`/${search ? `?${search}` : ''}`)}
      >
        <BackIcon />
      </ActionIcon>
      <div className="talk-who">
        <h1>{row.name || t('row.noName')}</h1>
        <p>
          {t(`channel.${row.channel}`)}
          {row.unitName && ` · ${row.unitName}`}
          {row.phone && (
            <>
              {' · '}
              <Anchor href={`tel:${row.phone}`} className="tel" underline="always">
                <PhoneIcon size={14} /> {showPhone(row.phone)}
              </Anchor>
            </>
          )}
        </p>
      </div>
      <div className="talk-acts">
        {others.length > 0 && (
          <span className="watching" role="status">
            <EyeIcon size={16} /> {t('talk.watching', { names: others.map(({ name }) => name).join(', ') })}
          </span>
        )}
        {mayTake && (
          <Button size="sm" loading={busy} onClick={() => void run({ type: 'takeOver' })}>
            {t('act.takeOver')}
          </Button>
        )}
        {stands === 'colleague' && <span className="held">{t('talk.heldBy', { name: colleague })}</span>}
        {stands !== 'bot' && (
          <>
            {stands !== 'colleague' && (
              <Button size="sm" variant="default" disabled={busy} onClick={() => setDialog('handBack')}>
                {t('act.handBack')}
              </Button>
            )}
            <Menu position="bottom-end" shadow="md" withInitialFocusPlaceholder={false}>
              <Menu.Target>
                <Button size="sm" variant="default" px="xs" disabled={busy} aria-label={t('act.more')}>
                  ⋯
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => setDialog('assign')}>{t('act.assign')}</Menu.Item>
                {stands === 'colleague' && (
                  <Menu.Item onClick={() => void run({ type: 'assign', to: me.id })}>{t('act.assignMe')}</Menu.Item>
                )}
                {stands !== 'colleague' && (
                  <Menu.Item onClick={() => void run({ type: 'close' })}>{t('act.close')}</Menu.Item>
                )}
              </Menu.Dropdown>
            </Menu>
          </>
        )}
      </div>
      <AssignDialog
        opened={dialog === 'assign'}
        contact={row.contact}
        onClose={() => setDialog(null)}
        onPick={async (to) => {
          if (await run({ type: 'assign', to })) setDialog(null);
        }}
      />
      <HandBackDialog
        opened={dialog === 'handBack'}
        onClose={() => setDialog(null)}
        onGo={async (parting) => {
          if (await run({ type: 'handBack', parting })) setDialog(null);
        }}
      />
    </header>
  );
}
