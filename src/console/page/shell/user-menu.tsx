import { ActionIcon, Button, Menu, useMantineColorScheme } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { BellIcon, KeyboardIcon, MenuIcon, PersonIcon } from '../icons.tsx';
import { notifyState, setNotify } from '../lib/announce.ts';
import { call } from '../lib/http.ts';
import { useSignedIn, useStaff } from '../lib/session.tsx';
import { useTexts, type Lang } from '../lib/texts.tsx';

/** Who is signed in, what this browser prefers, the way out; on a narrow screen also the pages. */
export function UserMenu({ onHelp, waiting }: { onHelp: () => void; waiting: number }) {
  const { t, lang, setLang } = useTexts();
  const staff = useStaff();
  const signedIn = useSignedIn();
  const [, navigate] = useLocation();
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true }); // else a style element
  const [notify, changeNotify] = useState(notifyState);

  const signOut = async () => {
    await call('DELETE', '/session').catch(() => null);
    signedIn(null);
    navigate('/');
  };
  return (
    <>
      {notify === 'off' && (
        <Button
          className="wide"
          size="compact-sm"
          variant="default"
          leftSection={<BellIcon size={16} />}
          onClick={async () => changeNotify(await setNotify(true))}
        >
          {t('notify.turnOn')}
        </Button>
      )}
      <ActionIcon className="wide" variant="subtle" size="lg" onClick={onHelp} aria-label={t('help.open')}>
        <KeyboardIcon />
      </ActionIcon>
      <Menu position="bottom-end" width={260} shadow="md" withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button variant="subtle" size="compact-md" aria-label={t('menu.open', { name: staff.name })}>
            <span className="wide">{staff.name}</span>
            <span className="narrow">
              <MenuIcon />
            </span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <div className="narrow">
            <Menu.Item onClick={() => navigate('/')}>
              {t('nav.inbox')}
              {waiting > 0 && ` (${waiting})`}
            </Menu.Item>
            {staff.role !== 'support' && staff.unit === null && (
              <>
                <Menu.Item onClick={() => navigate('/campaigns')}>{t('campaigns.title')}</Menu.Item>
                <Menu.Item onClick={() => navigate('/units')}>{t('units.title')}</Menu.Item>
              </>
            )}
            {staff.role !== 'support' && <Menu.Item onClick={() => navigate('/qr')}>{t('qr.title')}</Menu.Item>}
            <Menu.Item onClick={() => navigate('/canned')}>{t('nav.canned')}</Menu.Item>
            <Menu.Item onClick={() => navigate(staff.role === 'support' ? '/broadcasts/calls' : '/broadcasts')}>
              {t(staff.role === 'support' ? 'broadcasts.tab.calls' : 'broadcasts.title')}
            </Menu.Item>
            {staff.role === 'admin' && (
              <>
                <Menu.Item onClick={() => navigate('/accounts')}>{t('nav.accounts')}</Menu.Item>
                <Menu.Item onClick={() => navigate('/audit')}>{t('nav.audit')}</Menu.Item>
              </>
            )}
            <Menu.Divider />
          </div>
          <Menu.Label>{t(`role.${staff.role}`)}</Menu.Label>
          <Menu.Item leftSection={<PersonIcon size={16} />} onClick={() => navigate('/me')}>
            {t('menu.account')}
          </Menu.Item>
          {notify !== 'unsupported' && (
            <Menu.Item
              leftSection={<BellIcon size={16} />}
              disabled={notify === 'denied'}
              onClick={async () => changeNotify(await setNotify(notify !== 'on'))}
            >
              {t(`notify.${notify === 'on' ? 'turnOff' : notify === 'denied' ? 'denied' : 'turnOn'}`)}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<KeyboardIcon size={16} />} onClick={onHelp}>
            {t('help.open')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>{t('menu.language')}</Menu.Label>
          <Menu.RadioGroup value={lang} onChange={(one) => setLang(one as Lang)}>
            {(['vi', 'en'] as const).map((one) => (
              <Menu.RadioItem key={one} value={one}>
                {t(`language.${one}`)}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Label>{t('menu.scheme')}</Menu.Label>
          <Menu.RadioGroup value={colorScheme} onChange={(one) => setColorScheme(one as typeof colorScheme)}>
            {(['auto', 'light', 'dark'] as const).map((one) => (
              <Menu.RadioItem key={one} value={one}>
                {t(`scheme.${one}`)}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Divider />
          <Menu.Item onClick={() => void signOut()}>{t('menu.signOut')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
