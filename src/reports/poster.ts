import { darkRuns, qrSquares } from './qr-code.ts';
import { setWords, sizeOf, type Box, type Doc, type Words } from './poster-words.ts';

/** What stands on a poster, in the words of its language. */
export type Poster = {
  overline: string;
  campaign: string;
  /** Null on the poster of a campaign as a whole. `above`: the unit that it belongs to, '' at the first level. */
  unit: { name: string; above: string } | null;
  /** What the code holds. */
  link: string;
  /** Below the code. */
  scan: string;
  steps: readonly string[];
  /** For who cannot scan. */
  typed: { title: string; code: string; places: readonly Place[] };
  /** `later`: later phases, one line each. Null where nothing is open any more. */
  deadline: { title: string; until: string; later: readonly string[] } | null;
  contacts: readonly string[];
};
type Place = { kind: 'zalo' | 'messenger' | 'web'; name: string; address: string };

/** A4, in points. */
export const A4 = { width: 595.28, height: 841.89 } as const;
const EDGE = 42;
const INNER = A4.width - 2 * EDGE;
const CODE_SIDE = 286;

/** Dark on light as one sees it on paper, also from a printer without colours. */
const INK = '#14202e';
const BLUE = '#0a4fa3';
const PALE = '#e9f1fb';
const AMBER = '#ffe9b0';
const QUIET = '#44546a';
/** As on the page behind the code. */
const PLACE_COLORS: Readonly<Record<Place['kind'], string>> = { zalo: '#0068ff', messenger: '#6d28d9', web: QUIET };

/** Draws one poster on the open page. */
export function drawPoster(doc: Doc, poster: Poster): void {
  doc.rect(0, 0, A4.width, 186).fill(BLUE);
  setWords(doc, poster.overline, { x: EDGE, y: 34, width: INNER, height: 20 }, bold('#cfe0f7', 13.5, 9));
  setWords(
    doc,
    poster.campaign,
    { x: EDGE, y: 56, width: INNER, height: 114 },
    { ...heavy('#ffffff', 38, 15), at: 'middle' },
  );
  drawUnit(doc, poster.unit);
  const top = poster.unit ? 276 : 244;
  drawCode(doc, poster.link, { x: EDGE, y: top, width: CODE_SIDE, height: CODE_SIDE });
  setWords(
    doc,
    poster.scan,
    { x: EDGE, y: top + CODE_SIDE + 8, width: CODE_SIDE, height: 20 },
    { ...bold(BLUE, 14, 9), align: 'center' },
  );
  const besides = CODE_SIDE + 28;
  drawSteps(doc, poster.steps, { x: EDGE + besides, y: top, width: INNER - besides, height: CODE_SIDE });
  drawDeadline(doc, poster.deadline, { x: EDGE, y: 604, width: INNER, height: 84 });
  drawTyped(doc, poster.typed, { x: EDGE, y: 700, width: INNER, height: 88 });
  setWords(
    doc,
    poster.contacts.join('   ·   '),
    { x: EDGE, y: 798, width: INNER, height: 26 },
    { font: 'regular', color: QUIET, max: 11, min: 7, align: 'center' },
  );
}

function drawUnit(doc: Doc, unit: Poster['unit']): void {
  if (!unit) return;
  const box = { x: EDGE, width: INNER };
  const center = { align: 'center', at: 'middle' } as const;
  if (unit.above !== '') {
    setWords(doc, unit.above, { ...box, y: 198, height: 20 }, { ...bold(QUIET, 14, 8), ...center });
    setWords(doc, unit.name, { ...box, y: 218, height: 48 }, { ...heavy(INK, 28, 12), ...center });
  } else setWords(doc, unit.name, { ...box, y: 198, height: 66 }, { ...heavy(INK, 32, 12), ...center });
}

function drawCode(doc: Doc, link: string, box: Box): void {
  const squares = qrSquares(link);
  const frame = 3;
  doc.lineWidth(frame).roundedRect(box.x, box.y, box.width, box.height, 14).strokeColor(BLUE).stroke();
  // four empty squares all around, the frame not counted
  const size = (box.width - 2 * frame) / (squares.size + 8);
  const [x, y] = [box.x + frame + 4 * size, box.y + frame + 4 * size];
  for (const { row, column, length } of darkRuns(squares))
    doc.rect(x + column * size, y + row * size, length * size, size);
  doc.fill('#000000');
}

function drawSteps(doc: Doc, steps: readonly string[], box: Box): void {
  const each = box.height / steps.length;
  const room = { width: box.width - 48, height: each - 10 };
  const style = bold(INK, 18, 9);
  const size = sizeOf(doc, steps, room, style);
  for (const [index, step] of steps.entries()) {
    const y = box.y + index * each;
    doc.circle(box.x + 18, y + 20, 18).fill(BLUE);
    const number: Words = { ...heavy('#ffffff', 19, 19), align: 'center', at: 'middle' };
    setWords(doc, String(index + 1), { x: box.x, y: y + 2, width: 36, height: 36 }, number);
    setWords(doc, step, { ...room, x: box.x + 48, y: y + 6 }, { ...style, max: size });
  }
}

function drawDeadline(doc: Doc, deadline: Poster['deadline'], box: Box): void {
  if (!deadline) return;
  doc.roundedRect(box.x, box.y, box.width, box.height, 12).fill(AMBER);
  const inside = { x: box.x + 16, width: box.width - 32 };
  const center = { align: 'center', at: 'middle' } as const;
  const later = deadline.later.join('   ·   ');
  setWords(doc, deadline.title, { ...inside, y: box.y + 8, height: 18 }, { ...bold(QUIET, 13, 8), ...center });
  const untilHeight = later === '' ? 52 : 34;
  setWords(
    doc,
    deadline.until,
    { ...inside, y: box.y + 26, height: untilHeight },
    { ...heavy(INK, later === '' ? 32 : 27, 12), ...center },
  );
  setWords(
    doc,
    later,
    { ...inside, y: box.y + 61, height: 16 },
    { font: 'regular', color: INK, max: 11.5, min: 7, ...center },
  );
}

function drawTyped(doc: Doc, { title, code, places }: Poster['typed'], box: Box): void {
  doc.roundedRect(box.x, box.y, box.width, box.height, 12).fill(PALE);
  const left = { x: box.x + 16, width: 176 };
  setWords(doc, title, { ...left, y: box.y + 10, height: 18 }, bold(QUIET, 12.5, 8));
  setWords(doc, code, { ...left, y: box.y + 28, height: 52 }, { ...heavy(BLUE, 36, 14), at: 'middle' });

  const pill = { x: left.x + left.width + 12, width: 82, height: 20 };
  const room = { width: box.x + box.width - 14 - (pill.x + pill.width + 10), height: pill.height };
  const style: Words = { font: 'regular', color: INK, max: 12.5, min: 6.5, at: 'middle' };
  const size = sizeOf(
    doc,
    places.map(({ address }) => address),
    room,
    style,
  );
  const each = pill.height + 5;
  let y = box.y + (box.height - each * places.length + 5) / 2;
  for (const { kind, name, address } of places) {
    doc.roundedRect(pill.x, y, pill.width, pill.height, pill.height / 2).fill(PLACE_COLORS[kind]);
    setWords(
      doc,
      name,
      { ...pill, x: pill.x + 8, width: pill.width - 16, y },
      { ...bold('#ffffff', 11, 7), align: 'center', at: 'middle' },
    );
    setWords(doc, address, { ...room, x: pill.x + pill.width + 10, y }, { ...style, max: size });
    y += each;
  }
}

const bold = (color: string, max: number, min: number): Words => ({ font: 'bold', color, max, min });
const heavy = (color: string, max: number, min: number): Words => ({ font: 'heavy', color, max, min });
