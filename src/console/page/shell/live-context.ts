import { createContext, use } from 'react';
import type { InboxCounts, PresenceView } from '../../api/types.ts';
import type { Liveness } from '../lib/live.ts';

type Live = { liveness: Liveness; presence: PresenceView[] | null; counts: InboxCounts | null };

export const LiveContext = createContext<Live>({ liveness: 'connecting', presence: null, counts: null });
export const useLiveState = (): Live => use(LiveContext);
