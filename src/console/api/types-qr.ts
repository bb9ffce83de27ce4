/** What the routes of QR codes give, as JSON. Types only: the page imports them too. Instants are epoch ms. */

/** `people`: who began by this code; `entries`: what they submitted since. */
export type QrCounts = { scans: number; people: number; entries: number };

export type QrCode = {
  /** Null = the campaign as a whole. */
  unit: string | null;
  name: string;
  /** As it is printed: `1TR-84`. */
  code: string;
  /** What the code holds. */
  link: string;
  /** In words, of the open phase or the next; '' when all are over. */
  deadline: string;
  own: QrCounts;
  /** With all units below. */
  all: QrCounts;
  lastScanAt: number | null;
  /** Units directly below, and all below. */
  children: number;
  below: number;
};

/** GET /qr?campaign=&under=&lang= ; without `under` the highest one that the asker sees. */
export type QrPage = {
  campaign: string;
  /** From the highest unit that the asker sees down to `here`, which is not among them. */
  path: { unit: string | null; name: string }[];
  here: QrCode;
  rows: QrCode[];
  /** The address in the codes, and whether phones elsewhere can open it. */
  address: string;
  isPublic: boolean;
  /** No phase is open or still to come. */
  isOver: boolean;
};

/**
 * Files, `:unit` = `-` for the campaign as a whole; all take `lang` (`vi` when missing), the words on a poster:
 * GET /qr/:campaign/:unit/code.png?size= , code.svg , poster.pdf , and of the unit with all below posters.pdf , posters.zip
 */
export const QR_SIZES = [512, 1024, 2048] as const;
