import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';
import { create } from 'qrcode';

/**
 * A quarter of a code may be dirty or torn off: posters hang for months. More would make the squares smaller, and those are what
 * an old phone fails on. Source: ISO/IEC 18004 §6.5.1, level Q.
 */
const LEVEL = 'Q';
/** Empty squares around it. Source: ISO/IEC 18004 §6.3.8. */
const QUIET = 4;

/** The dark squares of a code: `size` in each direction, without the empty edge. */
export type QrSquares = { size: number; isDark(row: number, column: number): boolean };

export function qrSquares(text: string): QrSquares {
  const { modules } = create(text, { errorCorrectionLevel: LEVEL });
  return { size: modules.size, isDark: (row, column) => Boolean(modules.get(row, column)) };
}

/** Runs of dark squares, row by row, so that they are drawn without seams. */
export function* darkRuns({ size, isDark }: QrSquares): Generator<{ row: number; column: number; length: number }> {
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (!isDark(row, column)) continue;
      let length = 1;
      while (column + length < size && isDark(row, column + length)) length += 1;
      yield { row, column, length };
      column += length;
    }
  }
}

/** For programs that lay out print: no size of its own, black on white, with the empty edge. */
export function qrSvg(text: string): string {
  const squares = qrSquares(text);
  const side = squares.size + 2 * QUIET;
  let path = '';
  for (const { row, column, length } of darkRuns(squares))
    path += `M${column + QUIET} ${row + QUIET}h${length}v1h-${length}z`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" width="${side * 8}" height="${side * 8}" ` +
    `shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${path}"/></svg>\n`
  );
}

/**
 * At most `px` wide, and less by what makes every square the same number of pixels. One bit a pixel: a general encoder of
 * pictures took fifteen times as long (measured 2026-11-21). Source: PNG (Third Edition), §5, §11.2.
 */
export async function qrPng(text: string, px: number): Promise<Buffer> {
  const { size, isDark } = qrSquares(text);
  const scale = Math.max(1, Math.floor(px / (size + 2 * QUIET)));
  const side = (size + 2 * QUIET) * scale;
  const rowBytes = 1 + Math.ceil(side / 8); // the first says that the row is not filtered
  const pixels = Buffer.alloc(rowBytes * side, 0xff);
  for (let y = 0; y < side; y++) pixels[y * rowBytes] = 0;
  for (const { row, column, length } of darkRuns({ size, isDark })) {
    const from = (QUIET + column) * scale;
    for (let y = (QUIET + row) * scale; y < (QUIET + row + 1) * scale; y++) {
      const start = y * rowBytes + 1;
      for (let x = from; x < from + length * scale; x++) pixels[start + (x >> 3)]! &= ~(0x80 >> (x & 7));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1; // one bit of grey, then: deflate, no special filters, not interlaced
  return Buffer.concat([PNG_SIGN, chunk('IHDR', header), chunk('IDAT', await pack(pixels)), chunk('IEND')]);
}

const pack = promisify(deflate) as (bytes: Buffer) => Promise<Buffer>;
const PNG_SIGN = Buffer.from('89504e470d0a1a0a', 'hex');

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const whole = Buffer.alloc(data.length + 12);
  whole.writeUInt32BE(data.length, 0);
  whole.write(type, 4, 'latin1');
  data.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, data.length + 8)), data.length + 8);
  return whole;
}
