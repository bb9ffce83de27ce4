import { useQuery } from '@tanstack/react-query';
import { useTexts } from '../lib/texts.tsx';
import { Unreachable, Waiting } from '../shell/states.tsx';
import { readRun } from './ask.ts';
import { ComposePage } from './compose-page.tsx';
import { RunView } from './run-view.tsx';
import { Section } from './sections.tsx';

/** One sending: a draft is written on, everything else is watched. */
export function RunPage({ id }: { id: string }) {
  const { t } = useTexts();
  const query = useQuery({ queryKey: ['run', id], queryFn: () => readRun(id), staleTime: 0 });
  if (query.data?.run.state === 'draft')
    return <ComposePage key={query.data.run.rev} run={query.data.run} unitName={query.data.unitName} />;
  if (query.data) return <RunView answer={query.data} />;
  return (
    <Section title={t('broadcasts.tab.runs')}>
      {query.isError ? <Unreachable error={query.error} retry={() => void query.refetch()} /> : <Waiting />}
    </Section>
  );
}
