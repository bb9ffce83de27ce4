import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';

const run = promisify(execFile);
// a package of the older kind, whose function lies one deeper for whoever imports it as a module
const read = jsqr as unknown as typeof jsqr.default;

/** What a QR reader that is not ours sees in a picture; null where it sees no code. */
export function codeIn(png: Buffer): string | null {
  const { data, width, height } = PNG.sync.read(png);
  return read(new Uint8ClampedArray(data), width, height)?.data ?? null;
}

/** Every page of a PDF as a picture, drawn by Poppler. */
export async function pagesOf(pdf: Buffer, dpi = 100): Promise<Buffer[]> {
  return withFile(pdf, async (file, folder) => {
    await poppler('pdftoppm', ['-r', String(dpi), '-png', file, join(folder, 'page')]);
    const names = (await readdir(folder)).filter((name) => name.endsWith('.png')).toSorted();
    return Promise.all(names.map((name) => readFile(join(folder, name))));
  });
}

/** The words of a PDF, page by page, as they can be copied out of it. */
export async function wordsOf(pdf: Buffer): Promise<string[]> {
  return withFile(pdf, async (file) => {
    const { stdout } = await poppler('pdftotext', ['-layout', file, '-']);
    return stdout
      .split('\f')
      .slice(0, -1)
      .map((page) => page.normalize('NFC').replace(/\s+/g, ' '));
  });
}

async function withFile<T>(pdf: Buffer, use: (file: string, folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'poster-'));
  try {
    const file = join(folder, 'poster.pdf');
    await writeFile(file, pdf);
    return await use(file, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function poppler(program: string, args: string[]): Promise<{ stdout: string }> {
  try {
    return await run(program, args, { maxBuffer: 1e7 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(`${program} is missing: run "node script/bootstrap.mjs test", or install poppler-utils`, {
      cause: error,
    });
  }
}
