import { afterAll, beforeAll, expect, it } from 'vitest';
import { contactId } from '../../src/core/contact.ts';
import { openConsole, type Browser, type TestConsole } from '../support/console.ts';
import { DOCX, PDF } from '../inbound/files/samples.ts';

const lan = contactId('zalo', 'oa1', 'lan');
const minh = contactId('zalo', 'oa1', 'minh');
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let desk: TestConsole;
let browser: Browser;
let elsewhere: Browser;
beforeAll(async () => {
  desk = await openConsole();
  await desk.contact(lan, ['84', '844']);
  await desk.contact(minh, ['01']);
  browser = await desk.signedIn({ unit: '84' });
  elsewhere = await desk.signedIn({ unit: '01' });
});
afterAll(() => desk.close());

const upload = (raw: Uint8Array, name: string) =>
  browser.api('POST', `/conversations/${encodeURIComponent(lan)}/files?name=${encodeURIComponent(name)}`, {
    raw,
    headers: { 'content-type': 'application/octet-stream' },
  });
const path = (contact: string, file: string) => `/files/${encodeURIComponent(contact)}/${file}`;

it('a file is what its bytes say, and saved under its name', async () => {
  const answer = await upload(PDF, 'Quyết định.exe');
  expect(answer.body).toMatchObject({ file: { name: 'Quyết định.pdf', mime: 'application/pdf', size: PDF.length } });
  const { fileId } = answer.body['file'] as { fileId: string };
  const got = await browser.api('GET', path(lan, fileId));
  expect([got.status, Buffer.from(got.text).length > 0]).toEqual([200, true]);
  expect(got.headers.get('content-type')).toBe('application/pdf');
  expect(got.headers.get('content-disposition')).toMatch(/^attachment; .*filename\*=UTF-8''Quy%E1%BA%BFt/);
  expect(got.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
  expect(got.headers.get('x-content-type-options')).toBe('nosniff');
  const etag = got.headers.get('etag') ?? '';
  expect((await browser.api('GET', path(lan, fileId), { headers: { 'if-none-match': etag } })).status).toBe(304);
});

it('a picture is shown in the page', async () => {
  const { fileId } = (await upload(PNG, 'ảnh')).body['file'] as { fileId: string };
  const got = await browser.api('GET', path(lan, fileId));
  expect(got.headers.get('content-disposition')).toMatch(/^inline; filename="_nh\.png"/);
});

it('a file is opened through its own conversation only, and by who may see that', async () => {
  const { fileId } = (await upload(DOCX, 'mô tả.docx')).body['file'] as { fileId: string };
  expect((await elsewhere.api('GET', path(lan, fileId))).status).toBe(404);
  expect((await elsewhere.api('GET', path(minh, fileId))).status).toBe(404);
  expect((await desk.browser().api('GET', path(lan, fileId))).status).toBe(401);
  expect((await browser.api('GET', path(lan, fileId))).status).toBe(200);
});

it('what the platform would not take is refused before it is kept', async () => {
  const text = await upload(Buffer.from('<script>alert(1)</script>'), 'a.pdf');
  expect([text.status, text.body]).toEqual([409, { why: 'fileType' }]);
  const large = await upload(Buffer.concat([PNG, Buffer.alloc(1_000_001)]), 'a.png');
  expect([large.status, large.body]).toEqual([409, { why: 'fileSize' }]);
  const empty = await upload(new Uint8Array(), 'a.png');
  expect([empty.status, empty.body]).toEqual([409, { why: 'fileEmpty' }]);
});
