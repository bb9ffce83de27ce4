import type { TemplateUse } from '../core/broadcast.ts';
import type { ChannelName } from '../core/contact.ts';
import { isHeldAt } from '../core/handover.ts';
import type { Reach, ReachFault, RunKind } from '../core/run.ts';
import { windowAt, type Window } from '../core/window.ts';
import type { AudienceContact } from '../stores/mongo/audiences.ts';

/** What is asked for beside the person. */
export type ReachWish = {
  kind: RunKind;
  campaign: string;
  templates: Readonly<Record<ChannelName, TemplateUse | null>>;
  /** A message may cost. */
  mayCharge: boolean;
};

type Facts = {
  channel: ChannelName;
  window: Window['now'];
  kind: RunKind;
  isWithStaff: boolean;
  isStranger: boolean;
  isOptedOut: boolean;
  isBlocked: boolean;
  /** They began or sent something in this campaign, or asked to be reminded: what a template may be about. */
  hasReason: boolean;
  hasPhone: boolean;
  mayCharge: boolean;
  template: TemplateUse | null;
};

type Row = { when(facts: Facts): boolean; gives: Reach; source: string };
const unreachable = (why: ReachFault): Reach => ({ type: 'unreachable', why });

/**
 * How someone can be reached, the first row that holds. There is no row for `HUMAN_AGENT`, nor for the retired tags: what a rule
 * or a clock sends is not written by a person.
 */
export const REACH_TABLE: readonly Row[] = [
  { when: (f) => f.isWithStaff, gives: unreachable('withStaff'), source: 'staff own it: the bot is silent (issue 4)' },
  {
    when: (f) => f.isStranger,
    gives: unreachable('stranger'),
    source: 'never did anything: zalo.md §3.1, messenger.md §4.1',
  },
  {
    when: (f) => f.isOptedOut && f.kind !== 'result' && f.kind !== 'test',
    gives: unreachable('optedOut'),
    source: 'they wrote that they want no reminders (issue 5); results are about their own entry',
  },
  {
    when: (f) => f.isBlocked,
    gives: unreachable('blocked'),
    source: 'messenger.md §8.3, U: until the next inbound event',
  },
  {
    when: (f) => f.window === 'free',
    gives: { type: 'free' },
    source: 'Zalo ≤ 48 h: zalo.md §3.1; Messenger UPDATE < 23.5 h: messenger.md §4.3',
  },
  { when: (f) => f.kind === 'test', gives: unreachable('windowClosed'), source: 'a test costs nothing' },
  {
    when: (f) => f.channel === 'zalo' && f.window === 'charged' && f.mayCharge,
    gives: { type: 'charged' },
    source: 'Zalo 48 h to 7 days, package quota or charged: zalo.md §3.1',
  },
  {
    when: (f) => f.channel === 'zalo' && f.window === 'charged' && f.template === null,
    gives: unreachable('overCeiling'),
    source: 'as above, and no message that costs is allowed',
  },
  { when: (f) => f.template === null, gives: unreachable('noTemplate'), source: 'zalo.md §3.1; messenger.md §4.3' },
  {
    when: (f) => !f.hasReason,
    gives: unreachable('noConsent'),
    source:
      "only about the person's own draft or entry, or what they asked for: messenger.md §4.3; ZBS tags 1 and 2: zalo.md §3.5",
  },
  { when: (f) => f.template?.to === 'phone' && !f.hasPhone, gives: unreachable('noPhone'), source: 'zalo.md §3.5' },
  {
    when: () => true,
    gives: { type: 'template' },
    source: 'ZBS template: zalo.md §3.5; utility message: messenger.md §4.4',
  },
];

/** `at`: when it would be said, epoch ms. */
export function reachOf(contact: AudienceContact, wish: ReachWish, at: number): Reach {
  const facts = factsOf(contact, wish, at);
  return REACH_TABLE.find((row) => row.when(facts))?.gives ?? unreachable('noTemplate');
}

function factsOf(contact: AudienceContact, { kind, campaign, templates, mayCharge }: ReachWish, at: number): Facts {
  const channel = contact.channel as ChannelName; // of a contact id
  const seen = contact.lastSeenAt.getTime();
  return {
    channel,
    window: windowAt(channel, seen > 0 ? seen : null, at).now,
    kind,
    isWithStaff: isHeldAt(contact.owner, at),
    isStranger: seen === 0,
    isOptedOut: contact.remindersOff,
    isBlocked: contact.blockedAt !== undefined && contact.blockedAt.getTime() > seen,
    hasReason:
      contact.remindYesAt !== null ||
      contact.entries.some((entry) => entry.campaign === campaign) ||
      contact.drafts.some((draft) => draft.campaign === campaign && draft.isBegun),
    hasPhone: contact.phone !== '',
    mayCharge,
    template: templates[channel],
  };
}

/** Which of two ways is taken for one person: what costs nothing first. */
export function rankOf(reach: Reach, channel: ChannelName): number {
  switch (reach.type) {
    case 'free':
      return 0;
    case 'template':
      return channel === 'messenger' ? 1 : 3; // ZBS templates have a price, utility messages none that is documented
    case 'charged':
      return 2;
    case 'unreachable':
      return 4;
  }
}
