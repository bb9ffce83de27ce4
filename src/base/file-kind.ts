import { fileTypeFromBuffer } from 'file-type';

export type FileKind = { mime: string; ending: string };

const WORD_97: FileKind = { mime: 'application/msword', ending: 'doc' };

/** What a file is by its bytes, whatever it is called; null when nobody knows. */
export async function kindOf(bytes: Buffer): Promise<FileKind | null> {
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined); // cut off within a container
  if (!found) return null;
  if (found.mime === 'application/x-cfb') return isWord97(bytes) ? WORD_97 : null;
  return { mime: found.mime, ending: found.ext };
}

const ENTRY_BYTES = 128;
const FREE = 0xfffffffa; // from here on sector numbers have special meanings
const HEADER_FAT_SECTORS = 109;

/**
 * A compound file holds Word 97-2003, Excel, PowerPoint, Outlook, installers and more: it is Word when its root has a stream
 * `WordDocument`. Source: [MS-CFB] 2.2 to 2.6, [MS-DOC] 2.1.
 */
export function isWord97(bytes: Buffer): boolean {
  try {
    const entries = directoryOf(bytes);
    const names = rootNames(entries);
    return names.has('WordDocument');
  } catch (error) {
    if (error instanceof RangeError) return false; // points past the end
    throw error;
  }
}

function directoryOf(bytes: Buffer): Buffer[] {
  const sectorBytes = 1 << bytes.readUInt16LE(30);
  if (sectorBytes !== 512 && sectorBytes !== 4096) return [];
  const sector = (number: number): Buffer => {
    const start = (number + 1) * sectorBytes;
    if (start + sectorBytes > bytes.length) throw new RangeError('past the end');
    return bytes.subarray(start, start + sectorBytes);
  };
  const perSector = sectorBytes / 4;
  const nextOf = (number: number): number => {
    const fatSector = fatSectorAt(bytes, Math.floor(number / perSector), sector, perSector);
    return sector(fatSector).readUInt32LE((number % perSector) * 4);
  };
  const entries: Buffer[] = [];
  const seen = new Set<number>();
  for (let at = bytes.readUInt32LE(48); at < FREE && !seen.has(at); at = nextOf(at)) {
    seen.add(at);
    const content = sector(at);
    for (let start = 0; start < sectorBytes; start += ENTRY_BYTES) {
      entries.push(content.subarray(start, start + ENTRY_BYTES));
    }
  }
  return entries;
}

/** Number of the `index`-th sector of the allocation table: the first 109 stand in the header, the others in a chain. */
function fatSectorAt(bytes: Buffer, index: number, sector: (n: number) => Buffer, perSector: number): number {
  if (index < HEADER_FAT_SECTORS) return bytes.readUInt32LE(76 + index * 4);
  let left = index - HEADER_FAT_SECTORS;
  let table = sector(bytes.readUInt32LE(68));
  for (; left >= perSector - 1; left -= perSector - 1) table = sector(table.readUInt32LE((perSector - 1) * 4));
  return table.readUInt32LE(left * 4);
}

/** Names of the streams that hang on the root itself: a Word document within an Excel sheet lies deeper. */
function rootNames(entries: readonly Buffer[]): Set<string> {
  const names = new Set<string>();
  const seen = new Set<number>();
  const waiting = [entries[0]?.readUInt32LE(76) ?? FREE];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const entry = entries[id];
    if (!entry || seen.has(id)) continue;
    seen.add(id);
    const nameBytes = Math.min(entry.readUInt16LE(64), 64);
    const isStream = entry.readUInt8(66) === 2;
    if (isStream) names.add(entry.toString('utf16le', 0, Math.max(0, nameBytes - 2)));
    waiting.push(entry.readUInt32LE(68), entry.readUInt32LE(72));
  }
  return names;
}
