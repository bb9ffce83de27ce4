import type { ArchiveItem } from '../../core/archive.ts';
import { field } from './stream-reader.ts';

/** Items of one commit as they are put in the archive stream, field `l`; '' when there are none. `items`: JSON of each. */
export const listOf = (items: readonly string[]): string => (items.length === 0 ? '' : `[${items.join(',')}]`);

/** The items of one entry of the archive stream. Throws on what is not JSON. Field `i` holds a single item. */
export function itemsOf(fields: readonly string[]): ArchiveItem[] {
  const list = field(fields, 'l');
  return (list ? JSON.parse(list) : [JSON.parse(field(fields, 'i'))]) as ArchiveItem[]; // written by ourselves
}
