import { Button, TextInput } from '@mantine/core';
import { useTexts } from '../lib/texts.tsx';
import { Item, LocalizedField, moved, NumberField, Section } from './fields.tsx';
import type { Editor } from './use-editor.ts';

const EMPTY = { vi: '', en: '' };

/** What people are told beside the questions: names, the time initiatives count from, whom to ask, where to read. */
export function InfoSection({ editor }: { editor: Editor }) {
  const { t, lang } = useTexts();
  const { file } = editor.draft;
  const { contacts, links } = file;
  return (
    <>
      <Section title={t('campaigns.info.names')}>
        <LocalizedField
          label={t('campaigns.info.name')}
          isLong
          max={300}
          value={file.name}
          onChange={(name) => editor.setFile({ name })}
        />
        <LocalizedField
          label={t('campaigns.info.shortName')}
          max={80}
          value={file.shortName}
          onChange={(shortName) => editor.setFile({ shortName })}
        />
        <LocalizedField
          label={t('campaigns.info.window')}
          description={t('campaigns.info.windowHint')}
          isLong
          max={300}
          value={file.applicationWindow}
          onChange={(applicationWindow) => editor.setFile({ applicationWindow })}
        />
        <div className="ed-two">
          <NumberField
            label={t('campaigns.info.grace')}
            unit={t('campaigns.info.days')}
            min={0}
            max={400}
            value={file.draftGraceDays}
            onChange={(draftGraceDays) => editor.setFile({ draftGraceDays })}
          />
        </div>
      </Section>
      <Section
        title={t('campaigns.info.contacts')}
        hint={t('campaigns.info.contactsHint')}
        action={
          <Button
            size="compact-md"
            variant="default"
            onClick={() => editor.setFile({ contacts: [...contacts, EMPTY] })}
          >
            {t('campaigns.info.addContact')}
          </Button>
        }
      >
        <ul className="ed-list">
          {contacts.map((line, index) => (
            <Item
              key={index}
              name={line[lang] || String(index + 1)}
              onUp={index > 0 ? () => editor.setFile({ contacts: moved(contacts, index, -1) }) : null}
              onRemove={() => editor.setFile({ contacts: contacts.toSpliced(index, 1) })}
            >
              <LocalizedField
                label={t('campaigns.info.contact')}
                max={300}
                value={line}
                onChange={(next) => editor.setFile({ contacts: contacts.with(index, next) })}
              />
            </Item>
          ))}
        </ul>
      </Section>
      <Section
        title={t('campaigns.info.links')}
        action={
          <Button
            size="compact-md"
            variant="default"
            onClick={() => editor.setFile({ links: [...links, { label: EMPTY, url: '' }] })}
          >
            {t('campaigns.info.addLink')}
          </Button>
        }
      >
        <ul className="ed-list">
          {links.map((link, index) => (
            <Item
              key={index}
              name={link.label[lang] || String(index + 1)}
              head={<h3>{link.label[lang] || String(index + 1)}</h3>}
              onUp={index > 0 ? () => editor.setFile({ links: moved(links, index, -1) }) : null}
              onRemove={() => editor.setFile({ links: links.toSpliced(index, 1) })}
            >
              <LocalizedField
                label={t('campaigns.info.label')}
                max={100}
                value={link.label}
                onChange={(label) => editor.setFile({ links: links.with(index, { ...link, label }) })}
              />
              <TextInput
                type="url"
                label={t('campaigns.info.url')}
                placeholder="https://"
                value={link.url}
                error={URL.canParse(link.url) ? undefined : t('campaigns.info.badUrl')}
                onChange={(event) =>
                  editor.setFile({ links: links.with(index, { ...link, url: event.currentTarget.value.trim() }) })
                }
              />
            </Item>
          ))}
        </ul>
      </Section>
    </>
  );
}
