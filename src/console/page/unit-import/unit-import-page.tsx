import { Alert, Button, FileButton, Select, Title } from '@mantine/core';
import { useRef, useState } from 'react';
import { useSearchParams } from 'wouter';
import { useCampaigns } from '../inbox/filters.tsx';
import { apiPath, call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import '../styles/units.css';
import { ImportReview } from './import-review.tsx';
import { describeImport } from './import-words.ts';

const importsOf = (campaign: string) => `/editor/campaigns/${encodeURIComponent(campaign)}/unit-imports`;

/** Workplaces and quotas of a campaign from a spreadsheet, and the present list as one. What is looked over stands in the address. */
export function UnitImportPage() {
  const { t, lang, has } = useTexts();
  const campaigns = useCampaigns();
  const [params, setParams] = useSearchParams();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  /** Forgets the file that was chosen, so that the same one may be chosen again once it is mended. */
  const forget = useRef<() => void>(null);
  const campaign = params.get('campaign') ?? campaigns.find(({ isOpen }) => isOpen)?.id ?? campaigns[0]?.id ?? '';
  const staged = params.get('import');

  const bring = async (file: File | null) => {
    if (!file) return;
    forget.current?.();
    setBusy(true);
    setError(null);
    try {
      const { id } = await call<{ id: string }>(
        'POST',
        importsOf(campaign),
        { name: file.name.slice(0, 300) },
        asBytes(file),
      );
      setParams({ campaign, import: id });
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  const drop = (forgets: boolean) => {
    // it goes by itself after a day; a failure here is nothing to tell of
    if (staged && forgets) void call('DELETE', `${importsOf(campaign)}/${staged}`).catch(() => null);
    setParams({ campaign });
  };
  return (
    <div className="page un-page">
      <div className="page-head">
        <Title order={1} size="h3">
          {t('units.title')}
        </Title>
        <Select
          aria-label={t('units.campaign')}
          data={campaigns.map(({ id, name }) => ({ value: id, label: name }))}
          value={campaign}
          allowDeselect={false}
          disabled={busy}
          onChange={(id) => {
            setError(null);
            if (id) setParams({ campaign: id });
          }}
        />
      </div>
      {error !== null && (
        <Alert color="red" mb="md" role="alert">
          {describeImport(error, t, has)}
        </Alert>
      )}
      {!staged && (
        <>
          <p className="quiet un-intro">{t('units.about')}</p>
          <div className="un-ways">
            <section className="card un-way">
              <p>{t('units.downloadHint')}</p>
              <Button
                component="a"
                variant="default"
                href={apiPath(`/editor/campaigns/${encodeURIComponent(campaign)}/units.xlsx`, { lang })}
                download
              >
                {t('units.download')}
              </Button>
            </section>
            <section className="card un-way">
              <p>{t('units.chooseHint')}</p>
              <FileButton
                accept=".xlsx,.csv,.txt,.xls"
                disabled={busy}
                resetRef={forget}
                onChange={(file) => void bring(file)}
              >
                {(props) => (
                  <Button {...props} loading={busy}>
                    {t('units.choose')}
                  </Button>
                )}
              </FileButton>
            </section>
          </div>
          {busy && <p role="status">{t('units.reading')}</p>}
        </>
      )}
      {staged && (
        <ImportReview
          key={staged}
          campaign={campaign}
          path={`${importsOf(campaign)}/${staged}`}
          onCancel={() => drop(true)}
          onAgain={() => drop(false)}
          onGone={(failure) => {
            drop(false);
            setError(failure);
          }}
        />
      )}
    </div>
  );
}

/** Bytes, whatever the browser takes the file for. */
const asBytes = (file: File): Blob => new Blob([file], { type: 'application/octet-stream' });
