import { Badge } from '@mantine/core';
import type { Run } from '../../api/types-broadcasts.ts';
import { useTexts } from '../lib/texts.tsx';

const COLORS: Readonly<Record<Run['state'], string>> = {
  draft: 'gray',
  awaitingApproval: 'orange',
  planning: 'blue',
  running: 'blue',
  paused: 'orange',
  done: 'green',
  cancelled: 'gray',
};

export function StateBadge({ state }: { state: Run['state'] }) {
  const { t } = useTexts();
  return (
    <Badge size="sm" color={COLORS[state]} variant="light">
      {t(`broadcasts.state.${state}`)}
    </Badge>
  );
}
