import { z } from 'zod';
import { isOpenForAny } from '../../core/campaign.ts';
import type { Unit } from '../../core/unit.ts';
import { say } from '../../engine/texts.ts';
import type { ConsoleParts } from '../parts.ts';
import { ok, route, type ConsoleRoute } from './route.ts';
import type { CampaignView, UnitView } from './types.ts';

const MAX_UNITS = 1000;

/** Campaigns, their steps and their units: published, and the same for all staff. */
export function campaignRoutes({ world, clock }: Pick<ConsoleParts, 'world' | 'clock'>): ConsoleRoute[] {
  return [
    route({
      method: 'GET',
      path: '/campaigns',
      access: 'signedIn',
      scope: 'none',
      query: z.strictObject({ lang: z.enum(['vi', 'en']).default('vi') }),
      handle({ query: { lang } }) {
        const campaigns = [...world.flows.values()].map(({ campaign, steps }): CampaignView => ({
          id: campaign.id,
          name: campaign.shortName[lang],
          isOpen: isOpenForAny(campaign, clock.now()),
          steps: steps
            .filter(({ key }) => world.texts[lang].has(`${key}.label`))
            .map(({ id, key }) => ({ id, label: say(world.texts, lang, `${key}.label`) })),
        }));
        return ok({ campaigns });
      },
    }),
    route({
      method: 'GET',
      path: '/units',
      access: 'signedIn',
      scope: 'none',
      query: z.strictObject({
        campaign: z.string().max(100).default(''),
        parent: z.string().max(60).default(''),
        q: z.string().max(200).default(''),
      }),
      handle({ query: { campaign, parent, q } }) {
        const flow = world.flows.get(campaign) ?? world.defaultFlow(clock.now());
        const tree = flow.campaign.units;
        const above = parent === '' ? null : parent;
        const found = q.trim() === '' ? tree.childrenOf(above) : matches(tree.search(q, above));
        const units = found.slice(0, MAX_UNITS).map(({ code, name, parent: up }): UnitView => ({
          code,
          name,
          parent: up,
          hasMore: tree.childrenOf(code).length > 0,
        }));
        return ok({ units });
      },
    }),
  ];
}

function matches(
  match: { type: 'one'; unit: Unit } | { type: 'some'; units: readonly Unit[] } | { type: 'none' },
): readonly Unit[] {
  if (match.type === 'one') return [match.unit];
  return match.type === 'some' ? match.units : [];
}
