import { create, toBuffer } from 'qrcode';

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

/** At most `px` wide, and less by what makes every square the same number of pixels. */
export function qrPng(text: string, px: number): Promise<Buffer> {
  const side = qrSquares(text).size + 2 * QUIET;
  const scale = Math.max(1, Math.floor(px / side));
  return toBuffer(text, { type: 'png', errorCorrectionLevel: LEVEL, margin: QUIET, scale });
}
