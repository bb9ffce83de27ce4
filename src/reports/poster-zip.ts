import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { postersPdf, type PdfFacts } from './poster-pdf.ts';
import type { Poster } from './poster.ts';
import { qrPng, qrSvg } from './qr-code.ts';

/** `name`: of its files, without folder and ending; each another. */
export type ZippedPoster = { name: string; poster(): Poster };
/** Names of the folders within, and of the list (XLSX). */
export type ZipNames = { posters: string; png: string; svg: string; list: string };
/** What the list says: a workbook that is made when it is read. */
type List = () => Readable;

/** Wide enough for a banner. */
const PNG_PX = 1024;

/**
 * A ZIP of all: a poster (PDF) and the bare code (PNG, SVG) of each, and a list. Streamed: a file is made when it is its turn to
 * be read, so that memory stays flat, and none is made once the stream is destroyed.
 */
export function postersZip(
  items: readonly ZippedPoster[],
  names: ZipNames,
  list: List,
  facts: Pick<PdfFacts, 'lang' | 'at'>,
): Readable {
  const zip = new ZipFile();
  const out = zip.outputStream as Readable;
  const mtime = new Date(facts.at);
  let open: Readable | null = null;
  /** The next file; of a reader that has gone nothing is made any more. */
  const add = (path: string, compress: boolean, make: () => Readable): void => {
    zip.addReadStreamLazy(path, { mtime, compress }, (give) => {
      if (out.destroyed) return;
      open = make();
      open.once('error', (error: Error) => out.destroy(error));
      give(null, open);
    });
  };
  zip.on('error', (error: Error) => out.destroy(error));
  out.once('close', () => open?.destroy());
  add(names.list, false, list);
  for (const { name, poster } of items) {
    add(`${names.posters}/${name}.pdf`, false, () => {
      const drawn = poster();
      return postersPdf([drawn], { ...facts, title: [drawn.campaign, drawn.unit?.name].filter(Boolean).join(' · ') });
    });
    add(`${names.png}/${name}.png`, false, () => Readable.from(pngOf(poster().link)));
    add(`${names.svg}/${name}.svg`, true, () => Readable.from([Buffer.from(qrSvg(poster().link))]));
  }
  zip.end();
  return out;
}

async function* pngOf(link: string): AsyncGenerator<Buffer> {
  yield await qrPng(link, PNG_PX);
}
