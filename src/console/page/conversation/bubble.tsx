import { Anchor, Button } from '@mantine/core';
import { memo } from 'react';
import type { ConversationView, Line, LineFile } from '../../api/types.ts';
import { CheckIcon, FileIcon } from '../icons.tsx';
import { useStaff } from '../lib/session.tsx';
import { useTexts } from '../lib/texts.tsx';
import { showClock, showSize } from '../lib/time.ts';
import { describe } from '../shell/states.tsx';
import { isRefused, standing, type Acts, type PendingSay } from './acts.ts';

type Message = Extract<Line, { type: 'message' }>;

/** One message, with who wrote it and what became of it. */
export const Bubble = memo(function Bubble({
  line,
  view,
  acts,
}: {
  line: Message;
  view: ConversationView;
  acts: Acts;
}) {
  const { t, lang, has } = useTexts();
  const me = useStaff().id;
  const { by } = line;
  const who = by.type === 'staff' ? by.name : t(`by.${by.type}`);
  const isMine = by.type === 'staff' && by.staff === me;
  const mayResend = line.state === 'failed' && isMine && standing(view, me) === 'mine';
  const resend = () => {
    const fileId = line.files[0]?.fileId;
    if (line.text) acts.say({ type: 'say', text: line.text }, line.text);
    else if (fileId) acts.say({ type: 'sendFile', fileId }, line.files[0]?.name ?? '');
  };
  const why = line.code && has(`failed.${line.code}`) ? t(`failed.${line.code}`) : t('failed.other');
  return (
    <div className="bubble-line" data-by={by.type} data-state={line.state ?? undefined}>
      <div className="bubble">
        <p className="bubble-head">
          <b>{who}</b>
          {by.type === 'staff' && <span className="sr"> {t('by.staff')}</span>}
          {line.isTap && <span> · {t('talk.tap')}</span>}
        </p>
        {line.text && <p className={line.isTap ? 'bubble-text tapped' : 'bubble-text'}>{line.text}</p>}
        {line.files.map((file, index) => (
          <FileView key={file.fileId ?? index} file={file} />
        ))}
        <p className="bubble-foot">
          <time dateTime={new Date(line.at).toISOString()}>{showClock(lang, line.at)}</time>
          {line.state && (
            <span className="state">
              {' · '}
              {(line.state === 'delivered' || line.state === 'seen') && <CheckIcon size={12} />}
              {t(`sent.${line.state}`)}
            </span>
          )}
          {line.paid && <span> · {t('sent.paid')}</span>}
          {line.repeats > 0 && <span> · {t('sent.repeats', { n: line.repeats + 1 })}</span>}
        </p>
      </div>
      {line.state === 'failed' && (
        <p className="fault">
          {why}
          {mayResend && (
            <Button size="compact-xs" variant="light" ml="xs" onClick={resend}>
              {t('talk.resend')}
            </Button>
          )}
        </p>
      )}
    </div>
  );
});

function FileView({ file }: { file: LineFile }) {
  const { t, lang } = useTexts();
  const name = file.name || t(`kind.${file.kind}`);
  if (file.href) {
    return (
      <Anchor className="file" href={file.href} target="_blank" rel="noopener noreferrer">
        {name}
      </Anchor>
    );
  }
  if (file.url === null) {
    const key = file.state === 'refused' ? `file.refused.${file.reason ?? 'type'}` : `file.${file.state}`;
    return (
      <p className="file quiet">
        <FileIcon size={16} /> {name} ({t(file.kind === 'sticker' ? 'file.sticker' : key)})
      </p>
    );
  }
  if (file.mime.startsWith('image/')) {
    return (
      <a className="picture" href={file.url} target="_blank" rel="noopener">
        <img src={file.url} alt={t('file.picture', { name })} loading="lazy" />
      </a>
    );
  }
  return (
    <Anchor className="file" href={file.url} download={name}>
      <FileIcon size={16} /> {name}
      {file.size !== null && ` (${showSize(lang, file.size)})`}
    </Anchor>
  );
}

/** What was just written, before the transcript has it. */
export function PendingBubble({ one, acts }: { one: PendingSay; acts: Acts }) {
  const { t, has } = useTexts();
  const me = useStaff();
  return (
    <div className="bubble-line" data-by="staff" data-state={one.state}>
      <div className="bubble">
        <p className="bubble-head">
          <b>{me.name}</b>
        </p>
        <p className="bubble-text">{one.text}</p>
        <p className="bubble-foot" role="status">
          {t(one.state === 'failed' ? 'sent.notSent' : 'sent.sending')}
        </p>
      </div>
      {one.state === 'failed' && (
        <p className="fault" role="alert">
          {describe(one.error, t, has)}
          {!isRefused(one.error) && (
            <Button size="compact-xs" variant="light" ml="xs" onClick={() => void acts.again(one)}>
              {t('talk.resend')}
            </Button>
          )}
          <Button size="compact-xs" variant="subtle" ml="xs" onClick={() => acts.drop(one.id)}>
            {t('talk.drop')}
          </Button>
        </p>
      )}
    </div>
  );
}
