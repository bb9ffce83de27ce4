import { ActionIcon, Alert, Button, Textarea } from '@mantine/core';
import { useRef, useState } from 'react';
import type { ConversationView } from '../../api/types.ts';
import { ClipIcon, LockIcon, SendIcon } from '../icons.tsx';
import { useNow } from '../lib/clock.ts';
import { useHotkeys } from '../lib/hotkeys.ts';
import { useStaff } from '../lib/session.tsx';
import { useTexts } from '../lib/texts.tsx';
import { standing, type Acts } from './acts.ts';
import { CannedMenu } from './canned-menu.tsx';
import { useUpload } from './use-upload.ts';
import { windowNow, WindowNotice } from './window-notice.tsx';

/** What was begun and not sent, by conversation: leaving one and coming back loses nothing. */
const begun = new Map<string, string>();

type Props = { contact: string; view: ConversationView; acts: Acts };

/** Where staff write; locked while another speaks or the platform takes nothing, and says which. */
export function Composer({ contact, view, acts }: Props) {
  const { t } = useTexts();
  const me = useStaff();
  const now = useNow();
  const [text, setTextState] = useState(begun.get(contact) ?? '');
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const stands = standing(view, me.id);
  const open = windowNow(view.window, now);
  const { upload, isUploading, fault } = useUpload(view, acts);
  useHotkeys({ r: () => field.current?.focus() });

  const setText = (next: string) => {
    setTextState(next);
    if (next) begun.set(contact, next);
    else begun.delete(contact);
  };
  const { owner } = view.row;
  const lock = stands === 'mine' ? (open === 'closed' ? 'closed' : null) : stands;
  const send = () => {
    const said = text.trim();
    if (!said || lock !== null) return;
    acts.say({ type: 'say', text: said }, said);
    setText('');
    field.current?.focus();
  };
  return (
    <div className="composer">
      <WindowNotice view={view} now={now} />
      {fault && (
        <Alert color="red" p="xs" role="alert">
          {fault}
        </Alert>
      )}
      {lock === null ? (
        <form
          className="composer-form"
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          <Textarea
            ref={field}
            className="grow"
            aria-label={t('composer.label')}
            placeholder={t('composer.hint')}
            autosize
            minRows={2}
            maxRows={8}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
            }}
            onPaste={(event) => {
              const file = event.clipboardData.files[0];
              if (file) void upload(file);
            }}
          />
          <div className="composer-acts">
            <CannedMenu
              contact={contact}
              onPick={(reply) => {
                setText(text.trim() ? `${text.trimEnd()}\n${reply}` : reply);
                field.current?.focus();
              }}
            />
            <input
              ref={picker}
              type="file"
              hidden
              accept={view.fileLimits.map(({ mime }) => mime).join(',')}
              onChange={(event) => {
                const file = event.currentTarget.files?.[0];
                event.currentTarget.value = '';
                if (file) void upload(file);
              }}
            />
            <ActionIcon
              size="lg"
              variant="default"
              aria-label={t('composer.attach')}
              loading={isUploading}
              disabled={open === 'humanAgent'}
              onClick={() => picker.current?.click()}
            >
              <ClipIcon />
            </ActionIcon>
            <span className="spacer" />
            <span className="quiet wide">{t('composer.keys')}</span>
            <Button type="submit" leftSection={<SendIcon size={16} />} disabled={!text.trim()}>
              {t('composer.send')}
            </Button>
          </div>
        </form>
      ) : (
        <div className="composer-locked">
          <LockIcon size={16} />
          <p>
            {t(lock === 'outside' && owner.type === 'staff' ? `locked.${owner.how}` : `locked.${lock}`, {
              name: owner.type === 'staff' ? owner.name : '',
            })}
          </p>
        </div>
      )}
    </div>
  );
}
