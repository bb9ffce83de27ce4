import { PassThrough, type Readable } from 'node:stream';
import { setImmediate as otherWork } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import { A4, drawPoster, type Poster } from './poster.ts';
import { posterFonts } from './poster-font.ts';

/** How the file names itself. `at`: epoch ms. */
export type PdfFacts = { title: string; lang: string; at: number };

/**
 * One A4 page for each poster, streamed: pages are drawn as fast as they are read, other work of the process goes on between
 * them, and nothing more is drawn once the stream is destroyed.
 */
export function postersPdf(posters: Iterable<Poster>, { title, lang, at }: PdfFacts): Readable {
  const doc = new PDFDocument({
    size: [A4.width, A4.height],
    margin: 0,
    autoFirstPage: false,
    lang,
    displayTitle: true,
    info: { Title: title, CreationDate: new Date(at), ModDate: new Date(at) },
  });
  for (const [name, file] of Object.entries(posterFonts())) doc.registerFont(name, file);
  const out = new PassThrough();
  doc.on('error', (error: Error) => out.destroy(error));
  doc.pipe(out);
  const draw = async (): Promise<void> => {
    for (const poster of posters) {
      if (out.destroyed) return;
      doc.addPage();
      drawPoster(doc, poster);
      await otherWork();
      if (out.writableNeedDrain) await roomIn(out);
    }
    doc.end();
  };
  draw().catch((error: unknown) => out.destroy(error as Error));
  return out;
}

/** Until there is room, or nobody reads any more. */
const roomIn = (out: PassThrough): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      out.off('drain', done).off('close', done);
      resolve();
    };
    out.on('drain', done).on('close', done);
  });
