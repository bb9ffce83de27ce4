import { Text } from '@mantine/core';
import { useTexts } from '../lib/texts.tsx';
import { Conversation } from '../conversation/conversation.tsx';
import { InboxList } from './list.tsx';

/** The list beside the open conversation; on a phone one or the other. */
export function Inbox({ contact }: { contact: string | null }) {
  const { t } = useTexts();
  return (
    <div className="work" data-open={contact !== null}>
      <InboxList open={contact} />
      {contact === null ? (
        <div className="nothing-open">
          <Text className="quiet">{t('inbox.pick')}</Text>
        </div>
      ) : (
        <Conversation key={contact} contact={contact} />
      )}
    </div>
  );
}
