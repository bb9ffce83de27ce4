import type { PublishedCampaign } from '../published.ts';
import type { SheetColumn, SheetRow } from './write-xlsx.ts';

/** Headings of the list that is given out, in the words of one language; `quota` bears `{phase}`. */
export type ExportWords = Record<(typeof FIELDS)[number] | 'quota', string>;

const FIELDS = [
  'code',
  'name',
  'short',
  'parent',
  'kind',
  'aliases',
  'source',
  'validFrom',
  'validTo',
  'successor',
] as const;
const WIDTHS: Partial<Record<(typeof FIELDS)[number], number>> = { name: 44, short: 22, aliases: 30, source: 24 };

/** The list of units with their quotas in the form in which it is read back: importing it unchanged changes nothing. */
export function exportUnits(
  { units, file }: Pick<PublishedCampaign, 'units' | 'file'>,
  words: ExportWords,
  lang: 'vi' | 'en',
): { columns: SheetColumn[]; rows: AsyncIterable<SheetRow> } {
  const columns: SheetColumn[] = [
    ...FIELDS.map((field): SheetColumn => ({ title: words[field], kind: 'text', width: WIDTHS[field] ?? 12 })),
    ...file.phases.map(({ name }): SheetColumn => {
      return { title: words.quota.replace('{phase}', name[lang]), kind: 'number', width: 18 };
    }),
  ];
  const quotas = new Map(file.quotas.map(({ unit, phase, number }) => [JSON.stringify([unit, phase]), number]));
  async function* rows(): AsyncGenerator<SheetRow> {
    for (const unit of units) {
      const own = FIELDS.map((field) => {
        const value = unit[field];
        return typeof value === 'string' || value === null ? value : value.join('; ');
      });
      yield await Promise.resolve([
        ...own,
        ...file.phases.map(({ id }) => quotas.get(JSON.stringify([unit.code, id])) ?? null),
      ]);
    }
  }
  return { columns, rows: rows() };
}
