import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Route, Router, Switch } from 'wouter';
import { ApiError, BASE } from './lib/http.ts';
import { StaffProvider, useSession } from './lib/session.tsx';
import { TextsProvider } from './lib/texts.tsx';
import { Shell } from './shell/shell.tsx';
import { LinkPage } from './sign-in/link-page.tsx';
import { SignInPage } from './sign-in/sign-in-page.tsx';
import { Unreachable, Waiting } from './shell/states.tsx';
import { theme } from './theme.ts';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false, // the stream tells what changed
      retry: (failures, error) =>
        failures < 3 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});

/** No style element and no inline script is made: the page lives under `style-src 'self'; script-src 'self'`. */
export const App = () => (
  <QueryClientProvider client={client}>
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withStaticClasses={false}
      withGlobalClasses={false}
    >
      <TextsProvider>
        <Notifications position="bottom-left" limit={3} />
        <Router base={BASE}>
          <Switch>
            <Route path="/link/:token">{({ token }) => <LinkPage token={token} />}</Route>
            <Route>
              <SignedIn />
            </Route>
          </Switch>
        </Router>
      </TextsProvider>
    </MantineProvider>
  </QueryClientProvider>
);

function SignedIn() {
  const { data: session, isError, refetch } = useSession();
  if (session) {
    return (
      <StaffProvider staff={session.staff}>
        <Shell />
      </StaffProvider>
    );
  }
  if (session === null) return <SignInPage />;
  return isError ? <Unreachable retry={() => void refetch()} /> : <Waiting />;
}
