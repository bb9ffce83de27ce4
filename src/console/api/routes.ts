import type { ConsoleParts } from '../parts.ts';
import type { ConsoleRoute } from './route.ts';

/** Every route below `/console/api`. The table of test/console/access.test.ts has a row for each. */
export function consoleRoutes(_parts: ConsoleParts): readonly ConsoleRoute[] {
  return [];
}
