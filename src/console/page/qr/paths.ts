import { apiPath } from '../lib/http.ts';

/** A unit in a path; `-` stands for the campaign as a whole. */
export const pathOf = (unit: string | null): string => unit ?? '-';

/** Where a file of a code lies. */
export function fileOf(
  campaign: string,
  unit: string | null,
  file: 'code.png' | 'code.svg' | 'poster.pdf' | 'posters.pdf' | 'posters.zip',
  params: Readonly<Record<string, string | number>> = {},
): string {
  return apiPath(`/qr/${encodeURIComponent(campaign)}/${encodeURIComponent(pathOf(unit))}/${file}`, params);
}
