import { Checkbox, Select } from '@mantine/core';
import { useState } from 'react';
import type { RunDraft } from '../../api/types-broadcasts.ts';
import { useTexts, type Lang } from '../lib/texts.tsx';
import { CHANNELS, hasSameTexts, LANGS, withText } from './draft.ts';
import { PhonePreview } from './phone-preview.tsx';
import { fillExample } from './places.ts';
import { TextField } from './text-field.tsx';

type Props = { draft: RunDraft; names: readonly string[]; change: (draft: RunDraft) => void };

/** What is said, per channel and language; most say the same on both channels. */
export function TextsForm({ draft, names, change }: Props) {
  const { t } = useTexts();
  const [isSame, setSame] = useState(() => hasSameTexts(draft));
  const rows = isSame ? [CHANNELS] : CHANNELS.map((channel) => [channel]);
  return (
    <section className="bc-panel" aria-labelledby="bc-text">
      <h2 id="bc-text">{t('broadcasts.compose.text')}</h2>
      <Checkbox
        mb="sm"
        label={t('broadcasts.compose.same')}
        checked={isSame}
        onChange={(event) => {
          const wanted = event.currentTarget.checked;
          setSame(wanted);
          if (wanted) change({ ...draft, texts: { zalo: draft.texts.zalo, messenger: draft.texts.zalo } });
        }}
      />
      {rows.map((channels) =>
        LANGS.map((lang) => {
          const [channel = 'zalo'] = channels;
          return (
            <TextField
              key={`${channel}/${lang}`}
              label={
                isSame
                  ? t('broadcasts.compose.textBoth', { lang: t(`language.${lang}`) })
                  : t('broadcasts.compose.textOf', { channel: t(`channel.${channel}`), lang: t(`language.${lang}`) })
              }
              names={names}
              value={draft.texts[channel][lang]}
              onChange={(text) => change(withText(draft, channels, lang, text))}
            />
          );
        }),
      )}
    </section>
  );
}

/** The same text as on both phones, with an invented person's data. */
export function PhonesPanel({ draft }: { draft: Pick<RunDraft, 'texts'> }) {
  const { t } = useTexts();
  const [shown, setShown] = useState<Lang>('vi');
  return (
    <section className="bc-panel" aria-labelledby="bc-preview">
      <h2 id="bc-preview">{t('broadcasts.preview.title')}</h2>
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
        {CHANNELS.map((channel) => (
          <PhonePreview key={channel} channel={channel} text={fillExample(draft.texts[channel][shown], shown, t)} />
        ))}
      </div>
      <p className="quiet">{t('broadcasts.preview.filled')}</p>
    </section>
  );
}
