import type { Clock } from '../base/clock.ts';
import type { ChannelName } from '../core/contact.ts';
import type { Run } from '../core/run.ts';
import { DELIVERY_VERSION, type DeliveryDoc } from '../stores/mongo/deliveries.ts';
import type { MongoStores } from '../stores/mongo/stores.ts';
import type { Chosen } from './audience.ts';
import { peopleOf, type CampaignView } from './people.ts';

export type PlanShell = CampaignView & {
  stores: Pick<MongoStores, 'audiences' | 'runs' | 'deliveries' | 'erasures'>;
  clock: Clock;
};

/**
 * Makes one delivery for each person of a run's audience. Broken off anywhere it is taken up where it had come to; done twice, also
 * by two processes at once, it changes nothing: whose delivery is there already keeps it. False where `goOn` said to stop.
 */
export async function planRun(shell: PlanShell, id: string, goOn: () => boolean): Promise<boolean> {
  const { runs, deliveries, erasures } = shell.stores;
  const run = await runs.read(id);
  if (!run || run.isPlanned || !isWanted(run)) return true;
  const from = await runs.plannedTo(id);
  for await (const { people, to } of peopleOf(shell.stores, shell, run, from, () => shell.clock.now())) {
    const reminded = await remindedEnough(shell, run, people);
    const documents = people.map((one) => toDelivery(run, one, reminded.has(one.key), shell.clock.now()));
    const added = documents.length > 0 ? await deliveries.insert(documents) : 0;
    // after the writing, as everywhere: who had their data deleted meanwhile is not to be known again
    const erased = await erasures.among(() => documents.map(({ contact }) => contact), run.startedAt ?? run.createdAt);
    for (const contact of erased.keys()) await deliveries.eraseOf(contact);
    await runs.planned(id, to, added);
    if (!goOn()) return false;
    const now = await runs.read(id);
    if (!now || !isWanted(now)) {
      await deliveries.endRest(id, 'cancelled', '', shell.clock.now()); // also those that were not there when it was cancelled
      return true;
    }
  }
  await runs.endPlan(id, await deliveries.countAll(id));
  return true;
}

const isWanted = ({ state }: Run): boolean => state === 'planning' || state === 'running' || state === 'paused';

export const deliveryId = (run: string, key: string): string => `${run}/${key}`;

/** Who had as many reminders of this deadline as there may be, over both channels together: a session knows of its own alone. */
async function remindedEnough(
  { stores, campaignOf }: PlanShell,
  { id, audience, deadline }: Run,
  people: readonly Chosen[],
): Promise<ReadonlySet<string>> {
  if (deadline === null) return new Set();
  const ofDeadline = id.slice(0, id.lastIndexOf('/')); // as `remindersOf` makes them
  const runs = (campaignOf(audience.campaign)?.reminders.beforeMs ?? []).map((ms) => `${ofDeadline}/${ms}`);
  const idsOf = ({ key }: Chosen): string[] => runs.filter((run) => run !== id).map((run) => deliveryId(run, key));
  const said = await stores.deliveries.saidAmong(people.flatMap(idsOf));
  const isEnough = (one: Chosen): boolean => idsOf(one).filter((other) => said.has(other)).length >= deadline.most;
  return new Set(people.filter(isEnough).map(({ key }) => key));
}

function toDelivery(
  { id, audience }: Run,
  { key, contact, reach }: Chosen,
  isReminded: boolean,
  now: number,
): DeliveryDoc {
  const at = new Date(now);
  return {
    _id: deliveryId(id, key),
    v: DELIVERY_VERSION,
    run: id,
    campaign: audience.campaign,
    contact: contact._id,
    channel: contact.channel as ChannelName,
    units: [...contact.units],
    ...(reach.type === 'unreachable'
      ? { state: 'unreachable', why: reach.why, how: null }
      : isReminded
        ? { state: 'skipped', why: 'limit', how: null }
        : { state: 'planned', why: '', how: reach.type }),
    at,
    handedAt: null,
  };
}
