import type { ConsoleParts } from '../parts.ts';
import { accountRoutes } from './accounts.ts';
import { actRoutes } from './acts.ts';
import { auditRoutes } from './audit.ts';
import { campaignEditorRoutes } from './campaign-editor.ts';
import { broadcastPeopleRoutes } from './broadcast-people.ts';
import { broadcastRoutes } from './broadcasts.ts';
import { callListRoutes } from './call-list.ts';
import { campaignRoutes } from './campaigns.ts';
import { cannedRoutes } from './canned.ts';
import { conversationRoutes, sessionReader } from './conversation.ts';
import { inboxRoutes } from './conversations.ts';
import { fileRoutes } from './files.ts';
import { lineRoutes } from './lines.ts';
import { linkRoutes } from './links.ts';
import { liveRoutes } from './live.ts';
import { noteRoutes } from './notes.ts';
import { qrRoutes } from './qr.ts';
import type { ConsoleRoute } from './route.ts';
import { sessionRoutes } from './session.ts';
import { templateRoutes } from './templates.ts';
import { textRoutes } from './texts.ts';
import { unitImportRoutes } from './unit-import.ts';

/** Every route below `/console/api`. The table of test/console/access-table.ts has a row for each. */
export function consoleRoutes(parts: ConsoleParts): readonly ConsoleRoute[] {
  const readSession = sessionReader(parts.redis, parts.partitions, parts.log);
  return [
    ...textRoutes(parts),
    ...sessionRoutes(parts),
    ...linkRoutes(parts),
    ...accountRoutes(parts),
    ...auditRoutes(parts),
    ...campaignRoutes(parts),
    ...campaignEditorRoutes(parts),
    ...inboxRoutes(parts),
    ...conversationRoutes({ ...parts, readSession }),
    ...lineRoutes(parts),
    ...actRoutes({ ...parts, readSession }),
    ...fileRoutes(parts),
    ...noteRoutes(parts),
    ...cannedRoutes(parts),
    ...liveRoutes(parts),
    ...broadcastRoutes(parts),
    ...broadcastPeopleRoutes(parts),
    ...callListRoutes(parts),
    ...templateRoutes(parts),
    ...qrRoutes(parts),
    ...unitImportRoutes(parts),
  ];
}
