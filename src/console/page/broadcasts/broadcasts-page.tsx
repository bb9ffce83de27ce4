import { Redirect, Route, Switch } from 'wouter';
import { useStaff } from '../lib/session.tsx';
import '../styles/broadcasts.css';
import { CallsPage } from './calls-page.tsx';
import { ComposePage } from './compose-page.tsx';
import { RunPage } from './run-page.tsx';
import { RunsPage } from './runs-page.tsx';
import { TemplatesPage } from './templates-page.tsx';
import { UpcomingPage } from './upcoming-page.tsx';

/** Messages to many people. Who only helps people sees whom to call. */
export function BroadcastsPage() {
  const { role } = useStaff();
  return (
    <Switch>
      <Route path="/broadcasts/calls" component={CallsPage} />
      {role !== 'support' && (
        <Route path="/broadcasts/new">
          <ComposePage run={null} />
        </Route>
      )}
      {role !== 'support' && <Route path="/broadcasts/upcoming" component={UpcomingPage} />}
      {role !== 'support' && <Route path="/broadcasts/templates" component={TemplatesPage} />}
      {role !== 'support' && (
        <Route path="/broadcasts/run/:id">{({ id }) => <RunPage key={id} id={decodeURIComponent(id)} />}</Route>
      )}
      {role !== 'support' && <Route path="/broadcasts" component={RunsPage} />}
      <Route>
        <Redirect to="/broadcasts/calls" replace />
      </Route>
    </Switch>
  );
}
