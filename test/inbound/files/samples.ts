import { crc32 } from 'node:zlib';

/** A whole 1x1 picture. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
export const JPEG = Buffer.concat([
  Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  Buffer.alloc(100, 1),
  Buffer.from('ffd9', 'hex'),
]);
export const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF');
export const HTML = Buffer.from('<!doctype html><html><body><script>alert(1)</script></body></html>');

/** A zip of uncompressed files. */
export function zip(files: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const name = Buffer.from(path);
    const data = Buffer.from(text);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, tail, name]));
    parts.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(central.length, 4);
  end.writeUInt16LE(central.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, directory, Buffer.from('PK\x05\x06'), end]);
}

export const DOCX = zip({
  '[Content_Types].xml':
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
  'word/document.xml': '<w:document/>',
});

type Entry = { name: string; type: number; left?: number; right?: number; child?: number };

/** A compound file of one allocation table and as many directory sectors as needed. */
export function cfb(entries: readonly Entry[]): Buffer {
  const none = 0xffffffff;
  const directorySectors = Math.ceil(entries.length / 4);
  const header = Buffer.alloc(512);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(header);
  header.writeUInt16LE(0x3e, 24);
  header.writeUInt16LE(3, 26);
  header.writeUInt16LE(0xfffe, 28);
  header.writeUInt16LE(9, 30);
  header.writeUInt16LE(6, 32);
  header.writeUInt32LE(1, 44);
  header.writeUInt32LE(1, 48);
  header.writeUInt32LE(4096, 56);
  header.writeUInt32LE(0xfffffffe, 60);
  header.writeUInt32LE(0xfffffffe, 68);
  for (let index = 0; index < 109; index++) header.writeUInt32LE(index === 0 ? 0 : none, 76 + index * 4);
  const fat = Buffer.alloc(512, 0xff);
  fat.writeUInt32LE(0xfffffffd, 0);
  for (let n = 1; n <= directorySectors; n++) fat.writeUInt32LE(n === directorySectors ? 0xfffffffe : n + 1, n * 4);
  const directory = Buffer.alloc(directorySectors * 512);
  for (const [index, { name, type, left = none, right = none, child = none }] of entries.entries()) {
    const entry = directory.subarray(index * 128, index * 128 + 128);
    entry.write(name, 'utf16le');
    entry.writeUInt16LE(name.length * 2 + 2, 64);
    entry.writeUInt8(type, 66);
    for (const [at, id] of [left, right, child].entries()) entry.writeUInt32LE(id, 68 + at * 4);
  }
  return Buffer.concat([header, fat, directory]);
}

const root = (child: number): Entry => ({ name: 'Root Entry', type: 5, child });
export const DOC = cfb([
  root(2),
  { name: '1Table', type: 2 },
  { name: 'Data', type: 2, left: 1, right: 3 },
  { name: 'ObjectPool', type: 1, right: 4 },
  { name: 'WordDocument', type: 2 },
]);
export const XLS = cfb([root(1), { name: 'Workbook', type: 2 }]);
/** A sheet with a Word document within it. */
export const XLS_WITH_DOC = cfb([
  root(1),
  { name: 'Workbook', type: 2, right: 2 },
  { name: 'MBD0001', type: 1, child: 3 },
  { name: 'WordDocument', type: 2 },
]);
