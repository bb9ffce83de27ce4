import { expect, it } from 'vitest';
import { choose, personKey } from '../../src/broadcasts/audience.ts';
import { reachOf, type ReachWish } from '../../src/broadcasts/reach.ts';
import { everyone } from '../../src/core/run.ts';
import type { Owner } from '../../src/core/handover.ts';
import type { AudienceContact } from '../../src/stores/mongo/audiences.ts';
import { theWorld } from '../support/world.ts';

const NOW = Date.parse('2022-05-28T10:00:00+07:00');
const HOUR_MS = 3_600_000;
const C = '01-trieu-sang-kien';
const TEMPLATE = { key: 't', to: 'user', lang: 'vi', values: {}, buttons: [] } as const;

const contact = (changed: Partial<AudienceContact> & { hoursAgo?: number }): AudienceContact => ({
  _id: 'zalo:oa:1',
  channel: 'zalo',
  lang: 'vi',
  owner: { type: 'bot' },
  remindersOff: false,
  remindYesAt: null,
  drafts: [],
  campaign: C,
  name: '',
  phone: '',
  units: [],
  entries: [],
  lastSeenAt: new Date(NOW - (changed.hoursAgo ?? 1) * HOUR_MS),
  ...changed,
});
const draft = { campaign: C, step: 'title', group: '', isBegun: true, updatedAt: 0 };
const entry = { code: 'SK-7K3F-92QX', campaign: C, submittedAt: 0 };
const wish = (changed: Partial<ReachWish> = {}): ReachWish => ({
  kind: 'broadcast',
  campaign: C,
  templates: { zalo: null, messenger: null },
  mayCharge: false,
  ...changed,
});
const withTemplates = wish({
  templates: { zalo: { ...TEMPLATE, values: {}, buttons: [] }, messenger: { ...TEMPLATE, values: {}, buttons: [] } },
});
const heldUntil = (how: 'console' | 'unsure', until: number | null): Owner => ({
  type: 'staff',
  how,
  staff: 's1',
  name: 'S',
  since: 0,
  lastAt: 0,
  until,
});
const told = (one: AudienceContact, by: ReachWish): string => {
  const reach = reachOf(one, by, NOW);
  return reach.type === 'unreachable' ? reach.why : reach.type;
};

it.each<[string, Parameters<typeof contact>[0], ReachWish, string]>([
  ['Zalo within 48 hours', { hoursAgo: 47 }, wish(), 'free'],
  ['Zalo after 48 hours, nothing may cost', { hoursAgo: 49 }, wish(), 'overCeiling'],
  ['Zalo after 48 hours, it may cost', { hoursAgo: 49 }, wish({ mayCharge: true }), 'charged'],
  ['Zalo after 7 days', { hoursAgo: 169 }, wish({ mayCharge: true }), 'noTemplate'],
  ['Zalo after 7 days with a template and a draft', { hoursAgo: 169, drafts: [draft] }, withTemplates, 'template'],
  ['Zalo after 7 days with a template, who only said hello', { hoursAgo: 169 }, withTemplates, 'noConsent'],
  ['Messenger within 23.5 hours', { channel: 'messenger', hoursAgo: 23 }, wish(), 'free'],
  ['Messenger at 23 h 40', { channel: 'messenger', hoursAgo: 23.7 }, wish(), 'noTemplate'],
  [
    'Messenger within 7 days is never written to as by a person',
    { channel: 'messenger', hoursAgo: 30 },
    wish({ mayCharge: true }),
    'noTemplate',
  ],
  [
    'Messenger with a template and an entry',
    { channel: 'messenger', hoursAgo: 30, entries: [entry] },
    withTemplates,
    'template',
  ],
  [
    'Messenger with a template and a yes',
    { channel: 'messenger', hoursAgo: 30, remindYesAt: new Date(1) },
    withTemplates,
    'template',
  ],
  ['who stopped reminders', { remindersOff: true }, wish(), 'optedOut'],
  ['who stopped reminders still hears of their entry', { remindersOff: true }, wish({ kind: 'result' }), 'free'],
  ['who blocked us since', { blockedAt: new Date(NOW) }, wish(), 'blocked'],
  ['who blocked us and came back', { blockedAt: new Date(NOW - 2 * HOUR_MS) }, wish(), 'free'],
  ['whom staff talk with', { owner: heldUntil('console', null) }, wish(), 'withStaff'],
  ['after a doubtful message', { owner: heldUntil('unsure', NOW + 1) }, wish(), 'withStaff'],
  ['when the pause after a doubtful message is over', { owner: heldUntil('unsure', NOW) }, wish(), 'free'],
  ['who never did anything', { lastSeenAt: new Date(0) }, wish(), 'stranger'],
  [
    'a template by phone to someone who told none',
    { hoursAgo: 200, drafts: [draft] },
    wish({ templates: { zalo: { ...TEMPLATE, to: 'phone', values: {}, buttons: [] }, messenger: null } }),
    'noPhone',
  ],
])('%s', (_, changed, by, expected) => {
  expect(told(contact(changed), by)).toBe(expected);
});

const campaign = theWorld().flows.get(C)!.campaign;
const wanted = {
  kind: 'reminder',
  audience: { ...everyone(C), standings: ['notStarted', 'draft'] as const },
  templates: wish().templates,
  deadline: null,
  scope: null,
} as const;
const two = (zalo: Partial<AudienceContact>, messenger: Partial<AudienceContact>): AudienceContact[] => [
  contact({ name: 'Trần  Thị Thử', phone: '+84912000001', ...zalo }),
  contact({ _id: 'messenger:p:1', channel: 'messenger', name: 'tran thi thu', phone: '+84912000001', ...messenger }),
];

it('one person on both channels gets one message, where it costs nothing', () => {
  const seen = new Date(NOW - 60 * HOUR_MS);
  const chosen = choose(two({ lastSeenAt: seen }, {}), [], wanted, campaign, wish({ kind: 'reminder' }), NOW);
  expect(chosen.map(({ contact: { _id }, reach }) => [_id, reach.type])).toEqual([['messenger:p:1', 'free']]);
});

it('who stopped reminders on one channel is left alone on the other', () => {
  const [one] = choose(two({ remindersOff: true }, {}), [], wanted, campaign, wish({ kind: 'reminder' }), NOW);
  expect(one?.reach).toEqual({ type: 'unreachable', why: 'optedOut' });
});

it('who has sent an entry from one channel is not reminded on the other', () => {
  const sent = { code: entry.code, contact: 'zalo:oa:1', state: 'received' } as const;
  expect(choose(two({ entries: [entry] }, { drafts: [draft] }), [sent], wanted, campaign, wish(), NOW)).toEqual([]);
});

it('a family with one phone are several people', () => {
  const [one, other] = two({}, { name: 'Trần Văn Khác' });
  expect(personKey(one!)).not.toBe(personKey(other!));
});

it('an entry that needs a supplement counts beside one that was accepted', () => {
  const entries = (['accepted', 'needsSupplement'] as const).map((state) => ({
    code: state,
    contact: 'zalo:oa:1',
    state,
  }));
  const audience = { ...everyone(C), standings: ['needsSupplement'] as const };
  const chosen = choose(
    [contact({ entries: [entry] })],
    entries,
    { ...wanted, kind: 'broadcast', audience },
    campaign,
    wish(),
    NOW,
  );
  expect(chosen[0]?.standings).toEqual(['accepted', 'needsSupplement']);
});
