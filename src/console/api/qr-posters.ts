import { showCode } from '../../content/codes.ts';
import { phaseAt, phasesFor, type Campaign, type Lang } from '../../core/campaign.ts';
import type { World } from '../../engine/flow.ts';
import { say } from '../../engine/texts.ts';
import { showClosing, showInstant } from '../../engine/times.ts';
import type { Poster } from '../../reports/poster.ts';
import type { ConsoleTexts } from '../texts.ts';

/** Names under which the account is found; null = the channel is off. */
export type QrChannels = { messengerPage: string | null; zaloOa: string | null };
export type PosterParts = {
  world: Pick<World, 'texts'>;
  texts: ConsoleTexts;
  channels: QrChannels;
  /** Without a slash at the end. */
  publicUrl: string;
};
/** One code: of a unit, or of the campaign as a whole. */
export type Coded = { campaign: Campaign; unit: string | null };

/** Later phases that a poster names at most. */
const MAX_LATER = 2;

export const linkOf = (publicUrl: string, { campaign, unit }: Coded): string =>
  `${publicUrl}/q/${encodeURIComponent(showCode(campaign.code, unit))}`;

/** What stands on the poster of a code at `at` (epoch ms), with the deadline of its own unit. */
export function posterOf(parts: PosterParts, coded: Coded, lang: Lang, at: number): Poster {
  const { channels, publicUrl } = parts;
  const { campaign } = coded;
  const print = printer(parts, lang);
  const code = showCode(campaign.code, coded.unit);
  const unit = coded.unit === null ? null : campaign.units.byCode(coded.unit);
  const above = unit?.parent ? campaign.units.byCode(unit.parent) : null;
  const both = print(channels.zaloOa && !channels.messengerPage ? 'zalo' : channels.zaloOa ? 'both' : 'messenger');
  const link = linkOf(publicUrl, coded);
  return {
    overline: print('overline', { channels: both.toLocaleUpperCase(lang) }),
    campaign: begun(campaign.name[lang], lang),
    unit: unit && { name: unit.name, above: above?.name ?? '' },
    link,
    scan: print('scan'),
    steps: [print('step1'), print('step2', { channels: both }), print('step3')],
    typed: {
      title: print('typed'),
      code,
      places: [
        ...(channels.zaloOa ? [place('zalo', print('zalo'), `zalo.me/${channels.zaloOa}`)] : []),
        ...(channels.messengerPage ? [place('messenger', print('messenger'), `m.me/${channels.messengerPage}`)] : []),
        place('web', print('web'), link.replace(/^https?:\/\//, '')),
      ],
    },
    deadline: deadlineOf(parts, coded, lang, at),
    contacts: campaign.contactLines.map((line) => line[lang]),
  };
}

/** Names of campaigns are written as within a sentence. */
const begun = (name: string, lang: Lang): string => name.slice(0, 1).toLocaleUpperCase(lang) + name.slice(1);

const place = (kind: Poster['typed']['places'][number]['kind'], name: string, address: string) => ({
  kind,
  name,
  address,
});

/** Of the phase that is open for the unit, else of its next one; null when all are over. */
export function deadlineOf(
  parts: Pick<PosterParts, 'world' | 'texts'>,
  { campaign, unit }: Coded,
  lang: Lang,
  at: number,
): Poster['deadline'] {
  const print = printer(parts, lang);
  const time = ({ key, ...params }: ReturnType<typeof showInstant>): string =>
    say(parts.world.texts, lang, `time.${key}`, params);
  const phases = phasesFor(campaign, unit === null ? [] : campaign.units.pathOf(unit));
  const where = phaseAt(phases, at);
  if (where.type === 'over') return null;
  const first = where.type === 'open' ? where.phase : where.next;
  const later = phases.filter(({ opensAt }) => opensAt > first.opensAt).slice(0, MAX_LATER);
  const span = ({ opensAt, closesAt }: { opensAt: number; closesAt: number }) => ({
    opens: time(showInstant(opensAt)),
    closes: time(showClosing(closesAt)),
  });
  const phase = first.name[lang];
  return {
    title: where.type === 'open' ? print('closing', { phase }) : print('opening', { phase }),
    until: where.type === 'open' ? print('until', { closes: span(first).closes }) : print('from', span(first)),
    later: later.map((one) => print('later', { phase: one.name[lang], ...span(one) })),
  };
}

/** A sentence of `qr.print` with its places filled in. Which there are is checked at start. */
function printer({ texts }: Pick<PosterParts, 'texts'>, lang: Lang) {
  return (key: string, values: Readonly<Record<string, string>> = {}): string =>
    (texts[lang][`qr.print.${key}`] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
