import type { Method, Scope } from '../../src/console/api/route.ts';
import { everyone, NO_TEXTS } from '../../src/core/run.ts';
import type { StaffRole } from '../../src/core/staff.ts';

export type Who = 'nobody' | StaffRole;

/**
 * What a route must allow, written down a second time and apart from the routes: who changes the one has to change the other.
 * `for`: everyone who gets an answer. `scope`: `contact` = the test also asks as staff of another province, of the person's own and
 * of its district; `filtered` = a test of its own shows that the list keeps to the scope, named in `shownBy`.
 */
export type Row = {
  for: readonly Who[];
  scope: Scope;
  /** A body that passes the check, where one is wanted. */
  body?: unknown;
  query?: string;
  /** Values of the path beside `:contact`. */
  params?: Readonly<Record<string, string>>;
  shownBy?: string;
};

const EVERYONE: readonly Who[] = ['nobody', 'support', 'organizer', 'admin'];
const STAFF: readonly Who[] = ['support', 'organizer', 'admin'];
const ORGANIZERS: readonly Who[] = ['organizer', 'admin'];
const ADMIN: readonly Who[] = ['admin'];
const NO_CAMPAIGN = { campaign: 'no-such-campaign' };
const CODE = { campaign: '01-trieu-sang-kien', unit: '844' };
const NO_LINK = 'A'.repeat(43);
const NO_ACT = '00000000-0000-4000-8000-000000000000';
const NO_IMPORT = { ...NO_CAMPAIGN, id: NO_ACT };

const NO_RUN = { id: 'no-such-one' };
const DRAFT = {
  title: 'a title',
  audience: { ...everyone('01-trieu-sang-kien'), standings: ['draft'] },
  texts: NO_TEXTS,
  templates: { zalo: null, messenger: null },
  maxCharged: 0,
};

export const ACCESS: Readonly<Record<`${Method} ${string}`, Row>> = {
  'GET /texts/:lang': { for: EVERYONE, scope: 'none', params: { lang: 'vi' } },
  'POST /session': { for: EVERYONE, scope: 'none', body: { email: 'nobody@example.vn', password: 'no-such-word' } },
  'GET /session': { for: STAFF, scope: 'none' },
  'GET /session/ways': { for: EVERYONE, scope: 'none' },
  'DELETE /session': { for: STAFF, scope: 'none' },
  'DELETE /sessions': { for: STAFF, scope: 'none' },
  'POST /password': { for: STAFF, scope: 'none', body: { old: 'not-the-old-one', new: 'quite-another-one' } },
  'GET /oidc/start': { for: EVERYONE, scope: 'none' },
  'GET /oidc/callback': { for: EVERYONE, scope: 'none' },
  'GET /links/:token': { for: EVERYONE, scope: 'none', params: { token: NO_LINK } },
  'POST /links/:token': {
    for: EVERYONE,
    scope: 'none',
    params: { token: NO_LINK },
    body: { password: 'a-new-password' },
  },
  'GET /staff': { for: ADMIN, scope: 'none' },
  'POST /staff': {
    for: ADMIN,
    scope: 'none',
    body: { email: 'somebody.new@example.vn', name: 'Somebody New', role: 'support', unit: '84' },
  },
  'PATCH /staff/:id': { for: ADMIN, scope: 'none', params: { id: 'no-such-account' }, body: { name: 'Another Name' } },
  'POST /staff/:id/reset': { for: ADMIN, scope: 'none', params: { id: 'no-such-account' } },
  'GET /audit': { for: ADMIN, scope: 'filtered', shownBy: 'admins belong to the central team' },
  'GET /campaigns': { for: STAFF, scope: 'none' },
  'GET /units': { for: STAFF, scope: 'none' },
  'GET /editor/campaigns': { for: ORGANIZERS, scope: 'central' },
  'GET /editor/campaigns/:campaign': { for: ORGANIZERS, scope: 'central', params: NO_CAMPAIGN },
  'GET /editor/campaigns/:campaign/versions': { for: ORGANIZERS, scope: 'central', params: NO_CAMPAIGN },
  'GET /editor/campaigns/:campaign/versions/:version': {
    for: ORGANIZERS,
    scope: 'central',
    params: { ...NO_CAMPAIGN, version: '0' },
  },
  'GET /editor/campaigns/:campaign/compare': {
    for: ORGANIZERS,
    scope: 'central',
    params: NO_CAMPAIGN,
    query: '?from=0&to=1',
  },
  'POST /editor/campaigns/:campaign/preview': {
    for: ORGANIZERS,
    scope: 'central',
    params: NO_CAMPAIGN,
    body: { base: 0, file: {}, intake: {} },
  },
  'POST /editor/campaigns/:campaign/publish': {
    for: ORGANIZERS,
    scope: 'central',
    params: NO_CAMPAIGN,
    body: { base: 0, file: {}, intake: {}, note: 'a reason' },
  },
  'POST /editor/campaigns/:campaign/unit-imports': { for: ORGANIZERS, scope: 'central', params: NO_CAMPAIGN },
  'GET /editor/campaigns/:campaign/unit-imports/:id': { for: ORGANIZERS, scope: 'central', params: NO_IMPORT },
  'POST /editor/campaigns/:campaign/unit-imports/:id/publish': {
    for: ORGANIZERS,
    scope: 'central',
    params: NO_IMPORT,
    body: { base: 0, skip: false, note: 'a reason' },
  },
  'DELETE /editor/campaigns/:campaign/unit-imports/:id': { for: ORGANIZERS, scope: 'central', params: NO_IMPORT },
  'GET /editor/campaigns/:campaign/units.xlsx': { for: ORGANIZERS, scope: 'central', params: NO_CAMPAIGN },
  'GET /conversations/:contact/colleagues': { for: STAFF, scope: 'contact' },
  'GET /conversations': { for: STAFF, scope: 'filtered', shownBy: 'conversations.test.ts, in the list' },
  'GET /conversations/:contact': { for: STAFF, scope: 'contact' },
  'GET /conversations/:contact/lines': { for: STAFF, scope: 'contact' },
  'POST /conversations/:contact/acts': {
    for: STAFF,
    scope: 'contact',
    body: { id: NO_ACT, act: { type: 'startDraft', campaign: 'no-such-campaign' } },
  },
  'POST /conversations/:contact/files': { for: STAFF, scope: 'contact', query: '?name=a.pdf' },
  'GET /files/:contact/:fileId': { for: STAFF, scope: 'contact', params: { fileId: 'no-such-file' } },
  'GET /conversations/:contact/notes': { for: STAFF, scope: 'contact' },
  'POST /conversations/:contact/notes': { for: STAFF, scope: 'contact', body: { id: NO_ACT, text: 'a note' } },
  'GET /conversations/:contact/canned': { for: STAFF, scope: 'contact' },
  'GET /canned': { for: STAFF, scope: 'none' },
  'POST /canned': { for: STAFF, scope: 'none', body: { campaign: null, title: 'a title', text: 'a text' } },
  'PATCH /canned/:id': { for: STAFF, scope: 'none', params: { id: NO_ACT }, body: { title: 'another' } },
  'DELETE /canned/:id': { for: STAFF, scope: 'none', params: { id: NO_ACT } },
  'GET /live': { for: STAFF, scope: 'filtered', shownBy: 'live.test.ts' },
  'GET /broadcasts': { for: ORGANIZERS, scope: 'filtered', shownBy: 'broadcasts.test.ts' },
  'POST /broadcasts': { for: ORGANIZERS, scope: 'filtered', body: DRAFT, shownBy: 'broadcasts.test.ts' },
  'GET /broadcasts/:id': { for: ORGANIZERS, scope: 'filtered', params: NO_RUN, shownBy: 'broadcasts.test.ts' },
  'PATCH /broadcasts/:id': {
    for: ORGANIZERS,
    scope: 'filtered',
    params: NO_RUN,
    body: { rev: 1, draft: DRAFT },
    shownBy: 'broadcasts.test.ts',
  },
  'POST /broadcasts/:id/acts': {
    for: ORGANIZERS,
    scope: 'filtered',
    params: NO_RUN,
    body: { act: 'pause' },
    shownBy: 'broadcasts.test.ts',
  },
  'GET /broadcasts/:id/progress': { for: ORGANIZERS, scope: 'filtered', params: NO_RUN, shownBy: 'broadcasts.test.ts' },
  'GET /broadcasts/:id/deliveries': {
    for: ORGANIZERS,
    scope: 'filtered',
    params: NO_RUN,
    shownBy: 'broadcasts.test.ts',
  },
  'GET /broadcasts/:id/sheet': { for: ORGANIZERS, scope: 'filtered', params: NO_RUN, shownBy: 'broadcasts.test.ts' },
  'GET /broadcast-options': { for: ORGANIZERS, scope: 'none', query: '?campaign=01-trieu-sang-kien' },
  'POST /broadcast-preview': { for: ORGANIZERS, scope: 'filtered', body: DRAFT, shownBy: 'broadcasts.test.ts' },
  'POST /broadcast-test': {
    for: ORGANIZERS,
    scope: 'filtered',
    body: { draft: DRAFT, contact: 'zalo:9000000000000000002:no-such-person' },
    shownBy: 'broadcasts.test.ts',
  },
  'GET /broadcast-upcoming': { for: ORGANIZERS, scope: 'none', query: '?campaign=01-trieu-sang-kien' },
  'GET /call-list': {
    for: STAFF,
    scope: 'filtered',
    query: '?campaign=01-trieu-sang-kien',
    shownBy: 'broadcasts.test.ts',
  },
  'GET /call-list/sheet': {
    for: STAFF,
    scope: 'filtered',
    query: '?campaign=01-trieu-sang-kien',
    shownBy: 'broadcasts.test.ts',
  },
  'GET /templates': { for: ORGANIZERS, scope: 'none' },
  'POST /templates': { for: ORGANIZERS, scope: 'central', body: { channel: 'zalo', key: '330011', body: '' } },
  'POST /templates/refresh': { for: ORGANIZERS, scope: 'central' },
  'PATCH /templates/:id': { for: ORGANIZERS, scope: 'central', params: NO_RUN, body: { kinds: [] } },
  'DELETE /templates/:id': { for: ORGANIZERS, scope: 'central', params: NO_RUN },
  'GET /qr': { for: ORGANIZERS, scope: 'filtered', shownBy: 'qr.test.ts' },
  'GET /qr/:campaign/:unit/code.png': { for: ORGANIZERS, scope: 'filtered', params: CODE, shownBy: 'qr.test.ts' },
  'GET /qr/:campaign/:unit/code.svg': { for: ORGANIZERS, scope: 'filtered', params: CODE, shownBy: 'qr.test.ts' },
  'GET /qr/:campaign/:unit/poster.pdf': { for: ORGANIZERS, scope: 'filtered', params: CODE, shownBy: 'qr.test.ts' },
  'GET /qr/:campaign/:unit/posters.pdf': { for: ORGANIZERS, scope: 'filtered', params: CODE, shownBy: 'qr.test.ts' },
  'GET /qr/:campaign/:unit/posters.zip': { for: ORGANIZERS, scope: 'filtered', params: CODE, shownBy: 'qr.test.ts' },
};
