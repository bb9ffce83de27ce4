import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { once } from 'node:events';
import { get } from 'node:http';
import type { QrPage } from '../../src/console/api/types-qr.ts';
import type { Session } from '../../src/core/session.ts';
import { codeIn, pagesOf, wordsOf } from '../reports/read-codes.ts';
import { filesIn } from '../reports/read-zip.ts';
import { openConsole, type Browser, type TestConsole } from '../support/console.ts';

const CAMPAIGN = '01-trieu-sang-kien';
const NOW = Date.parse('2022-05-28T08:00:00+07:00');

let desk: TestConsole;
/** Of the central team, and of the province Trà Vinh. */
let central: Browser;
let province: Browser;

beforeAll(async () => {
  desk = await openConsole({ clock: { now: () => NOW } });
  central = await desk.signedIn({ role: 'organizer', unit: null });
  province = await desk.signedIn({ role: 'organizer', unit: '84' });
});
afterAll(() => desk.close());

async function page(browser: Browser, under = ''): Promise<QrPage> {
  const { status, body } = await browser.api('GET', `/qr?campaign=${CAMPAIGN}&under=${under}`);
  expect(status).toBe(200);
  return body as unknown as QrPage;
}

const cookieOf = (browser: Browser): string =>
  [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');

async function file(browser: Browser, path: string): Promise<{ answer: Response; bytes: Buffer }> {
  const answer = await fetch(`${desk.url}/console/api/qr/${CAMPAIGN}/${path}`, {
    headers: { cookie: cookieOf(browser) },
  });
  return { answer, bytes: Buffer.from(await answer.arrayBuffer()) };
}

describe('the list of codes', () => {
  it('goes from the campaign down, a unit with its code, its link and the deadline that is its own', async () => {
    const top = await page(central);
    expect(top).toMatchObject({ path: [], here: { unit: null, code: '1TR', deadline: 'Trước 24h00 ngày 31/5/2022' } });
    expect(top.rows.find(({ unit }) => unit === '84')).toMatchObject({
      name: 'LĐLĐ tỉnh Trà Vinh',
      code: '1TR-84',
      link: `${desk.url}/q/1TR-84`,
      children: 9,
      below: 9,
    });
    const below = await page(central, '84');
    expect(below.path).toEqual([{ unit: null, name: 'Cả chương trình' }]);
    expect(below.rows).toHaveLength(9);
  });

  it('says when the address in the codes opens on this machine only', async () => {
    expect(await page(central)).toMatchObject({ address: desk.url, isPublic: false });
  });

  it('begins for staff of a province at it, and leads nowhere above or beside', async () => {
    expect(await page(province)).toMatchObject({ path: [], here: { unit: '84' } });
    expect(await page(province, '844')).toMatchObject({ path: [{ unit: '84' }], here: { unit: '844' } });
    for (const under of ['01', '-', 'KHONGCO', '83'])
      expect((await province.api('GET', `/qr?campaign=${CAMPAIGN}&under=${under}`)).status).toBe(404);
  });
});

describe('the files of codes', () => {
  const FILES = ['code.png', 'code.svg', 'poster.pdf', 'posters.pdf', 'posters.zip'];

  it('are for staff of the unit and above alone', async () => {
    for (const name of FILES) {
      for (const unit of ['-', '01', '001', 'KHONGCO'])
        expect((await file(province, `${unit}/${name}`)).answer.status).toBe(404);
    }
    for (const unit of ['84', '844']) expect((await file(province, `${unit}/poster.pdf`)).answer.status).toBe(200);
    expect((await file(await desk.signedIn({ role: 'support', unit: null }), '84/code.png')).answer.status).toBe(403);
  });

  it('are a picture, a drawing and a poster that an independent reader reads', async () => {
    const png = await file(central, '844/code.png?size=512');
    expect(png.answer.headers.get('content-type')).toBe('image/png');
    expect(png.answer.headers.get('content-disposition')).toContain('1TR-844-cang-long.png');
    expect(codeIn(png.bytes)).toBe(`${desk.url}/q/1TR-844`);
    expect((await file(central, '844/code.svg')).bytes.toString()).toMatch(/^<svg /);
    const { bytes } = await file(central, '844/poster.pdf');
    expect((await pagesOf(bytes)).map(codeIn)).toEqual([`${desk.url}/q/1TR-844`]);
    const [words] = await wordsOf(bytes);
    for (const said of ['LĐLĐ huyện Càng Long', 'LĐLĐ tỉnh Trà Vinh', '1TR-844', 'Trước 24h00 ngày 31/5/2022', 'Đợt 2'])
      expect(words).toContain(said);
  });

  it('speak English where that is asked for', async () => {
    const [words] = await wordsOf((await file(central, '84/poster.pdf?lang=en')).bytes);
    expect(words).toContain('Cannot scan? Send the code');
  });

  it('of a unit with all below are one PDF, or a ZIP with a list', async () => {
    const pdf = await file(province, '84/posters.pdf');
    const pages = (await pagesOf(pdf.bytes, 50)).map(codeIn);
    expect([pages.length, pages[0], new Set(pages).size]).toEqual([10, `${desk.url}/q/1TR-84`, 10]);

    const files = filesIn((await file(province, '84/posters.zip')).bytes);
    expect([...files.keys()].filter((name) => name.startsWith('ap-phich/'))).toHaveLength(10);
    expect(files.size).toBe(31);
    expect(codeIn(files.get('ma-png/1TR-844-cang-long.png')!)).toBe(`${desk.url}/q/1TR-844`);
    expect((await pagesOf(files.get('ap-phich/1TR-844-cang-long.pdf')!)).map(codeIn)).toEqual([
      `${desk.url}/q/1TR-844`,
    ]);
    const strings = [...filesIn(files.get('danh-sach-ma.xlsx')!).values()].map(String).join('');
    for (const cell of ['1TR-844', 'LĐLĐ huyện Càng Long', `${desk.url}/q/1TR-844`]) expect(strings).toContain(cell);
  });

  it('leave the console as it was when the browser goes in the middle of a ZIP', async () => {
    const { href } = new URL(`${desk.url}/console/api/qr/${CAMPAIGN}/-/posters.zip`);
    const request = get(href, { headers: { cookie: cookieOf(central) } });
    const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
    await once(response, 'data');
    request.destroy();
    expect((await page(central)).rows.length).toBeGreaterThan(80);
  });
});

describe('the counts of a code', () => {
  const entry = (code: string, submittedAt: number, campaign = CAMPAIGN) => ({ code, campaign, submittedAt });
  async function person(id: string, arrivals: Session['arrivals'], entries: Session['entries']): Promise<void> {
    await desk.contact(id, []);
    await desk.stores.contacts.collection.updateOne({ _id: id as never }, { $set: { arrivals, entries } });
  }

  it('are its scans, the people who began with it and what they sent since, and the sums of all below', async () => {
    const { codeCounts } = desk.stores;
    const scan = (unit: string | null, scans: number, lastAt = NOW) => ({ campaign: CAMPAIGN, unit, scans, lastAt });
    await codeCounts.add([scan('84', 5), scan('844', 7, NOW - 60_000), scan(null, 2), scan('01', 1)]);
    await codeCounts.add([scan('84', 1, NOW - 1000), { ...scan('84', 50), campaign: '75-nghin-sang-kien' }]);
    const by = (unit: string | null, at = NOW - 1000) => ({ campaign: CAMPAIGN, unit, at });
    await person('zalo:9:1', [by('844')], [entry('SK-1', NOW), entry('SK-2', NOW)]);
    await person('zalo:9:2', [by('844')], []);
    await person('zalo:9:3', [by('84')], [entry('SK-3', NOW - 5000), entry('SK-4', NOW, '75-nghin-sang-kien')]);
    await person('zalo:9:4', [{ ...by('84'), campaign: '75-nghin-sang-kien' }, by(null)], [entry('SK-5', NOW)]);
    await person('zalo:9:5', [], [entry('SK-6', NOW)]);

    const { here, rows } = await page(central, '84');
    expect([here.own, here.all, here.lastScanAt]).toEqual([
      { scans: 6, people: 1, entries: 0 },
      { scans: 13, people: 3, entries: 2 },
      NOW,
    ]);
    const district = rows.find(({ unit }) => unit === '844');
    expect(district).toMatchObject({ own: { scans: 7, people: 2, entries: 2 }, lastScanAt: NOW - 60_000 });
    const top = await page(central);
    expect([top.here.own, top.here.all]).toEqual([
      { scans: 2, people: 1, entries: 1 },
      { scans: 16, people: 4, entries: 3 },
    ]);
  });
});
