import { Badge } from '@mantine/core';
import { memo } from 'react';
import { Link } from 'wouter';
import type { InboxTab, Row } from '../../api/types.ts';
import { useStaff } from '../lib/session.tsx';
import { useTexts } from '../lib/texts.tsx';
import { showPhone, showShort, showSpan } from '../lib/time.ts';

type Props = {
  row: Row;
  tab: InboxTab;
  isOpen: boolean;
  /** Of the address, kept when a row is opened. */
  search: string;
  /** The product's clock in whole minutes, so that a row is drawn again only when its text may change. */
  minute: number;
};

export const RowLink = memo(function RowLink({ row, tab, isOpen, search, minute }: Props) {
  const { t, lang } = useTexts();
  const me = useStaff();
  const now = minute * 60_000;
  const { owner } = row;
  return (
    <li className="row-item">
      <Link
        href={`/c/${encodeURIComponent(row.contact)}${search ? `?${search}` : ''}`}
        className="row"
        data-contact={row.contact}
        aria-current={isOpen ? 'true' : undefined}
      >
        <span className="row-top">
          <span className="row-name">{row.name || showPhone(row.phone) || t('row.noName')}</span>
          <span className="row-when">{showShort(lang, row.last?.at ?? row.lastSeenAt, now)}</span>
        </span>
        <span className="row-where">
          {[t(`channel.${row.channel}`), row.unitName, row.stepLabel].filter(Boolean).join(' · ')}
        </span>
        {row.last && (
          <span className="row-last">
            {row.last.by !== 'person' && <b>{t(`by.${row.last.by}`)}: </b>}
            {row.last.text || t('row.file')}
          </span>
        )}
        <span className="row-marks">
          {row.humanAskedAt !== null && (
            <Badge size="sm" color="red" variant="light">
              {t(row.humanReason === 'stuck' ? 'row.stuck' : 'row.waiting', {
                span: showSpan(t, now - row.humanAskedAt),
              })}
            </Badge>
          )}
          {owner.type === 'staff' && (
            <Badge size="sm" color={owner.staff === me.id ? 'blue' : 'gray'} variant="light">
              {owner.staff === me.id ? t('row.mine') : owner.name || t(`owner.${owner.how}`)}
            </Badge>
          )}
          {row.overdue && (
            <Badge size="sm" color="orange" variant="light">
              {t('row.overdue')}
            </Badge>
          )}
          {tab === 'closed' && row.handledAt !== null && (
            <span className="row-handled">{t('row.handled', { span: showSpan(t, now - row.handledAt) })}</span>
          )}
        </span>
      </Link>
    </li>
  );
});
