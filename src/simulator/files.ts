import { createHash, randomBytes } from 'node:crypto';

/** Bytes a made-up person sent, as the platform would keep them. */
export type SentFile = { id: string; name: string; mime: string; bytes: Buffer };

export type Files = {
  add(name: string, mime: string, bytes: Buffer): SentFile;
  get(id: string): SentFile | null;
};

export const MAX_FILE_BYTES = 40 * 1024 * 1024;
const MAX_TOTAL_BYTES = 160 * 1024 * 1024;

/** In memory; the oldest go first when it gets too much. */
export function makeFiles(): Files {
  const files = new Map<string, SentFile>();
  let total = 0;
  return {
    add(name, mime, bytes) {
      const file = { id: randomBytes(9).toString('base64url'), name: name.slice(-120), mime, bytes };
      files.set(file.id, file);
      total += bytes.length;
      for (const [id, old] of files) {
        if (total <= MAX_TOTAL_BYTES || id === file.id) break;
        files.delete(id);
        total -= old.bytes.length;
      }
      return file;
    },
    get: (id) => files.get(id) ?? null,
  };
}

export const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');
