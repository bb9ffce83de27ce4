import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { InboxCounts, LiveInbox, PresenceView } from '../../api/types.ts';
import { mergeInbox } from '../inbox/merge.ts';
import { tellRows } from './announce.ts';
import { apiPath } from './http.ts';

const RETRY_MS = [500, 1000, 2000, 5000, 10_000];

export type Liveness = 'connecting' | 'live' | 'lost';

/**
 * Keeps what is on the screen true: takes changed rows in, asks again for the open conversation when something was said there,
 * and for everything after the stream was away. The stream names the open conversation, so that colleagues see who looks at it.
 */
export function useLive(contact: string | null, me: string, lang: string) {
  const client = useQueryClient();
  const [liveness, setLiveness] = useState<Liveness>('connecting');
  const [presence, setPresence] = useState<PresenceView[] | null>(null);
  const [counts, setCounts] = useState<InboxCounts | null>(null);

  useEffect(() => {
    let source: EventSource | null = null;
    let timer = 0;
    let failures = 0;
    let isOver = false;
    setPresence(null);

    const close = () => {
      source?.close();
      source = null;
    };
    const again = () => {
      close();
      if (isOver) return;
      setLiveness('lost');
      window.clearTimeout(timer);
      timer = window.setTimeout(open, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
    };
    const open = () => {
      window.clearTimeout(timer);
      close();
      source = new EventSource(apiPath('/live', { contact, lang }));
      on(source, 'hello', (data: { counts: InboxCounts }) => {
        failures = 0;
        setLiveness('live');
        setCounts(data.counts);
        // what came between the first answers and now, or while the stream was away
        void client.invalidateQueries({ queryKey: ['conversations'] });
        if (contact !== null) refreshConversation(contact);
      });
      on(source, 'inbox', (data: LiveInbox) => {
        setCounts(data.counts);
        mergeInbox(client, data, me);
        tellRows(data.rows);
      });
      on(source, 'conversation', (data: { contact: string }) => refreshConversation(data.contact));
      on(source, 'presence', (data: { presence: PresenceView[] }) => setPresence(data.presence));
      on(source, 'bye', () => {
        isOver = true;
        close();
        void client.invalidateQueries({ queryKey: ['session'] });
      });
      source.addEventListener('error', again);
    };
    const refreshConversation = (id: string) => {
      void client.invalidateQueries({ queryKey: ['conversation', id] });
      void client.invalidateQueries({ queryKey: ['lines', id] });
    };
    const wake = () => {
      if (!source && !isOver && document.visibilityState === 'visible') open();
    };
    open();
    document.addEventListener('visibilitychange', wake);
    window.addEventListener('online', wake);
    return () => {
      isOver = true;
      close();
      window.clearTimeout(timer);
      document.removeEventListener('visibilitychange', wake);
      window.removeEventListener('online', wake);
    };
  }, [client, contact, me, lang]);

  return { liveness, presence, counts };
}

/** Events are made by our own server in the shapes of the API's types. */
function on<T>(source: EventSource, name: string, act: (data: T) => void): void {
  source.addEventListener(name, (event: MessageEvent<string>) => act(JSON.parse(event.data || 'null') as T));
}
