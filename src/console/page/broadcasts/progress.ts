import type { DeliveryState, Run, RunProgress } from '../../api/types-broadcasts.ts';

/** Of what is not at its end: looked at again by itself. */
export const isMoving = (state: Run['state']): boolean =>
  state === 'planning' || state === 'running' || state === 'paused';

const OPEN: readonly DeliveryState[] = ['planned', 'handed', 'said'];

/** How many people are settled, in one way or another, of all that were found so far. Who was left out by a cancelling is not. */
export function countsOf({ run, states }: RunProgress): { done: number; all: number; open: number } {
  const counts = Object.entries(states) as [DeliveryState, number][];
  const sum = (wanted: (state: DeliveryState) => boolean): number =>
    counts.reduce((total, [state, count]) => total + (wanted(state) ? count : 0), 0);
  const open = sum((state) => OPEN.includes(state));
  const done = sum((state) => !OPEN.includes(state) && state !== 'cancelled');
  return { done, all: Math.max(run.planned, done + open + states.cancelled), open };
}
