import type { ReactNode } from 'react';
import { Title } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import { useStaff } from '../lib/session.tsx';
import { useTexts } from '../lib/texts.tsx';

const SECTIONS = [
  { name: 'runs', href: '/broadcasts' },
  { name: 'upcoming', href: '/broadcasts/upcoming' },
  { name: 'templates', href: '/broadcasts/templates' },
  { name: 'calls', href: '/broadcasts/calls' },
] as const;

/** The head of every page of broadcasts: which of them one is on, and what may be done there. */
export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  const { t } = useTexts();
  const { role } = useStaff();
  const [location] = useLocation();
  const here = SECTIONS.findLast(({ href }) => location.startsWith(href))?.name;
  const shown = SECTIONS.filter(({ name }) => role !== 'support' || name === 'calls');
  return (
    <div className="page">
      {shown.length > 1 && (
        <nav className="bc-tabs" aria-label={t('broadcasts.tabs')}>
          {shown.map(({ name, href }) => (
            <Link key={name} href={href} aria-current={here === name ? 'page' : undefined}>
              {t(`broadcasts.tab.${name}`)}
            </Link>
          ))}
        </nav>
      )}
      <div className="page-head">
        <Title order={1} size="h3">
          {title}
        </Title>
        {actions}
      </div>
      {children}
    </div>
  );
}
