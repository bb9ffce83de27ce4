import { quotasIn, type Campaign } from '../core/campaign.ts';
import type { Run } from '../core/run.ts';
import type { AudienceContact, AudienceEntry, AudienceFilter } from '../stores/mongo/audiences.ts';
import type { PlanCursor } from '../stores/mongo/broadcasts.ts';
import type { MongoStores } from '../stores/mongo/stores.ts';
import { choose, filterOf, type Chosen, type Wanted } from './audience.ts';
import type { ReachWish } from './reach.ts';

/** Contacts read at a time: memory holds no more of an audience. */
const PAGE = 1000;

/** People who were found together, and where to go on after them. */
export type PeoplePage = { people: Chosen[]; to: PlanCursor };

type AudienceStores = Pick<MongoStores, 'audiences'>;
export type CampaignView = {
  /** As published now; null where there is none of this id. */
  campaignOf(id: string): Campaign | null;
  /** Codes under which people of a unit, or of one whose place it took, are known. */
  reachOfUnit(campaign: string, code: string): readonly string[];
};

/** All people of an audience, a page at a time, in a fixed order; `from`: where an earlier walk had come to. */
export async function* peopleOf(
  stores: AudienceStores,
  view: CampaignView,
  wanted: Wanted & Pick<Run, 'maxCharged'>,
  from: PlanCursor | null,
  now: () => number,
): AsyncGenerator<PeoplePage> {
  const { audience, templates, kind } = wanted;
  const campaign = view.campaignOf(audience.campaign);
  if (!campaign) return;
  const wish: ReachWish = { kind, campaign: audience.campaign, templates, mayCharge: wanted.maxCharged > 0 };
  const filter = filterOf(
    wanted,
    (code) => view.reachOfUnit(audience.campaign, code),
    await belowQuota(stores, view, campaign, audience.belowQuotaIn),
  );
  for await (const { contacts, to } of pagesOf(stores, filter, from)) {
    const withEntries = contacts.filter(({ entries }) => entries.length > 0).map(({ _id }) => _id);
    const entries: AudienceEntry[] = await stores.audiences.entriesOf(
      audience.campaign,
      withEntries,
      audience.groups.length > 0,
    );
    yield { people: choose(contacts, entries, wanted, campaign, wish, now()), to };
  }
}

/** First those without a phone, then by phone, so that all contacts of one person are on one page. */
async function* pagesOf(
  { audiences }: AudienceStores,
  filter: AudienceFilter,
  from: PlanCursor | null,
): AsyncGenerator<{ contacts: AudienceContact[]; to: PlanCursor }> {
  let at = from;
  while (at === null || at.phone === '') {
    const contacts = await audiences.page(filter, 'without', at, PAGE);
    const last = contacts.at(-1);
    if (last) yield { contacts, to: (at = { phone: '', contact: last._id }) };
    if (contacts.length < PAGE) break;
  }
  if (at?.phone === '') at = null;
  for (;;) {
    const page = await audiences.page(filter, 'with', at, PAGE);
    const last = page.at(-1);
    if (!last) return;
    let contacts = page;
    if (page.length === PAGE) {
      // the last phone may go on behind the page: it is left to the next one, or read whole where it fills this one
      contacts = page.filter(({ phone }) => phone !== last.phone);
      if (contacts.length === 0) contacts = await audiences.withPhone(filter, last.phone);
    }
    const to: PlanCursor = { phone: contacts.at(-1)?.phone ?? last.phone, contact: '' };
    yield { contacts, to };
    at = to;
    if (page.length < PAGE) return;
  }
}

/** Codes below which people work whose unit has not reached its quota of a phase yet; null = no matter. */
async function belowQuota(
  { audiences }: AudienceStores,
  view: CampaignView,
  campaign: Campaign,
  phase: string | null,
): Promise<string[] | null> {
  if (phase === null) return null;
  const { id } = campaign;
  const wanted = [...quotasIn(campaign, phase)];
  const codes = new Map(wanted.map(([unit]) => [unit, view.reachOfUnit(id, unit)]));
  const accepted = await audiences.acceptedBelow(id, phase, new Set([...codes.values()].flat()));
  const count = (unit: string): number =>
    (codes.get(unit) ?? []).reduce((sum, code) => sum + (accepted.get(code) ?? 0), 0);
  return wanted.filter(([unit, number]) => count(unit) < number).flatMap(([unit]) => codes.get(unit) ?? []);
}
