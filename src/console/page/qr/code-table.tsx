import { Anchor, Button, TextInput, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { QrCode, QrCounts } from '../../api/types-qr.ts';
import { useTexts } from '../lib/texts.tsx';

type By = 'order' | keyof QrCounts;
const COUNTS = ['scans', 'people', 'entries'] as const;

type Props = { rows: readonly QrCode[]; onOpen: (code: QrCode) => void; onShow: (code: QrCode) => void };

/** The units directly below, each with what it and all below it brought; most first by a tap on a heading. */
export function CodeTable({ rows, onOpen, onShow }: Props) {
  const { t, lang } = useTexts();
  const [by, setBy] = useState<By>('order');
  const [words, setWords] = useState('');
  const number = new Intl.NumberFormat(lang === 'vi' ? 'vi-VN' : 'en-GB');
  const sought = fold(words);
  const found = rows.filter(({ name, code }) => fold(`${name} ${code}`).includes(sought));
  const sorted = by === 'order' ? found : found.toSorted((a, b) => b.all[by] - a.all[by]);
  return (
    <>
      <div className="qr-tools">
        <TextInput
          type="search"
          aria-label={t('qr.search')}
          placeholder={t('qr.search')}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <p className="quiet">{t('qr.explain')}</p>
      </div>
      <table className="qr-table">
        <thead>
          <tr>
            <Heading label={t('qr.unit')} isOn={by === 'order'} way="none" onSort={() => setBy('order')} />
            <th scope="col">{t('qr.code')}</th>
            {COUNTS.map((name) => (
              <Heading
                key={name}
                label={t(`qr.${name}`)}
                isOn={by === name}
                way="descending"
                isNumber
                onSort={() => setBy(name)}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <tr key={row.unit}>
              <th scope="row">
                {row.children > 0 ? (
                  <Anchor
                    component="button"
                    type="button"
                    ta="left"
                    aria-label={t('qr.open', { unit: row.name })}
                    onClick={() => onOpen(row)}
                  >
                    {row.name} <span className="quiet">({number.format(row.below)})</span>
                  </Anchor>
                ) : (
                  row.name
                )}
              </th>
              <td>
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={`${row.code}: ${t('qr.show', { unit: row.name })}`}
                  onClick={() => onShow(row)}
                >
                  {row.code}
                </Button>
              </td>
              {COUNTS.map((name) => (
                <td key={name} className="number">
                  <span className="qr-label">{t(`qr.${name}`)} </span>
                  {number.format(row.all[name])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {sorted.length === 0 && <p className="quiet">{t('qr.none')}</p>}
    </>
  );
}

type HeadingProps = {
  label: string;
  isOn: boolean;
  way: 'none' | 'descending';
  isNumber?: boolean;
  onSort: () => void;
};

function Heading({ label, isOn, way, isNumber = false, onSort }: HeadingProps) {
  return (
    <th scope="col" aria-sort={isOn ? way : 'none'} className={isNumber ? 'number' : undefined}>
      <UnstyledButton className="qr-sort" onClick={onSort}>
        {label}
        {isOn && way === 'descending' && <span aria-hidden="true"> ↓</span>}
      </UnstyledButton>
    </th>
  );
}

/** Found without accents and capitals. */
const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/đ/g, 'd')
    .trim();
