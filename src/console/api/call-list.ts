import { z } from 'zod';
import type { CallLine } from '../../broadcasts/types.ts';
import { writeXlsx, type SheetRow } from '../../content/sheet/write-xlsx.ts';
import type { Lang } from '../../core/campaign.ts';
import type { World } from '../../engine/flow.ts';
import { say } from '../../engine/texts.ts';
import { showClosing } from '../../engine/times.ts';
import type { ConsoleParts } from '../parts.ts';
import type { ConsoleTexts } from '../texts.ts';
import { whoOf, type BroadcastParts } from './broadcast-inputs.ts';
import { sentenceOf, type Sentence } from './broadcast-people.ts';
import { filterInput, langInput, limitInput, nameInput } from './inputs.ts';
import { stepLabel, unitName } from './labels.ts';
import { ok, route, type ConsoleRoute } from './route.ts';
import { sheetAnswer } from './sheet-answer.ts';
import type { CallListView, CallView } from './types-broadcasts.ts';

const MAX_SHOWN = 200;

const query = { campaign: nameInput, unit: filterInput, lang: langInput };

type Parts = BroadcastParts & Pick<ConsoleParts, 'world' | 'texts'>;

/** People whom no message reached, for a telephone: a missed deadline is the harm. For all staff, of their own units. */
export function callListRoutes({ broadcasts, world, texts }: Parts): ConsoleRoute[] {
  const view = (line: CallLine, campaign: string, lang: Lang): CallView => ({
    ...line,
    unitName: unitName(world, campaign, line.units),
    stepLabel: stepLabel(world, campaign, line.step, lang),
  });

  const list = route({
    method: 'GET',
    path: '/call-list',
    access: 'signedIn',
    scope: 'filtered',
    query: z.strictObject({ ...query, limit: limitInput(MAX_SHOWN, 100) }),
    async handle({ staff, query: { campaign, unit, lang, limit } }) {
      const lines: CallView[] = [];
      let hasMore = false;
      for await (const line of broadcasts.callList({ campaign, unit: unit ?? null }, whoOf(staff))) {
        hasMore = lines.length === limit;
        if (hasMore) break;
        lines.push(view(line, campaign, lang));
      }
      return ok({ lines, hasMore } satisfies CallListView);
    },
  });

  const sheet = route({
    method: 'GET',
    path: '/call-list/sheet',
    access: 'signedIn',
    scope: 'filtered',
    query: z.strictObject(query),
    async handle({ staff, query: { campaign, unit, lang }, audit }) {
      await audit({ action: 'callList.export', target: [campaign, unit].filter(Boolean).join(' ') });
      const lines = broadcasts.callList({ campaign, unit: unit ?? null }, whoOf(staff));
      const t = sentenceOf(texts, lang);
      const rows = callRows(lines, { world, campaign, texts, lang });
      return sheetAnswer(writeXlsx(columnsOf(t), rows, { sheet: t('broadcasts.sheet.calls') }), 'danh-sach-can-goi');
    },
  });

  return [list, sheet];
}

const columnsOf = (t: Sentence) =>
  [
    { title: t('broadcasts.column.name'), kind: 'text', width: 28 },
    { title: t('broadcasts.column.phone'), kind: 'phone', width: 16 },
    { title: t('broadcasts.column.unit'), kind: 'text', width: 40 },
    { title: t('broadcasts.column.standing'), kind: 'text', width: 22 },
    { title: t('broadcasts.column.step'), kind: 'text', width: 22 },
    { title: t('broadcasts.column.closesAt'), kind: 'text', width: 24 },
    { title: t('broadcasts.column.why'), kind: 'text', width: 40 },
    { title: t('broadcasts.column.channel'), kind: 'text' },
    { title: t('broadcasts.column.called'), kind: 'text', width: 24 },
  ] as const;

type Around = { world: World; campaign: string; texts: ConsoleTexts; lang: Lang };

async function* callRows(lines: AsyncIterable<CallLine>, around: Around): AsyncGenerator<SheetRow> {
  const { world, campaign, texts, lang } = around;
  const t = sentenceOf(texts, lang);
  for await (const { name, phone, units, standings, step, closesAt, state, why, channel } of lines) {
    yield [
      name,
      phone,
      unitName(world, campaign, units),
      standings.map((standing) => t(`broadcasts.standing.${standing}`)).join(', '),
      stepLabel(world, campaign, step, lang),
      closesAt === null ? '' : showDeadline(world, closesAt, lang),
      texts[lang][`broadcasts.why.${why}`] ?? t(`broadcasts.delivery.${state}`),
      t(`channel.${channel}`),
      '', // for the one who calls
    ];
  }
}

/** As the papers write it: `24h00 ngày 31/5/2022`. */
function showDeadline(world: World, at: number, lang: Lang): string {
  const { key, ...params } = showClosing(at);
  return say(world.texts, lang, `time.${key}`, params);
}
