import type { Clock } from '../base/clock.ts';
import { phaseAt, phasesFor } from '../core/campaign.ts';
import type { ChannelName } from '../core/contact.ts';
import { everyone, NO_TEXTS, type DeliveryState } from '../core/run.ts';
import type { DeliveryDoc } from '../stores/mongo/deliveries.ts';
import type { MongoStores } from '../stores/mongo/stores.ts';
import { peopleOf, type CampaignView } from './people.ts';
import type { CallLine, Who } from './types.ts';

export type CallShell = CampaignView & { stores: Pick<MongoStores, 'audiences' | 'deliveries'>; clock: Clock };

/** What did not reach a person. Who asked to be left alone, or is talking with staff, is not called. */
const UNREACHED: ReadonlySet<DeliveryState> = new Set(['failed', 'withdrawn', 'unreachable', 'skipped', 'lost']);
const NOT_CALLED: ReadonlySet<string> = new Set([
  'optedOut',
  'withStaff',
  'handover',
  'notNeeded',
  'deadlineMoved',
  'limit',
  'twice',
]);

/**
 * People whom the last message of a campaign did not reach, and who still have something to do in it: to begin, to finish, to
 * supplement. A line each person, streamed: first those whose number is known, then those who can only be asked for at their unit.
 */
export async function* callListOf(
  shell: CallShell,
  query: { campaign: string; unit: string | null },
  who: Who,
): AsyncGenerator<CallLine> {
  yield* linesOf(shell, query, who, true);
  yield* linesOf(shell, query, who, false);
}

/** Those of the list who left a number, or those who did not. */
async function* linesOf(
  shell: CallShell,
  query: { campaign: string; unit: string | null },
  who: Who,
  hasPhone: boolean,
): AsyncGenerator<CallLine> {
  const campaign = shell.campaignOf(query.campaign);
  if (!campaign) return;
  const audience = {
    ...everyone(campaign.id),
    standings: ['notStarted', 'draft', 'needsSupplement'] as const,
    unit: query.unit,
  };
  const templates = { zalo: null, messenger: null };
  const wanted = {
    kind: 'broadcast',
    audience,
    templates,
    deadline: null,
    scope: who.scope,
    maxCharged: 0,
    texts: NO_TEXTS,
  } as const;
  const now = shell.clock.now();
  for await (const { people: all } of peopleOf(shell.stores, shell, wanted, null, () => now)) {
    const people = all.filter(({ contact }) => (contact.phone !== '') === hasPhone);
    if (people.length === 0) continue;
    const contacts = people.map(({ contact }) => contact._id);
    const last = lastOf(await shell.stores.deliveries.ofContacts(contacts), campaign.id);
    for (const { contact, standings } of people) {
      const delivery = last.get(contact._id);
      if (!delivery || !UNREACHED.has(delivery.state) || NOT_CALLED.has(delivery.why)) continue;
      if (contact.lastSeenAt > delivery.at) continue; // they came by themselves
      const where = phaseAt(phasesFor(campaign, contact.units), now);
      yield {
        contact: contact._id,
        channel: contact.channel as ChannelName, // of a contact id
        name: contact.name,
        phone: contact.phone,
        units: contact.units,
        standings,
        step: contact.drafts.find((draft) => draft.campaign === campaign.id && draft.isBegun)?.step ?? null,
        state: delivery.state,
        why: delivery.why,
        run: delivery.run,
        at: delivery.at.getTime(),
        closesAt: where.type === 'open' ? where.phase.closesAt : where.type === 'over' ? null : where.next.closesAt,
      };
    }
  }
}

/** The newest of each contact, of runs of this campaign as far as their ids tell; those of organizers count as well. */
function lastOf(deliveries: readonly DeliveryDoc[], campaign: string): Map<string, DeliveryDoc> {
  const last = new Map<string, DeliveryDoc>();
  for (const one of deliveries) {
    if (one.state === 'planned' || one.state === 'cancelled') continue;
    if (one.campaign !== campaign) continue;
    const known = last.get(one.contact);
    if (!known || one.at > known.at) last.set(one.contact, one);
  }
  return last;
}
