import { createServer } from 'node:http';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { landingHandler } from '../../src/landing/handler.ts';
import { makeScanCounter, type ScanCount } from '../../src/landing/scan-counter.ts';
import { texts } from './texts.ts';

const PHONE = 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 Zalo android/12';
const found = { campaignName: '01 triệu sáng kiến', unitName: null, code: '1TR-84', closesText: null };

/** The landing page, and what it counted. */
function landing() {
  const scans: string[] = [];
  const handle = landingHandler({
    findCode: (code) => (code.startsWith('1') ? { ...found, code } : null),
    messengerPage: 'trangthu',
    zaloOa: null,
    texts,
    simulator: false,
    onScan: (code) => scans.push(code),
  });
  const server = createServer((req, res) => void handle(req, res));
  const open = (path: string, headers: Record<string, string> = {}, method: 'get' | 'head' = 'get') =>
    request(server)
      [method](path)
      .set({ 'user-agent': PHONE, ...headers });
  return { scans, open };
}

describe('a scan', () => {
  it('is a phone that opens the page of a code', async () => {
    const { scans, open } = landing();
    await open('/q/1TR-84', { 'sec-fetch-dest': 'document' });
    await open('/q/1TR-85');
    expect(scans).toEqual(['1TR-84', '1TR-85']);
  });

  it('is one, when the same browser opens it again within the minute, in another language too', async () => {
    const { scans, open } = landing();
    const { headers } = await open('/q/1TR-84');
    const [cookie = ''] = headers['set-cookie'] as unknown as string[];
    expect(cookie).toBe('scanned=1TR-84; Max-Age=60; HttpOnly; SameSite=Lax');
    await open('/q/1TR-84?lang=en', { cookie: `other=1; ${cookie.split(';')[0]}` });
    expect(scans).toEqual(['1TR-84']);
    await open('/q/1TR-85', { cookie: cookie.split(';')[0] ?? '' });
    expect(scans).toEqual(['1TR-84', '1TR-85']);
  });

  it('is two of two phones of one kind behind one address, as in a factory', async () => {
    const { scans, open } = landing();
    await open('/q/1TR-84');
    await open('/q/1TR-84');
    expect(scans).toHaveLength(2);
  });

  it.each([
    ['a preview of Facebook', { 'user-agent': 'facebookexternalhit/1.1' }],
    ['a search engine', { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' }],
    ['a watch over servers', { 'user-agent': 'curl/8.5.0' }],
    ['nothing that says what it is', { 'user-agent': '' }],
    ['a page loaded ahead of a tap', { 'sec-purpose': 'prefetch;prerender' }],
    ['a picture on another page', { 'sec-fetch-dest': 'image' }],
  ])('is not %s', async (_, headers) => {
    const { scans, open } = landing();
    expect((await open('/q/1TR-84', headers)).status).toBe(200);
    expect(scans).toEqual([]);
  });

  it('is not HEAD, an unknown code or the page without one', async () => {
    const { scans, open } = landing();
    await open('/q/1TR-84', {}, 'head');
    const unknown = await open('/q/khong-co');
    await open('/q');
    expect([scans, unknown.headers['set-cookie']]).toEqual([[], undefined]);
  });

  it('is kept from nobody by a shared cache', async () => {
    expect((await landing().open('/q/1TR-84')).headers['cache-control']).toBe('private, max-age=60');
  });
});

describe('what was counted', () => {
  const NOW = 1_653_700_000_000;

  function counter(fails: number[] = []) {
    const written: (readonly ScanCount[])[] = [];
    const failures: unknown[] = [];
    let tries = 0;
    let noteWrite = (): void => {};
    const made = makeScanCounter({
      write: (counts) => {
        if (fails.includes(++tries)) return Promise.reject(new Error('away'));
        written.push(counts);
        noteWrite();
        return Promise.resolve();
      },
      now: () => NOW,
      onFailure: (error) => failures.push(error),
      everyMs: 1,
    });
    return { ...made, written, failures, nextWrite: () => new Promise<void>((done) => (noteWrite = done)) };
  }

  it('is written together a little later', async () => {
    const { count, written, nextWrite } = counter();
    const write = nextWrite();
    for (const unit of ['84', '84', null]) count('01-trieu-sang-kien', unit);
    expect(written).toEqual([]);
    await write;
    expect(written).toEqual([
      [
        { campaign: '01-trieu-sang-kien', unit: '84', scans: 2, lastAt: NOW },
        { campaign: '01-trieu-sang-kien', unit: null, scans: 1, lastAt: NOW },
      ],
    ]);
  });

  it('is kept while the store is away, and written with what came since', async () => {
    const { count, written, failures, nextWrite } = counter([1, 2]);
    const write = nextWrite();
    count('a', '84');
    count('a', '84');
    await write;
    expect([failures.length, written.flat().map(({ scans }) => scans)]).toEqual([2, [2]]);
  });

  it('is written at the end', async () => {
    const { count, close, written } = counter();
    count('a', '84');
    await close();
    await close();
    expect(written.flat().map(({ scans }) => scans)).toEqual([1]);
  });
});
