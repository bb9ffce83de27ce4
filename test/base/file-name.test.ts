import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { kindOf } from '../../src/base/file-kind.ts';
import { cleanName, dispositionName, nameFor, urlName } from '../../src/base/file-name.ts';
import { DOC, DOCX, PDF } from '../inbound/files/samples.ts';

test.each([
  ['Bằng khen.pdf', 'Bằng khen.pdf'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\x\\giấy.doc', 'giấy.doc'],
  ['a\u202Efdp.exe', 'afdp.exe'],
  ['a\u0000b\nc\u200B.pdf', 'abc.pdf'],
  ['  ..hidden.  ', 'hidden'],
  ['a<b>:"|?*.pdf', 'a_b______.pdf'],
  ['..', ''],
  ['\uD800.pdf', 'pdf'],
  ['x'.repeat(500), 'x'.repeat(120)],
])('%j becomes %j', (name, clean) => {
  expect(cleanName(name)).toBe(clean);
});

test.each([
  ['png', ['ảnh.PNG'], 'ảnh.PNG'],
  ['jpg', ['ảnh.jpeg'], 'ảnh.jpeg'],
  ['pdf', ['ảnh.png'], 'ảnh.pdf'],
  ['pdf', ['virus.pdf.exe'], 'virus.pdf.pdf'],
  ['pdf', ['Quyết định 12.2022'], 'Quyết định 12.2022.pdf'],
  ['doc', ['', '', 'tên'], 'tên.doc'],
  ['doc', ['/', '..'], 'file.doc'],
  ['docx', [`${'x'.repeat(200)}.docx`], `${'x'.repeat(115)}.docx`],
])('a %s called %j is saved as %j', (ending, names, name) => {
  expect(nameFor(ending, names)).toBe(name);
});

test.each([
  [`attachment; filename="a b.pdf"`, 'a b.pdf'],
  [`attachment; filename=a.pdf; size=3`, 'a.pdf'],
  [`attachment; filename="x.pdf"; filename*=UTF-8''gi%E1%BA%A5y.pdf`, 'giấy.pdf'],
  [`attachment; filename*=UTF-8''%E1%ZZ.pdf`, '%E1%ZZ.pdf'],
  [`attachment; filename="${Buffer.from('giấy.pdf').toString('latin1')}"`, 'giấy.pdf'],
  [`attachment; filename="a\\"b.pdf"`, 'a"b.pdf'],
  ['inline', ''],
  ['', ''],
])('%j names %j', (header, name) => {
  expect(dispositionName(header)).toBe(name);
});

it('a name is safe whatever it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (raw) => {
      const name = nameFor('pdf', [raw]);
      expect(name).toMatch(/^[^/\\\p{Cc}\p{Cf}\p{Cs}]{1,120}\.pdf$/iu);
      expect(Array.from(name).length).toBeLessThanOrEqual(120);
      urlName(new URL(`https://x.example/${encodeURIComponent(raw.replace(/\p{Cs}/gu, ''))}`));
    }),
  );
});

it('a file cut off or changed anywhere is judged without a fault', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(DOC, DOCX, PDF), fc.nat(), fc.nat(), fc.nat(255), async (file, end, at, byte) => {
      const bytes = Buffer.from(file.subarray(0, 1 + (end % file.length)));
      bytes.writeUInt8(byte, at % bytes.length);
      await kindOf(bytes);
    }),
    { numRuns: 300 },
  );
});
