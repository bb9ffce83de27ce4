import { crc32, deflateSync } from 'node:zlib';

export type SampleName = 'image' | 'image2' | 'pdf' | 'word' | 'tooLarge' | 'voice' | 'sticker';
export type Sample = { name: string; mime: string; bytes: Buffer };

export const isSampleName = (name: string): name is SampleName => Object.hasOwn(makers, name);

/** A real file of its kind, made on the spot. */
export function makeSample(name: SampleName): Sample {
  return makers[name]();
}

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const TOO_LARGE_BYTES = 30 * 1024 * 1024;

const makers: Readonly<Record<SampleName, () => Sample>> = {
  image: () => ({ name: 'gia-do-xoay.png', mime: 'image/png', bytes: picture(0) }),
  image2: () => ({ name: 'sau-cai-tien.png', mime: 'image/png', bytes: picture(1) }),
  pdf: () => ({ name: 'bien-ban-nghiem-thu.pdf', mime: 'application/pdf', bytes: pdf() }),
  word: () => ({ name: 'mo-ta-sang-kien.docx', mime: DOCX, bytes: docx() }),
  tooLarge: () => ({
    name: 'video-thuyet-minh.pdf',
    mime: 'application/pdf',
    bytes: Buffer.concat([pdf(), Buffer.alloc(TOO_LARGE_BYTES)]),
  }),
  voice: () => ({
    name: 'tin-thoai.amr',
    mime: 'audio/amr',
    bytes: Buffer.from('#!AMR\n'.padEnd(640, '\0'), 'latin1'),
  }),
  sticker: () => ({ name: 'sticker.png', mime: 'image/png', bytes: png(96, 96, thumb) }),
};

type Color = readonly [number, number, number];

/** A workbench with a round holder, as flat shapes; `variant` changes the colours. */
function picture(variant: number): Buffer {
  const [width, height] = [480, 320];
  const wall: Color = variant === 0 ? [222, 233, 242] : [240, 232, 220];
  return png(width, height, (x, y) => {
    const [dx, dy] = [x - 250, y - 168];
    const radius = Math.hypot(dx, dy * 1.15);
    const spoke = Math.abs(((Math.atan2(dy, dx) * 3) / Math.PI + 6) % 1) < 0.12;
    if (radius < 18) return [70, 80, 95];
    if (radius < 84 && (radius > 66 || spoke)) return variant === 0 ? [0, 104, 200] : [0, 135, 110];
    if (x > 236 && x < 264 && y > 168 && y < 246) return [96, 106, 120];
    if (y > 246 && y < 262) return [150, 104, 62];
    if (y >= 262) return (x > 60 && x < 84) || (x > 396 && x < 420) ? [122, 82, 46] : [205, 210, 214];
    if (x > 336 && x < 426 && y > 196 && y < 246) return [232, 169, 60];
    return (x + 40) % 120 < 2 || y % 80 < 2 ? [206, 219, 230] : wall;
  });
}

function thumb(x: number, y: number): Color {
  const inFist = x > 30 && x < 76 && y > 42 && y < 80;
  const inThumb = x > 34 && x < 52 && y > 16 && y < 60;
  if (inFist || inThumb) return [255, 200, 60];
  return x > 16 && x < 28 && y > 42 && y < 82 ? [0, 104, 255] : [255, 255, 255];
}

/** Truecolour, no filters. */
function png(width: number, height: number, colorAt: (x: number, y: number) => Color): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0, at = 0; y < height; y++) {
    at++; // filter type 0
    for (let x = 0; x < width; x++) for (const part of colorAt(x, y)) rows[at++] = part;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** One page, one line of ASCII. */
function pdf(): Buffer {
  const content = 'BT /F1 18 Tf 72 720 Td (Bien ban nghiem thu - tai lieu mau) Tj ET';
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(`${text}xref\n0 ${size}\n0000000000 65535 f \n${rows}${trailer}`, 'latin1');
}

/** The three parts Word needs. */
function docx(): Buffer {
  const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
  const office = 'http://schemas.openxmlformats.org';
  const main = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
  return zip([
    [
      '[Content_Types].xml',
      `${xml}<Types xmlns="${office}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${main}"/></Types>`,
    ],
    [
      '_rels/.rels',
      `${xml}<Relationships xmlns="${office}/package/2006/relationships"><Relationship Id="rId1" Type="${office}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    ],
    [
      'word/document.xml',
      `${xml}<w:document xmlns:w="${office}/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Gia do xoay cho may may - tai lieu mau.</w:t></w:r></w:p></w:body></w:document>`,
    ],
  ]);
}

/** Stored, not compressed. */
function zip(entries: readonly (readonly [name: string, text: string])[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of entries) {
    const [path, data] = [Buffer.from(name), Buffer.from(text)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, path, data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, path]));
    locals.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, index, end]);
}
