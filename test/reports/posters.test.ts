import { buffer } from 'node:stream/consumers';
import { PassThrough } from 'node:stream';
import { once } from 'node:events';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postersPdf } from '../../src/reports/poster-pdf.ts';
import { postersZip } from '../../src/reports/poster-zip.ts';
import type { Poster } from '../../src/reports/poster.ts';
import { qrPng, qrSvg } from '../../src/reports/qr-code.ts';
import { launchBrowser } from '../e2e/browser.ts';
import { codeIn, pagesOf, wordsOf } from './read-codes.ts';

const LINK = 'https://sangkien.example.vn/q/1TR-84';
const FACTS = { title: 'Áp phích', lang: 'vi', at: Date.parse('2022-05-28T08:00:00+07:00') };
const poster: Poster = {
  overline: 'GỬI SÁNG KIẾN QUA ZALO HOẶC MESSENGER',
  campaign: 'Chương trình “01 triệu sáng kiến”',
  unit: { name: 'LĐLĐ huyện Càng Long', above: 'LĐLĐ tỉnh Trà Vinh' },
  link: LINK,
  scan: 'Không cần cài thêm ứng dụng',
  steps: ['Mở camera, quét mã này', 'Chọn Zalo hoặc Messenger', 'Trả lời vài câu hỏi'],
  typed: {
    title: 'Không quét được? Nhắn mã',
    code: '1TR-84',
    places: [
      { kind: 'zalo', name: 'Zalo', address: 'zalo.me/3700111222333444555' },
      { kind: 'web', name: 'Trang web', address: 'sangkien.example.vn/q/1TR-84' },
    ],
  },
  deadline: { title: 'Hạn nộp · Đợt 1', until: 'Trước 24h00 ngày 31/5/2022', later: [] },
  contacts: ['Tổ hỗ trợ: 1900 0000'],
};
const LONG = 'Liên hiệp các Công đoàn cơ sở khu công nghiệp và chế xuất '.repeat(12);

const pdfOf = (posters: Iterable<Poster>): Promise<Buffer> => buffer(postersPdf(posters, FACTS));

describe('a code', () => {
  let browser: Browser;
  beforeAll(async () => void (browser = await launchBrowser()));
  afterAll(() => browser.close());

  it.each([512, 1024, 2048])('is read from a PNG of %i points, each square of it as many points wide', async (px) => {
    const png = await qrPng(LINK, px);
    expect(png.readUInt32BE(16)).toBeLessThanOrEqual(px);
    expect(png.readUInt32BE(16)).toBeGreaterThan(px * 0.9);
    expect(codeIn(png)).toBe(LINK);
  });

  it('is read from an SVG as a browser draws it, and from half of that size', async () => {
    const page = await browser.newPage();
    for (const width of [400, 200]) {
      await page.setViewportSize({ width, height: width });
      const image = `<img width="${width}" src="data:image/svg+xml,${encodeURIComponent(qrSvg(LINK))}">`;
      await page.setContent(`<body style="margin:0">${image}`);
      expect(codeIn(await page.screenshot())).toBe(LINK);
    }
    await page.close();
  });

  it('is read with a stain on it', async () => {
    const page = await browser.newPage({ viewport: { width: 400, height: 400 } });
    const stain = '<i style="position:absolute;left:180px;top:190px;width:66px;height:66px;background:#864"></i>';
    const image = `<img width="400" src="data:image/svg+xml,${encodeURIComponent(qrSvg(LINK))}">`;
    await page.setContent(`<body style="margin:0">${image}${stain}`);
    expect(codeIn(await page.screenshot())).toBe(LINK);
    await page.close();
  });
});

describe('a poster', () => {
  it('is one page of A4 whose code is read, also when printed coarsely', async () => {
    const pdf = await pdfOf([poster]);
    for (const dpi of [40, 100]) {
      const pages = await pagesOf(pdf, dpi);
      expect(pages.map(codeIn)).toEqual([LINK]);
    }
    expect(pdf.toString('latin1')).toMatch(/\/MediaBox \[0 0 595\.28 841\.89\]/);
  });

  it('says campaign, unit and the one above, deadline, code and both ways in Vietnamese letters', async () => {
    const [words = ''] = await wordsOf(await pdfOf([poster]));
    for (const said of [
      poster.campaign,
      'LĐLĐ huyện Càng Long',
      'LĐLĐ tỉnh Trà Vinh',
      'Trước 24h00 ngày 31/5/2022',
      '1TR-84',
      'zalo.me/3700111222333444555',
      'sangkien.example.vn/q/1TR-84',
      'Tổ hỗ trợ: 1900 0000',
    ]) {
      expect(words).toContain(said);
    }
  });

  it('stays one page whose code is read however long the names are, or without a unit, a deadline or lines below', async () => {
    const odd: Poster[] = [
      {
        ...poster,
        campaign: LONG,
        unit: { name: LONG, above: LONG },
        contacts: [LONG, LONG],
        steps: [LONG, LONG, LONG],
        deadline: { title: LONG, until: LONG, later: [LONG, LONG] },
      },
      { ...poster, unit: null, deadline: null, contacts: [] },
      { ...poster, unit: { name: 'A'.repeat(200), above: '' } },
    ];
    const pages = await pagesOf(await pdfOf(odd), 60);
    expect(pages.map(codeIn)).toEqual([LINK, LINK, LINK]);
  });
});

describe('many posters', () => {
  const links = (n: number) => Array.from({ length: n }, (_, i) => `https://sangkien.example.vn/q/1TR-${i + 10}`);

  it('are pages of one PDF, in their order', async () => {
    const all = links(5);
    const pages = await pagesOf(await pdfOf(all.map((link) => ({ ...poster, link }))), 50);
    expect(pages.map(codeIn)).toEqual(all);
  });

  it('are drawn as they are read, and no further once nobody reads', async () => {
    let drawn = 0;
    const endless = function* () {
      for (;;) {
        drawn += 1;
        yield poster;
      }
    };
    const pdf = postersPdf(endless(), FACTS);
    const slow = pdf.pipe(new PassThrough({ highWaterMark: 1 }));
    await once(slow, 'readable');
    const quiet = await standsStill(() => drawn);
    pdf.destroy();
    expect(await standsStill(() => drawn)).toBeLessThanOrEqual(quiet + 1);
  });

  it('leave nothing behind each time that a slow reader lets them wait', async () => {
    const pdf = postersPdf(
      links(40).map((link) => ({ ...poster, link })),
      FACTS,
    ) as PassThrough;
    const before = pdf.listenerCount('close');
    let [waits, most] = [0, 0];
    pdf.on('drain', () => (waits += 1));
    while (!pdf.readableEnded) {
      for (let turns = 0; turns < 5; turns += 1) await new Promise((done) => setImmediate(done));
      most = Math.max(most, pdf.listenerCount('close'));
      if (pdf.writableNeedDrain || pdf.writableEnded) while (pdf.read() !== null);
    }
    expect(waits).toBeGreaterThan(2);
    expect(most).toBeLessThanOrEqual(before + 1);
  });

  it('make no file of a ZIP before its turn, and none after the reader has gone', async () => {
    let made = 0;
    const items = links(200).map((link, i) => ({
      name: `ma-${i}`,
      poster: () => {
        made += 1;
        return { ...poster, link };
      },
    }));
    const names = { posters: 'ap-phich', png: 'png', svg: 'svg', list: 'danh-sach.xlsx' };
    const list = () => {
      const empty = new PassThrough();
      empty.end();
      return empty;
    };
    const zip = postersZip(items, names, list, FACTS);
    await once(zip, 'readable');
    const soFar = await standsStill(() => made);
    expect(soFar).toBeLessThan(50);
    zip.destroy();
    expect(await standsStill(() => made)).toBe(soFar);
  });
});

/** Waits until a number no longer changes over many turns of the event loop, and gives it. */
async function standsStill(read: () => number): Promise<number> {
  for (let last = -1, same = 0; same < 200;) {
    const now = read();
    same = now === last ? same + 1 : 0;
    last = now;
    await new Promise((done) => setTimeout(done, 1));
  }
  return read();
}
