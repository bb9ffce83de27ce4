import type { ActFile } from './acts.ts';
import type { UploadedFile } from './api-request.ts';
import { toActFile, type Platform } from './platform.ts';

/** Files that the account uploaded to a platform, to be sent by their id. */
export type Assets = {
  add(file: UploadedFile): string;
  /** `expired`: it was there once. Null: no such id. */
  get(id: string): ActFile | 'expired' | null;
};

/** In memory, as are their bytes. `keptMs`: how long the platform keeps an upload. */
export function makeAssets(platform: Platform, keptMs: number): Assets {
  const assets = new Map<string, { fileId: string; at: number }>();
  return {
    add({ name, mime, bytes }) {
      const fileId = platform.files.add(name, mime, bytes).id;
      const id = String(parseInt(platform.newId().slice(0, 12), 16)); // Messenger's ids are digits, Zalo's anything
      assets.set(id, { fileId, at: platform.clock.now() });
      return id;
    },
    get(id) {
      const asset = assets.get(id);
      if (!asset) return null;
      const file = platform.files.get(asset.fileId);
      if (!file || platform.clock.now() - asset.at > keptMs) return 'expired';
      return toActFile(platform, file);
    },
  };
}
