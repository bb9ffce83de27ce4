import type { ReactNode } from 'react';
import type { ChannelName } from '../../../core/contact.ts';
import { useTexts } from '../lib/texts.tsx';

/** Both platforms take so many characters in one message; more goes out as several. See channels/<name>/render.ts. */
const MOST_CHARACTERS: Readonly<Record<ChannelName, number>> = { zalo: 2000, messenger: 1900 };

type Props = {
  channel: ChannelName;
  /** Filled in; blank = nothing to show yet. */
  text: string;
  /** Names of the buttons below it. */
  buttons?: readonly string[];
  /** What is said of it below the phone. */
  note?: string;
};

/** One message as that platform draws it: Zalo with the hour in a white card, Messenger a grey bubble with pills below it. */
export function PhonePreview({ channel, text, buttons = [], note = '' }: Props) {
  const { t } = useTexts();
  const isLong = text.length > MOST_CHARACTERS[channel];
  return (
    <figure
      className={`bc-phone ${channel}`}
      aria-label={t('broadcasts.preview.on', { channel: t(`channel.${channel}`) })}
    >
      <div className="bc-screen">
        <div className="bc-phone-bar">
          <span className="bc-avatar" aria-hidden="true" />
          <span>
            <b>{t('broadcasts.preview.account')}</b>
            <small>{t(`channel.${channel}`)}</small>
          </span>
        </div>
        <div className="bc-wall">
          <div className="bc-said">
            <span className="bc-avatar" aria-hidden="true" />
            <div className="bc-card">
              <div className="bc-bubble">
                <p>{text.trim() ? withLinks(text.trim()) : t('broadcasts.preview.blank')}</p>
                {channel === 'zalo' && <small>09:00</small>}
              </div>
              {channel === 'zalo' &&
                buttons.map((title) => (
                  <span key={title} className="bc-answer">
                    {title}
                  </span>
                ))}
            </div>
          </div>
          {channel === 'messenger' && buttons.length > 0 && (
            <div className="bc-pills">
              {buttons.map((title) => (
                <span key={title}>{title}</span>
              ))}
            </div>
          )}
        </div>
      </div>
      {(isLong || note) && (
        <figcaption className="quiet">
          {isLong ? t('broadcasts.preview.long', { most: MOST_CHARACTERS[channel] }) : note}
        </figcaption>
      )}
    </figure>
  );
}

/** Addresses are drawn as links, and lead nowhere. */
const withLinks = (text: string): ReactNode[] =>
  text.split(/(https?:\/\/\S+)/).map((part, n) => (n % 2 === 1 ? <u key={n}>{part}</u> : part));
