import { Button } from '@mantine/core';
import { CANNED_NAMES } from '../../../core/campaign.ts';
import { useTexts } from '../lib/texts.tsx';
import { Item, LocalizedField, moved, Section } from './fields.tsx';
import { freeCode } from './questions.ts';
import type { Editor } from './use-editor.ts';

/** What staff have ready to say in this campaign's conversations. */
export function RepliesSection({ editor }: { editor: Editor }) {
  const { t, lang } = useTexts();
  const { support } = editor.draft.file;
  const { canned } = support;
  const setAll = (next: typeof canned) => editor.setFile({ support: { ...support, canned: next } });
  const set = (index: number, changes: Partial<(typeof canned)[number]>) =>
    setAll(canned.map((one, at) => (at === index ? { ...one, ...changes } : one)));
  const add = () => {
    const id = freeCode(
      t('campaigns.reply.newId'),
      canned.map((one) => one.id),
    );
    setAll([...canned, { id, title: { vi: '', en: '' }, text: { vi: '', en: '' } }]);
  };
  return (
    <Section
      title={t('campaigns.reply.title')}
      hint={t('campaigns.reply.hint', { names: CANNED_NAMES.map((name) => `{${name}}`).join(' ') })}
      action={
        <Button size="compact-md" variant="default" onClick={add}>
          {t('campaigns.reply.add')}
        </Button>
      }
    >
      <ul className="ed-list">
        {canned.map((reply, index) => (
          <Item
            key={reply.id}
            name={reply.title[lang] || String(index + 1)}
            head={<h3>{reply.title[lang] || String(index + 1)}</h3>}
            onUp={index > 0 ? () => setAll(moved(canned, index, -1)) : null}
            onDown={index < canned.length - 1 ? () => setAll(moved(canned, index, 1)) : null}
            onRemove={() => setAll(canned.toSpliced(index, 1))}
          >
            <LocalizedField
              label={t('campaigns.reply.name')}
              max={80}
              value={reply.title}
              onChange={(title) => set(index, { title })}
            />
            <LocalizedField
              label={t('campaigns.reply.text')}
              isLong
              value={reply.text}
              onChange={(text) => set(index, { text })}
            />
          </Item>
        ))}
      </ul>
    </Section>
  );
}
