import { Button, CopyButton, Select } from '@mantine/core';
import { useState } from 'react';
import type { QrCode } from '../../api/types-qr.ts';
import { useTexts, type Lang } from '../lib/texts.tsx';
import { showMoment } from '../lib/time.ts';
import { fileOf } from './paths.ts';

/** One code: how it looks, what it brought, and what can be printed of it. */
export function CodeCard({ campaign, code }: { campaign: string; code: QrCode }) {
  const { t, lang: spoken } = useTexts();
  const [lang, setLang] = useState<Lang>('vi');
  const number = new Intl.NumberFormat(spoken === 'vi' ? 'vi-VN' : 'en-GB');
  const { unit, own, all, below } = code;
  const file = (name: Parameters<typeof fileOf>[2], size?: number) =>
    fileOf(campaign, unit, name, size === undefined ? { lang } : { lang, size });
  return (
    <section className="card qr-card" aria-label={t('qr.show', { unit: code.name })}>
      <img className="qr-picture" src={fileOf(campaign, unit, 'code.svg')} alt={code.link} width="176" height="176" />
      <div className="card-text">
        <h2>{code.name}</h2>
        <p className="qr-code">{code.code}</p>
        <p className="qr-link">
          {code.link}{' '}
          <CopyButton value={code.link}>
            {({ copied, copy }) => (
              <Button size="compact-xs" variant="default" onClick={copy}>
                {t(copied ? 'qr.copied' : 'qr.copy')}
              </Button>
            )}
          </CopyButton>
        </p>
        {code.deadline !== '' && (
          <p>
            {t('qr.deadline')}: <b>{code.deadline}</b>
          </p>
        )}
        <p>{t('qr.counts', shown(number, own))}</p>
        {below > 0 && <p className="quiet">{t('qr.below', shown(number, all))}</p>}
        <p className="quiet">
          {code.lastScanAt === null ? t('qr.never') : t('qr.last', { when: showMoment(spoken, code.lastScanAt) })}
        </p>
      </div>
      <div className="qr-files">
        <Select
          label={t('qr.lang')}
          size="xs"
          data={(['vi', 'en'] as const).map((one) => ({ value: one, label: t(`language.${one}`) }))}
          value={lang}
          allowDeselect={false}
          onChange={(one) => one && setLang(one as Lang)}
        />
        <Button component="a" href={file('poster.pdf')} download>
          {t('qr.poster')}
        </Button>
        <div className="qr-pictures">
          <Button component="a" variant="default" size="xs" href={file('code.png', 1024)} download>
            {t('qr.size', { px: 1024 })}
          </Button>
          <Button component="a" variant="default" size="xs" href={file('code.png', 2048)} download>
            {t('qr.size', { px: 2048 })}
          </Button>
          <Button component="a" variant="default" size="xs" href={file('code.svg')} download>
            {t('qr.svg')}
          </Button>
        </div>
        {below > 0 && (
          <fieldset className="qr-all">
            <legend>{t('qr.all')}</legend>
            <div className="qr-pictures">
              <Button component="a" variant="light" size="xs" href={file('posters.pdf')} download>
                {t('qr.allPdf')}
              </Button>
              <Button component="a" variant="light" size="xs" href={file('posters.zip')} download>
                {t('qr.allZip')}
              </Button>
            </div>
            <p className="quiet">{t('qr.allHint', { n: number.format(below + 1) })}</p>
          </fieldset>
        )}
      </div>
    </section>
  );
}

const shown = (number: Intl.NumberFormat, { scans, people, entries }: QrCode['own']) => ({
  scans: number.format(scans),
  people: number.format(people),
  entries: number.format(entries),
});
