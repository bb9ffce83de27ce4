import { Anchor, Badge } from '@mantine/core';
import type { EntryView } from '../../api/types.ts';
import { apiPath } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import { showMoment } from '../lib/time.ts';

/** What the person has sent, newest first, each with its code, state and answers. */
export function Entries({ contact, entries }: { contact: string; entries: readonly EntryView[] }) {
  const { t, lang } = useTexts();
  if (entries.length === 0) return null;
  return (
    <section className="entries">
      <h2>{t('entries.title')}</h2>
      {entries.map((entry) => (
        <details key={entry.code} className="entry">
          <summary>
            <b>{entry.code}</b>{' '}
            <Badge size="sm" variant="light" color="gray">
              {t(`review.${entry.state}`)}
            </Badge>
            <span className="entry-title">{entry.title}</span>
          </summary>
          <p className="quiet">
            {entry.campaignName} · {showMoment(lang, entry.submittedAt)}
            {entry.revision > 1 && ` · ${t('entries.revision', { n: entry.revision })}`}
          </p>
          {entry.enteredBy && <p className="hint">{t('entries.enteredBy', { name: entry.enteredBy.name })}</p>}
          {entry.outsideCount && <p className="hint">{t('entries.outsideCount')}</p>}
          {entry.reason && <p className="hint">{t('entries.reason', { reason: entry.reason })}</p>}
          <dl className="recap">
            {entry.answers.map(({ label, shown, files }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>
                  {shown}
                  {files.map((file) => (
                    <Anchor
                      key={file.fileId}
                      href={apiPath(`/files/${encodeURIComponent(contact)}/${encodeURIComponent(file.fileId)}`)}
                      download={file.name}
                      className="file"
                    >
                      {file.name}
                    </Anchor>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </details>
      ))}
    </section>
  );
}
