import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { ActBody, ActDone, ActPending, ConversationView, Line } from '../../api/types.ts';
import { ApiError, callWithStatus } from '../lib/http.ts';
import { useStaff } from '../lib/session.tsx';
import { linesKey, type Lines } from './lines.ts';

export type Act = ActBody['act'];
/** `null`: the log has it and it will be done, but nobody could wait so long. */
export type Done = ActDone['result'] | null;

/** Something said that the transcript does not show yet. */
export type PendingSay = {
  id: string;
  act: Extract<Act, { type: 'say' | 'sendFile' }>;
  /** What is shown: the text, or the file's name. */
  text: string;
  state: 'sending' | 'accepted' | 'failed';
  error: unknown;
  /** Own lines that stood in the transcript before: the next one after them is this one's. */
  known: ReadonlySet<string>;
};

const pendingKey = (contact: string) => ['pending', contact] as const;

/** Does one act, once: the same id again is the same act. Throws ApiError where it is refused. */
export async function doAct(contact: string, act: Act, id: string = crypto.randomUUID()): Promise<Done> {
  const path = `/conversations/${encodeURIComponent(contact)}/acts`;
  const { status, body } = await callWithStatus<ActDone | ActPending>('POST', path, {}, { id, act } satisfies ActBody);
  return status === 202 || !('result' in body) ? null : body.result;
}

export function refresh(client: QueryClient, contact: string): void {
  void client.invalidateQueries({ queryKey: ['conversation', contact] });
  void client.invalidateQueries({ queryKey: linesKey(contact) });
}

/** Acts in one conversation, and what was said and is on its way. */
export function useActs(contact: string) {
  const client = useQueryClient();
  const me = useStaff().id;
  const { data: pending = [] } = useQuery<PendingSay[]>({
    queryKey: pendingKey(contact),
    queryFn: () => client.getQueryData<PendingSay[]>(pendingKey(contact)) ?? [],
    staleTime: Infinity,
    gcTime: Infinity, // what failed is not forgotten by looking elsewhere
  });

  const act = useCallback(
    async (what: Act): Promise<Done> => {
      try {
        return await doAct(contact, what);
      } finally {
        refresh(client, contact);
      }
    },
    [client, contact],
  );

  const change = useCallback(
    (id: string, changes: Partial<PendingSay> | null) => {
      client.setQueryData<PendingSay[]>(pendingKey(contact), (old = []) =>
        old.flatMap((one) => (one.id !== id ? [one] : changes ? [{ ...one, ...changes }] : [])),
      );
    },
    [client, contact],
  );

  const push = useCallback(
    async (one: Pick<PendingSay, 'id' | 'act'>) => {
      change(one.id, { state: 'sending', error: null });
      try {
        await doAct(contact, one.act, one.id);
        change(one.id, { state: 'accepted' });
      } catch (error) {
        change(one.id, { state: 'failed', error });
      }
      refresh(client, contact);
    },
    [client, contact, change],
  );

  /** Shown at once; nothing is thrown. */
  const say = useCallback(
    (what: PendingSay['act'], text: string) => {
      const lines = client.getQueryData<Lines>(linesKey(contact))?.lines ?? [];
      const known = new Set(lines.filter((line) => isBy(line, me)).map((line) => line.id));
      const one: PendingSay = { id: crypto.randomUUID(), act: what, text, state: 'sending', error: null, known };
      client.setQueryData<PendingSay[]>(pendingKey(contact), (old = []) => [...old, one]);
      void push(one);
    },
    [client, contact, me, push],
  );

  return useMemo(
    () => ({ act, say, pending, again: push, drop: (id: string) => change(id, null) }),
    [act, say, pending, push, change],
  );
}

export type Acts = ReturnType<typeof useActs>;

const isBy = (line: Line, staff: string): boolean =>
  line.type === 'message' && line.by.type === 'staff' && line.by.staff === staff;

/** What of the pending is not in the transcript yet, in order. Each line of one's own stands for one pending at most. */
export function stillPending(pending: readonly PendingSay[], lines: readonly Line[], me: string): PendingSay[] {
  const taken = new Set<string>();
  return pending.filter(({ state, known, act, text }) => {
    if (state === 'failed') return true;
    const line = lines.find((one) => {
      if (one.type !== 'message' || !isBy(one, me) || known.has(one.id) || taken.has(one.id)) return false;
      return act.type === 'sendFile' ? one.files.some((file) => file.fileId === act.fileId) : one.text === text;
    });
    if (line) taken.add(line.id);
    return !line;
  });
}

/** True for an answer that no second try can change: the platform or a colleague is in the way. */
export const isRefused = (error: unknown): boolean => error instanceof ApiError && error.status === 409;

/** What one may do now. */
export function standing(view: ConversationView, me: string): 'bot' | 'mine' | 'colleague' | 'outside' {
  const { owner } = view.row;
  if (owner.type === 'bot') return 'bot';
  if (owner.how !== 'console') return 'outside';
  return owner.staff === me ? 'mine' : 'colleague';
}
