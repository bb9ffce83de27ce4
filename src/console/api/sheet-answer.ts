import type { Readable } from 'node:stream';
import type { Answer } from './route.ts';

/** A workbook to be saved under `name`, of plain letters and without its ending. */
export const sheetAnswer = (body: Readable, name: string): Answer => ({
  type: 'stream',
  headers: {
    'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'content-disposition': `attachment; filename="${name}.xlsx"`,
    'x-content-type-options': 'nosniff',
  },
  body,
});
