import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Lang } from '../core/campaign.ts';
import { landingPage, PAGE_POLICY, type CodeFound } from './page.ts';
import { isScan, SAME_SCAN_SECONDS, scanCookie } from './scans.ts';
import type { LandingTexts } from './texts.ts';

export type LandingOptions = {
  /** Reads a code tolerantly; null when it stands for nothing. Names in the given language. */
  findCode(code: string, lang: Lang): CodeFound | null;
  /** Page id or user name; null = channel off. */
  messengerPage: string | null;
  /** OA id; null = channel off. */
  zaloOa: string | null;
  texts: Readonly<Record<Lang, LandingTexts>>;
  /** Links lead to the phone page instead of the real apps. */
  simulator: boolean;
  /** A person seems to have opened the page of this code, in its printed form. Must not wait for anything. */
  onScan(code: string): void;
};

/**
 * Answers `GET /q/<code>` and `GET /q`; true when the request was one of these. `?lang=en` changes the language.
 * An unknown code gives a page that works without one, with status 200: the poster on the wall cannot be changed, and an
 * in-app browser may replace a 404 by a page of its own.
 */
export function landingHandler(options: LandingOptions): (req: IncomingMessage, res: ServerResponse) => boolean {
  return (req, res) => {
    const url = new URL(req.url ?? '/', 'http://landing.invalid');
    const match = /^\/q(?:\/([^/]*))?\/?$/.exec(url.pathname);
    if (!match || (req.method !== 'GET' && req.method !== 'HEAD')) return false;

    const given = decode(match[1] ?? '').slice(0, 60);
    const lang: Lang = url.searchParams.get('lang') === 'en' ? 'en' : 'vi';
    const found = given === '' ? null : options.findCode(given, lang);
    const html = landingPage(
      {
        lang,
        // Below the address as it came: behind a proxy the path may have more in front.
        otherLangUrl: `?lang=${lang === 'vi' ? 'en' : 'vi'}`,
        found,
        isUnknown: given !== '' && !found,
        ...links(options, found),
      },
      options.texts[lang],
    );
    const body = Buffer.from(html, 'utf8');
    if (found && isScan(req, found.code)) {
      res.setHeader('set-cookie', scanCookie(found.code));
      options.onScan(found.code);
    }
    res.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-length': body.length,
      'content-language': lang,
      'cache-control': `private, max-age=${SAME_SCAN_SECONDS}`,
      'content-security-policy': PAGE_POLICY,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    res.end(req.method === 'HEAD' ? undefined : body);
    return true;
  };
}

function links(
  { messengerPage, zaloOa, simulator }: LandingOptions,
  found: CodeFound | null,
): { messengerUrl: string | null; zaloUrl: string | null } {
  const code = found ? encodeURIComponent(found.code) : '';
  if (simulator) {
    const phone = (channel: string): string => `/simulator?channel=${channel}${code === '' ? '' : `&code=${code}`}`;
    return { messengerUrl: messengerPage && phone('messenger'), zaloUrl: zaloOa && phone('zalo') };
  }
  // A real button and no redirect: iOS opens the app only from a tap. Source: messenger.md §7.
  const page = messengerPage && `https://m.me/${encodeURIComponent(messengerPage)}`;
  return {
    messengerUrl: page && (code === '' ? page : `${page}?ref=${code}`),
    zaloUrl: zaloOa && `https://zalo.me/${encodeURIComponent(zaloOa)}`,
  };
}

/** A broken escape is read as it stands. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
