import type { MongoStores } from '../../src/stores/mongo/stores.ts';
import type { ContactSnapshot } from '../../src/core/archive.ts';
import type { InboundEvent } from '../../src/core/event.ts';
import { makeBroadcasts } from '../../src/broadcasts/broadcasts.ts';
import { everyone } from '../../src/core/run.ts';
import type { RunDraft, Who } from '../../src/broadcasts/types.ts';
import { snapshotWrite } from '../../src/stores/mongo/contacts.ts';
import { theWorld } from '../support/world.ts';

export const C = '01-trieu-sang-kien';
export const HOUR_MS = 3_600_000;
export const CENTRAL: Who = { staff: 's1', name: 'S', scope: null };
export const SECOND: Who = { staff: 's2', name: 'T', scope: null };
export const OF_84: Who = { staff: 's3', name: 'U', scope: ['84'] };

/** A moment of the day in the first phase, which ends on 31/5/2022. */
export const NOW = Date.parse('2022-05-28T10:00:00+07:00');

export type Stage = ReturnType<typeof makeStage>;

/** Broadcasts on real stores, with a clock that is set and a log that keeps what it was given. */
export function makeStage(stores: MongoStores) {
  let at = NOW;
  const clock = { now: () => at };
  const logged: InboundEvent[] = [];
  const campaign = theWorld().flows.get(C)!.campaign;
  const view = {
    campaignOf: (id: string) => (id === C ? campaign : null),
    reachOfUnit: (_campaign: string, code: string) => [code],
  };
  const inboundLog = {
    append: (events: readonly InboundEvent[]) => {
      logged.push(...events);
      return Promise.resolve();
    },
  };
  const looked = new Map<string, number>();
  const asked: string[] = [];
  const shell = {
    ...view,
    stores,
    clock,
    inboundLog,
    campaigns: () => [campaign],
    channels: ['zalo', 'messenger'] as const,
    looked,
    perSecond: () => 1000,
    addPlan: (run: string) => Promise.resolve(void asked.push(`plan ${run}`)),
    addPump: (channel: string) => Promise.resolve(void asked.push(`pump ${channel}`)),
  };
  return {
    shell,
    logged,
    asked,
    campaign,
    set: (now: number) => void (at = now),
    broadcasts: makeBroadcasts({ ...view, stores, perSecond: () => 1000, clock, wake: () => Promise.resolve() }),
    /** Someone as the archive knows them: with a begun draft, seen an hour ago. */
    async person(contact: string, changed: Partial<ContactSnapshot> = {}): Promise<void> {
      const { q, u } = snapshotWrite(contact, NOW, snapshot(changed));
      await stores.contacts.collection.updateOne(q, u, { upsert: true });
    },
    /** Many like that, new ones; `change`: how the nth is different. */
    async people(count: number, change: (n: number) => Partial<ContactSnapshot> = () => ({})): Promise<void> {
      const documents = Array.from({ length: count }, (_, n) => {
        const { u } = snapshotWrite(`zalo:oa:${n}`, NOW, snapshot(change(n))) as { u: { $set: object } };
        return { _id: `zalo:oa:${n}`, ...u.$set };
      });
      await stores.contacts.collection.insertMany(documents as never); // the driver's types want an ObjectId
    },
  };
}

const snapshot = (changed: Partial<ContactSnapshot>): ContactSnapshot => ({
  lang: 'vi',
  owner: { type: 'bot' },
  consentAt: NOW - HOUR_MS,
  remindersOff: false,
  remindYesAt: null,
  drafts: [{ campaign: C, step: 'title', group: '', isBegun: true, updatedAt: NOW - HOUR_MS }],
  campaign: C,
  step: 'title',
  profile: {},
  name: '',
  phone: '',
  units: [],
  entries: [],
  arrivals: [],
  humanAskedAt: null,
  humanReason: null,
  handledAt: null,
  lastSeenAt: NOW - HOUR_MS,
  ...changed,
});

export function aDraft(changed: Partial<RunDraft> = {}): RunDraft {
  const text = { vi: 'Lời nhắc {name}', en: 'A reminder {name}' };
  return {
    title: 'Trial',
    audience: { ...everyone(C), standings: ['notStarted', 'draft'] },
    texts: { zalo: text, messenger: text },
    templates: { zalo: null, messenger: null },
    maxCharged: 0,
    ...changed,
  };
}
