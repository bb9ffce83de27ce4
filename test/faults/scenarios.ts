import { kill } from './kill.ts';
import type { Scenario } from './scenario.ts';

/** All of them, in the order in which a full run plays them. A new one is a file with one export and a line here. */
export const SCENARIOS: readonly Scenario[] = [kill];
