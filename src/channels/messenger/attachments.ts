import type { Attachment } from '../../core/event.ts';
import type { RawAttachment } from './schema.ts';

const KINDS: Readonly<Record<string, Attachment['kind']>> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  file: 'file',
  sticker: 'sticker',
  location: 'location',
  fallback: 'link',
  reel: 'link',
  ig_reel: 'link',
  post: 'link',
  ig_post: 'link',
  template: 'link',
};

/**
 * Attachments in our words. A sticker sent before 30 Aug 2026 came with an image of itself, which is left out.
 * Source: Messenger Platform, changelog and "message" event (messenger.md §2.5).
 */
export function readAttachments(raw: readonly RawAttachment[]): Attachment[] {
  const items = raw.map(toAttachment);
  const stickers = new Set(items.filter((item) => item.kind === 'sticker').map((item) => item.url));
  return items.filter((item) => item.kind !== 'image' || item.url === undefined || !stickers.has(item.url));
}

function toAttachment({ type, title, url, payload }: RawAttachment): Attachment {
  const link = payload?.url ?? url;
  const name = payload?.title ?? title ?? nameIn(link);
  const isSticker = payload?.sticker_id != null;
  const kind = isSticker ? 'sticker' : (Object.hasOwn(KINDS, type ?? '') && KINDS[type ?? '']) || 'unknown';
  return { kind, ...(link ? { url: link } : {}), ...(name ? { name } : {}) };
}

/** The last part of a link's path when it looks like a file name; the event itself tells none. */
function nameIn(link: string | null | undefined): string | null {
  if (!link || !URL.canParse(link)) return null;
  const last = new URL(link).pathname.split('/').at(-1) ?? '';
  if (!/\.\w{1,5}$/.test(last)) return null;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
