import { Anchor, Button, TextInput, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'wouter';
import type { AuditLineView, AuditPage as Page } from '../../api/types-staff.ts';
import { call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import { showMoment } from '../lib/time.ts';
import { Unreachable, Waiting } from '../shell/states.tsx';

/** Everything that staff did and that changed something, newest first. */
export function AuditPage() {
  const { t } = useTexts();
  const [params, setParams] = useSearchParams();
  const contact = params.get('contact') ?? '';
  const staff = params.get('staff') ?? '';
  const query = useInfiniteQuery({
    queryKey: ['audit', contact, staff],
    queryFn: ({ pageParam }) => call<Page>('GET', '/audit', { contact, staff, before: pageParam }),
    initialPageParam: null as string | number | null,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  });
  const lines = query.data?.pages.flatMap((page) => page.lines) ?? [];
  const only = (name: 'contact' | 'staff', value: string) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (value) next.set(name, value);
      else next.delete(name);
      return next;
    });
  return (
    <div className="page">
      <div className="page-head">
        <Title order={1} size="h3">
          {t('nav.audit')}
        </Title>
        <TextInput
          aria-label={t('audit.contact')}
          placeholder={t('audit.contact')}
          key={contact}
          defaultValue={contact}
          onKeyDown={(event) => {
            if (event.key === 'Enter') only('contact', event.currentTarget.value.trim());
          }}
        />
        {(contact || staff) && (
          <Button variant="default" onClick={() => setParams({})}>
            {t('inbox.clear')}
          </Button>
        )}
      </div>
      {query.isPending && <Waiting />}
      {query.isError && <Unreachable error={query.error} retry={() => void query.refetch()} />}
      <ul className="cards">
        {lines.map((line) => (
          <AuditLine key={line.id} line={line} onStaff={() => only('staff', line.staff)} />
        ))}
      </ul>
      {query.data && lines.length === 0 && <p className="quiet">{t('audit.none')}</p>}
      {query.hasNextPage && (
        <Button variant="subtle" mt="sm" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('inbox.more')}
        </Button>
      )}
    </div>
  );
}

function AuditLine({ line, onStaff }: { line: AuditLineView; onStaff: () => void }) {
  const { t, lang, has } = useTexts();
  const action = has(`action.${line.action}`) ? t(`action.${line.action}`) : line.action;
  const isThere = (value: unknown) => value !== null && value !== undefined;
  return (
    <li className="card">
      <div className="card-text">
        <p>
          <b>{action}</b> {line.target}
        </p>
        <p className="quiet">
          {showMoment(lang, line.at)} ·{' '}
          <Anchor component="button" type="button" size="sm" onClick={onStaff}>
            {line.name || line.staff}
          </Anchor>
          {line.contact && (
            <>
              {' · '}
              <Anchor component={Link} size="sm" href={`/c/${encodeURIComponent(line.contact)}`}>
                {line.contact}
              </Anchor>
            </>
          )}
        </p>
        {(isThere(line.before) || isThere(line.after)) && (
          <details>
            <summary>{t('audit.details')}</summary>
            <pre>
              {t('audit.before')}: {JSON.stringify(line.before, null, 1)}
              {'\n'}
              {t('audit.after')}: {JSON.stringify(line.after, null, 1)}
            </pre>
          </details>
        )}
      </div>
    </li>
  );
}
