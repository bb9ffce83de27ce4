import { Anchor, Badge, Button } from '@mantine/core';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { Link, Redirect, Route, Switch, useLocation, useRoute } from 'wouter';
import { Inbox } from '../inbox/inbox.tsx';
import { announce, useRequests } from '../lib/announce.ts';
import { useHotkeys } from '../lib/hotkeys.ts';
import { useLive } from '../lib/live.ts';
import { useStaff } from '../lib/session.tsx';
import { useTexts } from '../lib/texts.tsx';
import { HelpSheet } from './help-sheet.tsx';
import { LiveContext } from './live-context.ts';
import { Waiting } from './states.tsx';
import { UserMenu } from './user-menu.tsx';

const AccountsPage = lazy(async () => ({ default: (await import('../admin/accounts-page.tsx')).AccountsPage }));
const AuditPage = lazy(async () => ({ default: (await import('../admin/audit-page.tsx')).AuditPage }));
const BroadcastsPage = lazy(async () => ({
  default: (await import('../broadcasts/broadcasts-page.tsx')).BroadcastsPage,
}));
const CampaignPage = lazy(async () => ({ default: (await import('../campaigns/campaign-page.tsx')).CampaignPage }));
const CampaignsPage = lazy(async () => ({ default: (await import('../campaigns/campaigns-page.tsx')).CampaignsPage }));
const CannedPage = lazy(async () => ({ default: (await import('../admin/canned-page.tsx')).CannedPage }));
const QrPage = lazy(async () => ({ default: (await import('../qr/qr-page.tsx')).QrPage }));
const MePage = lazy(async () => ({ default: (await import('../sign-in/me-page.tsx')).MePage }));
const UnitImportPage = lazy(async () => ({
  default: (await import('../unit-import/unit-import-page.tsx')).UnitImportPage,
}));

/** Everything for those who are signed in: the bar above, the stream, the pages. */
export function Shell() {
  const { t, lang } = useTexts();
  const staff = useStaff();
  // deadlines concern everyone at once: the central team's
  const isOrganizer = staff.role !== 'support' && staff.unit === null;
  const [, params] = useRoute('/c/:contact');
  const contact = params ? decodeURIComponent(params.contact) : null;
  const live = useLive(contact, staff.id, lang);
  const [helps, setHelps] = useState(false);
  const [, navigate] = useLocation();
  useHotkeys({ '?': () => setHelps(true), 'g i': () => navigate('/') });

  const waiting = live.counts?.waiting ?? 0;
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${t('app.title')}`;
  }, [waiting, t]);
  useRequests((row) =>
    announce(t('notify.title'), t('notify.body', { name: row.name || t('row.noName'), unit: row.unitName }), () =>
      navigate(`/c/${encodeURIComponent(row.contact)}`),
    ),
  );
  const value = useMemo(() => live, [live.liveness, live.presence, live.counts]);

  return (
    <LiveContext value={value}>
      <div className="shell">
        <a className="skip" href="#main">
          {t('app.skip')}
        </a>
        <header className="bar">
          <Anchor component={Link} href="/" className="brand" underline="never">
            {t('app.short')}
          </Anchor>
          <nav className="nav" aria-label={t('app.nav')}>
            <NavItem href="/" label={t('nav.inbox')} count={waiting} />
            {isOrganizer && <NavItem href="/campaigns" label={t('campaigns.title')} />}
            {isOrganizer && <NavItem href="/units" label={t('units.nav')} />}
            {staff.role !== 'support' && <NavItem href="/qr" label={t('qr.title')} />}
            <NavItem href="/canned" label={t('nav.canned')} />
            <NavItem
              href={staff.role === 'support' ? '/broadcasts/calls' : '/broadcasts'}
              label={t(staff.role === 'support' ? 'broadcasts.tab.calls' : 'broadcasts.title')}
            />
            {staff.role === 'admin' && <NavItem href="/accounts" label={t('nav.accounts')} />}
            {staff.role === 'admin' && <NavItem href="/audit" label={t('nav.audit')} />}
          </nav>
          <span className="spacer" />
          <span className={`liveness ${live.liveness}`} role="status">
            {live.liveness === 'lost' ? t('live.lost') : ''}
          </span>
          <UserMenu onHelp={() => setHelps(true)} waiting={waiting} />
        </header>
        <main id="main" className="main" tabIndex={-1}>
          <Suspense fallback={<Waiting />}>
            <Switch>
              <Route path="/">
                <Inbox contact={null} />
              </Route>
              <Route path="/c/:contact">
                <Inbox contact={contact} />
              </Route>
              <Route path="/canned" component={CannedPage} />
              {isOrganizer && <Route path="/campaigns" component={CampaignsPage} />}
              {isOrganizer && (
                <Route path="/campaigns/:id/:part?">
                  {({ id, part }) => <CampaignPage id={decodeURIComponent(id)} part={part ?? 'deadlines'} />}
                </Route>
              )}
              <Route path="/broadcasts/*?" component={BroadcastsPage} />
              {isOrganizer && <Route path="/units" component={UnitImportPage} />}
              {staff.role !== 'support' && <Route path="/qr" component={QrPage} />}
              <Route path="/me" component={MePage} />
              {staff.role === 'admin' && <Route path="/accounts" component={AccountsPage} />}
              {staff.role === 'admin' && <Route path="/audit" component={AuditPage} />}
              <Route>
                <Redirect to="/" replace />
              </Route>
            </Switch>
          </Suspense>
        </main>
        <HelpSheet opened={helps} onClose={() => setHelps(false)} />
      </div>
    </LiveContext>
  );
}

function NavItem({ href, label, count = 0 }: { href: string; label: string; count?: number }) {
  const [location] = useLocation();
  const isHere = href === '/' ? location === '/' || location.startsWith('/c/') : location.startsWith(href);
  return (
    <Button
      component={Link}
      href={href}
      size="compact-sm"
      variant={isHere ? 'light' : 'subtle'}
      aria-current={isHere ? 'page' : undefined}
      rightSection={
        count > 0 ? (
          <Badge size="sm" color="red" circle={count < 10}>
            {count > 99 ? '99+' : count}
          </Badge>
        ) : undefined
      }
    >
      {label}
    </Button>
  );
}
