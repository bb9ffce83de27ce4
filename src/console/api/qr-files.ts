import { Readable } from 'node:stream';
import { z } from 'zod';
import { showCode } from '../../content/codes.ts';
import { writeXlsx, type SheetRow } from '../../content/sheet/write-xlsx.ts';
import type { Campaign, Lang } from '../../core/campaign.ts';
import { postersPdf } from '../../reports/poster-pdf.ts';
import { postersZip } from '../../reports/poster-zip.ts';
import { qrPng, qrSvg } from '../../reports/qr-code.ts';
import type { ConsoleParts } from '../parts.ts';
import { deadlineOf, linkOf, posterOf, type Coded } from './qr-posters.ts';
import { codeFor, ORGANIZERS } from './qr-scope.ts';
import { route, type Answer, type ConsoleRoute } from './route.ts';
import { makeTurns } from './turns.ts';
import { QR_SIZES } from './types-qr.ts';

/** Files of many posters that are drawn at the same time; whoever asks for one more waits for a turn. */
const MANY_AT_ONCE = 2;

const lang = z.enum(['vi', 'en']).default('vi');
const params = z.strictObject({ campaign: z.string().max(100), unit: z.string().max(60) });
type FileParts = Pick<ConsoleParts, 'world' | 'texts' | 'channels' | 'publicUrl' | 'clock'>;

/** What is printed. Nothing of a person is in it, and staff of a unit get what is of this unit and below. */
export function qrFileRoutes(parts: FileParts): ConsoleRoute[] {
  const { world, texts, publicUrl, clock } = parts;
  const turn = makeTurns(MANY_AT_ONCE);
  const shared = { method: 'GET', access: ORGANIZERS, scope: 'filtered', params } as const;
  const poster = (coded: Coded, language: Lang) => posterOf(parts, coded, language, clock.now());
  const posters = function* (all: Iterable<Coded>, language: Lang) {
    for (const coded of all) yield poster(coded, language);
  };
  return [
    route({
      ...shared,
      path: '/qr/:campaign/:unit/code.png',
      query: z.strictObject({
        lang,
        size: z.coerce
          .number()
          .pipe(z.union(QR_SIZES.map((px) => z.literal(px))))
          .default(QR_SIZES[1]),
      }),
      async handle({ staff, params: which, query }) {
        const coded = codeFor(world, staff, which);
        return give(
          Readable.from([await qrPng(linkOf(publicUrl, coded), query.size)]),
          'image/png',
          name(coded, 'png'),
        );
      },
    }),
    route({
      ...shared,
      path: '/qr/:campaign/:unit/code.svg',
      query: z.strictObject({ lang }),
      handle({ staff, params: which }) {
        const coded = codeFor(world, staff, which);
        const svg = Buffer.from(qrSvg(linkOf(publicUrl, coded)));
        return give(Readable.from([svg]), 'image/svg+xml', name(coded, 'svg'));
      },
    }),
    route({
      ...shared,
      path: '/qr/:campaign/:unit/poster.pdf',
      query: z.strictObject({ lang }),
      handle({ staff, params: which, query }) {
        const coded = codeFor(world, staff, which);
        const facts = { title: titleOf(coded, query.lang), lang: query.lang, at: clock.now() };
        const pdf = postersPdf([poster(coded, query.lang)], facts);
        return give(pdf, 'application/pdf', name(coded, 'pdf'));
      },
    }),
    route({
      ...shared,
      path: '/qr/:campaign/:unit/posters.pdf',
      query: z.strictObject({ lang }),
      async handle({ staff, params: which, query, res }) {
        const coded = codeFor(world, staff, which);
        const end = await turn(res);
        if (!end) return { type: 'written' };
        const facts = { title: titleOf(coded, query.lang), lang: query.lang, at: clock.now() };
        const pdf = postersPdf(posters(withBelow(coded), query.lang), facts).once('close', end);
        return give(pdf, 'application/pdf', `${word(texts, query.lang, 'all')}-${name(coded, 'pdf')}`);
      },
    }),
    route({
      ...shared,
      path: '/qr/:campaign/:unit/posters.zip',
      query: z.strictObject({ lang }),
      async handle({ staff, params: which, query, res }) {
        const coded = codeFor(world, staff, which);
        const end = await turn(res);
        if (!end) return { type: 'written' };
        const at = clock.now();
        const file = (key: string): string => word(texts, query.lang, key);
        const names = { posters: file('posters'), png: file('png'), svg: file('svg'), list: file('list') };
        const items = [...withBelow(coded)].map((one) => ({
          name: stem(one),
          poster: () => poster(one, query.lang),
        }));
        const zip = postersZip(items, names, () => list(parts, coded, query.lang, at), { lang: query.lang, at });
        zip.once('close', end);
        return give(zip, 'application/zip', `${file('all')}-${name(coded, 'zip')}`);
      },
    }),
  ];
}

/** The unit, then all below it, each followed by its own; of the campaign as a whole all units. */
function* withBelow({ campaign, unit }: Coded): Generator<Coded> {
  yield { campaign, unit };
  for (const { code } of campaign.units.childrenOf(unit)) yield* withBelow({ campaign, unit: code });
}

function list(parts: FileParts, coded: Coded, language: Lang, at: number): Readable {
  const text = (key: string): string => parts.texts[language][`qr.${key}`] ?? key;
  const columns = [
    { title: text('code'), kind: 'text', width: 14 },
    { title: text('unit'), kind: 'text', width: 44 },
    { title: text('file.parent'), kind: 'text', width: 36 },
    { title: text('file.link'), kind: 'text', width: 48 },
    { title: text('deadline'), kind: 'text', width: 34 },
  ] as const;
  const rows = async function* (): AsyncGenerator<SheetRow> {
    for (const one of withBelow(coded)) {
      const unit = one.unit === null ? null : one.campaign.units.byCode(one.unit);
      const above = unit?.parent ? one.campaign.units.byCode(unit.parent) : null;
      yield [
        showCode(one.campaign.code, one.unit),
        unit?.name ?? text('whole'),
        above?.name ?? '',
        linkOf(parts.publicUrl, one),
        deadlineOf(parts, one, language, at)?.until ?? '',
      ];
    }
  };
  return writeXlsx(columns, rows(), { sheet: text('file.sheet') });
}

const word = (texts: ConsoleParts['texts'], language: Lang, key: string): string =>
  texts[language][`qr.file.${key}`] ?? key;

const titleOf = ({ campaign, unit }: Coded, language: Lang): string =>
  [campaign.shortName[language], unit === null ? '' : campaign.units.byCode(unit)?.name].filter(Boolean).join(' · ');

/** `1TR-84-tra-vinh`: with the code each is another, and no program is confused by letters. */
function stem({ campaign, unit }: Coded): string {
  const short = unit === null ? '' : (campaign.units.byCode(unit)?.short ?? '');
  return [showCode(campaign.code, unit), slug(short)].filter(Boolean).join('-');
}
const name = (coded: { campaign: Campaign; unit: string | null }, ending: string): string => `${stem(coded)}.${ending}`;

const slug = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/đ/g, 'd')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');

const give = (body: Readable, type: string, fileName: string): Answer => ({
  type: 'stream',
  headers: {
    'content-type': type,
    'content-disposition': `${type.startsWith('image/') ? 'inline' : 'attachment'}; filename="${fileName}"`,
  },
  body,
});
