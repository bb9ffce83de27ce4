import type { Channel } from '../channels/channel.ts';
import type { ArchiveItem } from '../core/archive.ts';
import type { Sending } from './shell.ts';

/** What the records keep of a row that is done with. `code`: why it was not sent, '' when it was; `at`: epoch ms. */
export function toldItem(
  channel: Channel,
  { row, parts, ids, repeats, paid }: Sending,
  state: 'sent' | 'failed' | 'withdrawn',
  code: string,
  at: number,
): ArchiveItem {
  const { text, from, file } = row.reply;
  return {
    type: 'outbound',
    row: row.id,
    contact: row.contact,
    text: parts ? parts.map((part) => channel.describe(part)).join('\n') : text,
    state,
    messageIds: ids,
    ...(from && { from }),
    ...(file && { file }),
    ...(repeats > 0 && { repeats }),
    ...(paid ? { paid } : {}),
    ...(code ? { code } : {}),
    turnAt: row.at,
    at,
  };
}
