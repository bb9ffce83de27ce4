import { describe, expect, it } from 'vitest';
import { readLinks } from '../../../src/engine/readers/link.ts';

const HOSTS = ['drive.google.com', 'docs.google.com'];
const FILE = 'https://drive.google.com/file/d/1AbC/view';

describe('a share link is found in what people send', () => {
  it.each([
    [FILE, [FILE]],
    [`${FILE}?usp=sharing`, [`${FILE}?usp=sharing`]],
    [`Đây ạ: ${FILE}. Cảm ơn`, [FILE]],
    [`(${FILE}), “${FILE}”`, [FILE]],
    [`${FILE}!!! 👍`, [FILE]],
    [`${FILE}）`, [FILE]],
    ['drive.google.com/file/d/1AbC/view', [FILE]],
    ['https:/drive.google.com/file/d/1AbC/view', [FILE]],
    ['HTTPS://Drive.Google.com/file/d/1AbC/view', [FILE]],
    [`\u200B${FILE}\u200B`, [FILE]],
    [`${FILE}\nhttps://docs.google.com/document/d/2/edit`, [FILE, 'https://docs.google.com/document/d/2/edit']],
    ['https://drive.google.com/x_(1)', ['https://drive.google.com/x_(1)']],
    ['https://drive.google.com/open?id=1AbC', ['https://drive.google.com/open?id=1AbC']],
    [`${FILE}"><script>`, [FILE]],
  ])('%j', (text, ok) => {
    expect(readLinks(text, HOSTS)).toEqual({ ok, refused: [] });
  });
});

describe('another link is refused for its reason', () => {
  it.each([
    ['http://drive.google.com/x', 'notHttps'],
    ['ftp://drive.google.com/x', 'notHttps'],
    ['https://example.com/x', 'host'],
    ['www.example.vn', 'host'],
    ['example.com/anh.jpg', 'host'],
    ['https://drive.google.com.example.com/x', 'host'],
    ['https://drive.google.com@example.com/x', 'host'],
    ['https://drivе.google.com/x', 'host'],
    ['https://xn--drive-4of.google.com/x', 'host'],
    ['https://drive.google.com./x', 'host'],
    ['https://127.0.0.1/x', 'host'],
    ['https://2130706433/x', 'host'],
    ['http://[::1]/x', 'host'],
    ['http://localhost/x', 'host'],
    ['file:///etc/passwd', 'host'],
    ['https://user:pass@drive.google.com/x', 'malformed'],
    ['https://drive.google.com:8443/x', 'malformed'],
    ['https://drive.google.com', 'malformed'],
    ['https://drive.google.com/', 'malformed'],
    [`https://drive.google.com/${'a'.repeat(2000)}`, 'malformed'],
  ])('%j: %s', (text, reason) => {
    const { ok, refused } = readLinks(text, HOSTS);
    expect(ok).toEqual([]);
    expect(refused.map((one) => one.reason)).toEqual([reason]);
  });
});

describe('words are no links', () => {
  it.each(
    [
      ['', 'không có', 'bien-ban.pdf', 'v.v.', '10.000.000 đồng', 'lan@drive.google.com', 'javascript:alert(1)'],
      ['192.168.1.1/x', 'https://', 'Xong.Cảm ơn', '24/7', 'và/hoặc'],
    ].flat(),
  )('%j', (text) => {
    expect(readLinks(text, HOSTS)).toEqual({ ok: [], refused: [] });
  });
  it('a link sent twice counts once, and at most twenty are looked at', () => {
    expect(readLinks(`${FILE} ${FILE}`, HOSTS).ok).toEqual([FILE]);
    const many = Array.from({ length: 50 }, (_, i) => `https://drive.google.com/f${i}`).join(' ');
    expect(readLinks(many, HOSTS).ok).toHaveLength(20);
  });
});
