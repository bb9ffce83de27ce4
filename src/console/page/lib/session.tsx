import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, type ReactNode } from 'react';
import { ApiError, call, keepCsrfToken, whenSignedOut } from './http.ts';
import type { SessionView } from '../../api/types-staff.ts';

type Signed = SessionView['staff'];

const Context = createContext<Signed | null>(null);

/** Who is signed in; only below a page that asks for it. */
export function useStaff(): Signed {
  const staff = use(Context);
  if (!staff) throw new Error('nobody is signed in here');
  return staff;
}

export const StaffProvider = ({ staff, children }: { staff: Signed; children: ReactNode }) => (
  <Context value={staff}>{children}</Context>
);

/** The session as the server knows it: null = nobody is signed in, undefined = not known yet. */
export function useSession() {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ['session'],
    queryFn: async () => {
      try {
        const session = await call<SessionView>('GET', '/session');
        keepCsrfToken(session.csrf);
        return session;
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: Infinity,
    retry: 2,
  });
  useEffect(() => {
    whenSignedOut(() => client.setQueryData(['session'], null));
  }, [client]);
  return query;
}

/** What to do after signing in and out. What one account saw is gone before the next one comes. */
export function useSignedIn() {
  const client = useQueryClient();
  return (session: SessionView | null) => {
    keepCsrfToken(session?.csrf ?? '');
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'texts' && queryKey[0] !== 'session' });
    client.setQueryData(['session'], session);
  };
}
