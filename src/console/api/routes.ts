import type { ConsoleParts } from '../parts.ts';
import { accountRoutes } from './accounts.ts';
import { auditRoutes } from './audit.ts';
import { campaignRoutes } from './campaigns.ts';
import { linkRoutes } from './links.ts';
import type { ConsoleRoute } from './route.ts';
import { sessionRoutes } from './session.ts';
import { textRoutes } from './texts.ts';

/** Every route below `/console/api`. The table of test/console/access-table.ts has a row for each. */
export function consoleRoutes(parts: ConsoleParts): readonly ConsoleRoute[] {
  return [
    ...textRoutes(parts),
    ...sessionRoutes(parts),
    ...linkRoutes(parts),
    ...accountRoutes(parts),
    ...auditRoutes(parts),
    ...campaignRoutes(parts),
  ];
}
