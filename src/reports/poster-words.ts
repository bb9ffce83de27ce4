import type PDFDocument from 'pdfkit';
import type { Weight } from './poster-font.ts';

export type Doc = InstanceType<typeof PDFDocument>;
/** In points, from the upper left corner of the page. */
export type Box = { x: number; y: number; width: number; height: number };
export type Words = {
  font: Weight;
  color: string;
  /** Sizes in points, tried from the largest down. */
  max: number;
  min: number;
  align?: 'left' | 'center';
  /** Where in the box; `top` when missing. */
  at?: 'top' | 'middle';
};

const STEP = 0.5;

/** Sets `text` as large as the box allows; what is too long at the smallest size ends in an ellipsis, so nothing runs over. */
export function setWords(doc: Doc, text: string, box: Box, style: Words): void {
  if (text === '') return;
  const { font, color, align = 'left', at = 'top' } = style;
  doc
    .font(font)
    .fontSize(sizeOf(doc, [text], box, style))
    .fillColor(color);
  const free = box.height - doc.heightOfString(text, { width: box.width });
  const y = at === 'middle' && free > 0 ? box.y + free / 2 : box.y;
  doc.text(text, box.x, y, { width: box.width, height: box.height, align, ellipsis: true });
}

/** One size for several texts that stand beside each other, each in a box of this width and height. */
export function sizeOf(
  doc: Doc,
  texts: readonly string[],
  box: Pick<Box, 'width' | 'height'>,
  { font, max, min }: Words,
): number {
  doc.font(font);
  let size = max;
  while (size > min && !texts.every((text) => fits(doc, text, size, box))) size -= STEP;
  return size;
}

/** No word may be wider than the box either: it would be broken in its middle. */
function fits(doc: Doc, text: string, size: number, { width, height }: Pick<Box, 'width' | 'height'>): boolean {
  doc.fontSize(size);
  if (text.split(/\s+/).some((word) => doc.widthOfString(word) > width)) return false;
  return doc.heightOfString(text, { width }) <= height;
}
