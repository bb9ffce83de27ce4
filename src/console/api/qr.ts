import { z } from 'zod';
import { showCode } from '../../content/codes.ts';
import { phaseAt, type Lang } from '../../core/campaign.ts';
import type { ConsoleParts } from '../parts.ts';
import { codeFigures, type CodeFigures } from './qr-counts.ts';
import { qrFileRoutes } from './qr-files.ts';
import { deadlineOf, linkOf, type Coded } from './qr-posters.ts';
import { codeFor, ORGANIZERS, topOf, WHOLE } from './qr-scope.ts';
import { ok, route, type ConsoleRoute } from './route.ts';
import type { QrCode, QrPage } from './types-qr.ts';

type QrParts = Pick<ConsoleParts, 'world' | 'texts' | 'channels' | 'publicUrl' | 'clock' | 'stores'>;

/** Codes of a campaign with what each brought, and what is printed of them. */
export function qrRoutes(parts: QrParts): ConsoleRoute[] {
  return [
    route({
      method: 'GET',
      path: '/qr',
      access: ORGANIZERS,
      scope: 'filtered',
      query: z.strictObject({
        campaign: z.string().max(100).default(''),
        under: z.string().max(60).default(''),
        lang: z.enum(['vi', 'en']).default('vi'),
      }),
      async handle({ staff, query: { campaign: asked, under, lang } }) {
        const id = asked === '' ? parts.world.defaultFlow(parts.clock.now()).campaign.id : asked;
        const top = under === '' ? topOfId(parts, id, staff) : under;
        const here = codeFor(parts.world, staff, { campaign: id, unit: top });
        return ok(await pageOf(parts, here, topOf(here.campaign, staff), lang));
      },
    }),
    ...qrFileRoutes(parts),
  ];
}

const topOfId = ({ world }: QrParts, id: string, staff: { unit: string | null }): string => {
  const campaign = world.flows.get(id)?.campaign;
  return campaign ? (topOf(campaign, staff) ?? WHOLE) : WHOLE;
};

async function pageOf(parts: QrParts, here: Coded, top: string | null, lang: Lang): Promise<QrPage> {
  const { campaign } = here;
  const { units } = campaign;
  const { codeCounts } = parts.stores;
  const [scans, brought] = await Promise.all([codeCounts.list(campaign.id), codeCounts.brought(campaign.id)]);
  const figures = codeFigures(units, scans, brought);
  const at = parts.clock.now();
  const view = (unit: string | null): QrCode => codeView(parts, { campaign, unit }, figures.get(unit), lang, at);
  const path = here.unit === null ? [] : units.pathOf(here.unit).slice(0, -1);
  const above: (string | null)[] = top === null ? [null, ...path] : path.slice(path.indexOf(top));
  return {
    campaign: campaign.id,
    path: here.unit === top ? [] : above.map((unit) => ({ unit, name: nameOf(parts, { campaign, unit }, lang) })),
    here: view(here.unit),
    rows: units.childrenOf(here.unit).map(({ code }) => view(code)),
    address: parts.publicUrl,
    isPublic: isPublic(parts.publicUrl),
    isOver: phaseAt(campaign.phases, at).type === 'over',
  };
}

function codeView(parts: QrParts, coded: Coded, figures: CodeFigures | undefined, lang: Lang, at: number): QrCode {
  const { campaign, unit } = coded;
  if (!figures) throw new Error('a unit that is not in its tree');
  const { own, all, lastScanAt, below } = figures;
  return {
    unit,
    name: nameOf(parts, coded, lang),
    code: showCode(campaign.code, unit),
    link: linkOf(parts.publicUrl, coded),
    deadline: deadlineOf(parts, coded, lang, at)?.until ?? '',
    own,
    all,
    lastScanAt,
    children: campaign.units.childrenOf(unit).length,
    below,
  };
}

const nameOf = ({ texts }: QrParts, { campaign, unit }: Coded, lang: Lang): string =>
  unit === null ? (texts[lang]['qr.whole'] ?? '') : (campaign.units.byCode(unit)?.name ?? unit);

/** Whether a phone somewhere can open it: printed codes cannot be changed any more. */
function isPublic(url: string): boolean {
  const { hostname } = new URL(url);
  return !/^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|0\.0\.0\.0|\[::1?\])|\.local$/.test(hostname);
}
