import { Select } from '@mantine/core';
import { useState } from 'react';
import type { SpokenView } from '../../api/types-broadcasts.ts';
import { useTexts, type Lang } from '../lib/texts.tsx';
import { LANGS } from './draft.ts';
import { PhonePreview } from './phone-preview.tsx';
import { fillExample } from './places.ts';

/** What the clock says, by how somebody stands; the same on both channels, with buttons of the conversation below it. */
export function SpokenPanel({ says }: { says: readonly SpokenView[] }) {
  const { t } = useTexts();
  const [shown, setShown] = useState<Lang>('vi');
  return (
    <section className="bc-panel" aria-label={t('broadcasts.preview.title')}>
      <h2>{t('broadcasts.preview.title')}</h2>
      <Select
        mb="sm"
        size="xs"
        label={t('broadcasts.preview.lang')}
        allowDeselect={false}
        value={shown}
        onChange={(value) => setShown((value ?? 'vi') as Lang)}
        data={LANGS.map((value) => ({ value, label: t(`language.${value}`) }))}
      />
      <div className="bc-phones">
        {says.map(({ of, text }) => (
          <PhonePreview
            key={of}
            channel="zalo"
            text={fillExample(text[shown], shown, t)}
            note={t(`broadcasts.spoken.${of}`)}
          />
        ))}
      </div>
      <p className="quiet">
        {t('broadcasts.spoken.about')} {t('broadcasts.preview.filled')}
      </p>
    </section>
  );
}
