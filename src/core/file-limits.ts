import type { ProofFile } from './answers.ts';
import type { ChannelName } from './contact.ts';

/** How a platform shows a file. `animation`: a GIF where it is neither picture nor file. */
export type SentAs = 'image' | 'animation' | 'file' | 'audio' | 'video';

/** One type of file that a platform takes from us. */
export type FileLimit = { mime: string; as: SentAs; maxBytes: number };

/** Assumed decimal: the platforms write "MB", and the smaller reading is refused by neither. */
const MB = 1_000_000;
const PDF = 'application/pdf';
const DOC = 'application/msword';
const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const PPTX = 'application/vnd.openxmlformats-officedocument.presentationml.presentation';

const several = (mimes: readonly string[], as: SentAs, maxBytes: number): FileLimit[] =>
  mimes.map((mime) => ({ mime, as, maxBytes }));

/**
 * What staff may send as a file, by its type as read from its bytes. Messenger takes more types than stand here.
 * Source: Zalo OA upload API as relayed (zalo.md §2.4, §2.5): jpg and png 1 MB; pdf, doc and docx 5 MB; Assumed for gif the same
 * 5 MB, its limit is not told. Messenger Platform, Send API (messenger.md §3.3): pictures 8 MB, everything else 25 MB.
 */
export const FILE_LIMITS: Readonly<Record<ChannelName, readonly FileLimit[]>> = {
  zalo: [
    ...several(['image/jpeg', 'image/png'], 'image', MB),
    ...several(['image/gif'], 'animation', 5 * MB),
    ...several([PDF, DOC, DOCX], 'file', 5 * MB),
  ],
  messenger: [
    ...several(['image/jpeg', 'image/png', 'image/gif'], 'image', 8 * MB),
    ...several([PDF, DOC, DOCX, XLSX, PPTX], 'file', 25 * MB),
    ...several(['video/mp4', 'video/quicktime'], 'video', 25 * MB),
    ...several(['audio/mpeg', 'audio/x-m4a', 'audio/mp4', 'audio/wav'], 'audio', 25 * MB),
  ],
};

/** The limit a file falls under; null when the platform does not take its type. */
export const fileLimitOf = (channel: ChannelName, mime: string): FileLimit | null =>
  FILE_LIMITS[channel].find((limit) => limit.mime === mime) ?? null;

/** Why a file may not be sent; null when it may. */
export function fileFault(
  channel: ChannelName,
  { mime, size }: Pick<ProofFile, 'mime' | 'size'>,
): 'type' | 'size' | 'empty' | null {
  const limit = fileLimitOf(channel, mime);
  if (limit === null) return 'type';
  if (size <= 0) return 'empty';
  return size > limit.maxBytes ? 'size' : null;
}
