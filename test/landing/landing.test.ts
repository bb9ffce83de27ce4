import { createHash } from 'node:crypto';
import request from 'supertest';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { landingHandler, type LandingOptions } from '../../src/landing/handler.ts';
import { texts } from './texts.ts';

const found = {
  campaignName: '01 triệu sáng kiến',
  unitName: 'LĐLĐ tỉnh Trà Vinh',
  code: '1TR-84',
  closesText: '24h00 ngày 31/5/2022',
};
const options: LandingOptions = {
  findCode: (code) => (code.toUpperCase() === '1TR-84' ? found : null),
  messengerPage: 'trangthu',
  zaloOa: '3700111222333444555',
  texts,
  simulator: false,
  onScan() {},
};

function get(path: string, changes: Partial<LandingOptions> = {}) {
  const handle = landingHandler({ ...options, ...changes });
  const server = createServer((req, res) => {
    if (!handle(req, res)) res.writeHead(404).end();
  });
  return request(server).get(path);
}

describe('the page behind a QR code', () => {
  it('names campaign, unit and closing time, and leads to Messenger with the code as ref', async () => {
    const { status, text } = await get('/q/1tr-84');
    expect(status).toBe(200);
    expect(text).toContain('LĐLĐ tỉnh Trà Vinh');
    expect(text).toContain('24h00 ngày 31/5/2022');
    expect(text).toContain('href="https://m.me/trangthu?ref=1TR-84"');
  });

  it('shows the code to be sent on Zalo, as text that works without a script', async () => {
    const { text } = await get('/q/1TR-84');
    expect(text).toContain('<strong id="code">1TR-84</strong>');
    expect(text).toContain('href="https://zalo.me/3700111222333444555"');
    expect(text).toMatch(/<button[^>]* hidden /); // a button that could do nothing yet
  });

  it('with an unknown code says so and works without one', async () => {
    const { status, text } = await get('/q/khong-co');
    expect(status).toBe(200);
    expect(text).toContain(texts.vi.unknownCode);
    expect(text).toContain('href="https://m.me/trangthu"');
    expect(text).not.toContain('khong-co');
  });

  it('offers only the channels that are on', async () => {
    const onlyZalo = (await get('/q/1TR-84', { messengerPage: null })).text;
    expect(onlyZalo).not.toContain('m.me');
    const none = (await get('/q/1TR-84', { messengerPage: null, zaloOa: null })).text;
    expect(none).toContain(texts.vi.noChannel);
  });

  it('leads to the phones of the simulator where that is on', async () => {
    const { text } = await get('/q/1TR-84', { simulator: true });
    expect(text).toContain('href="/simulator?channel=zalo&amp;code=1TR-84"');
    expect(text).toContain('href="/simulator?channel=messenger&amp;code=1TR-84"');
  });

  it('is there in English too', async () => {
    const { text } = await get('/q/1TR-84?lang=en');
    expect(text).toContain('<html lang="en">');
    expect(text).toContain(texts.en.zalo);
    expect(text).toContain('href="?lang=vi"');
  });

  it('is small, and lets nothing run but its own style and script', async () => {
    const { text, headers } = await get('/q/1TR-84');
    expect(Buffer.byteLength(text)).toBeLessThan(15_000);
    const policy = headers['content-security-policy'] ?? '';
    for (const tag of ['style', 'script']) {
      const inside = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(text)?.[1] ?? '';
      expect(policy).toContain(`${tag}-src 'sha256-${createHash('sha256').update(inside).digest('base64')}'`);
    }
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('prints names and codes as text, whatever they hold', async () => {
    const odd = { ...found, campaignName: '<script>alert(1)</script>', code: '"><b>' };
    const { text } = await get('/q/a', { findCode: () => odd });
    expect(text).not.toContain('<script>alert');
    expect(text).not.toContain('"><b>');
  });

  it.each(['/q/%', '/q/%ff%00', `/q/${'a'.repeat(5000)}`, '/q/', '/q'])('is usable at %s', async (path) => {
    expect((await get(path)).status).toBe(200);
  });

  it('leaves other addresses to others', async () => {
    expect((await get('/q/a/b')).status).toBe(404);
    expect((await get('/quiz')).status).toBe(404);
  });
});
