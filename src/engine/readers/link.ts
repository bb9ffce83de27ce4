export type LinksRead = {
  /** `https` links to an allowed host, in the order they stand, each once. */
  ok: string[];
  refused: { text: string; reason: 'notHttps' | 'host' | 'malformed' }[];
};

/** Where Google shares files and albums from. */
export const GOOGLE_SHARE_HOSTS: readonly string[] = ['drive.google.com', 'docs.google.com', 'photos.app.goo.gl'];

const MAX_LINK_CHARS = 2000;
const MAX_LINKS = 20;
/** With a scheme, or something with dots that may be a host and a path. */
const CANDIDATE =
  /[a-z][a-z0-9+.-]{1,11}:\/\/[^\s<>"“”]+|(?<![\w@.-])(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}(?![\w-])(?::\d+)?(?:[/?#][^\s<>"“”]*)?/giu;
/** A bare host is meant as a link when it ends in one of these; `bien-ban.pdf` is a file. */
const COMMON_TLD = /\.(?:com|vn|net|org|edu|gov|gl|ly|me)$/i;

/**
 * Share links in a text. The scheme may be missing, punctuation and words may stand around. Nothing is fetched.
 * @param hosts exact host names that are allowed
 */
export function readLinks(text: string, hosts: readonly string[] = GOOGLE_SHARE_HOSTS): LinksRead {
  const found: LinksRead = { ok: [], refused: [] };
  const tidy = text.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  for (const [raw] of tidy.matchAll(CANDIDATE)) {
    if (found.ok.length + found.refused.length >= MAX_LINKS) break;
    const link = withoutTail(raw.slice(0, MAX_LINK_CHARS + 1));
    const schemed = /^[a-z][a-z0-9+.-]*:\/\//i.test(link);
    if (!schemed && !meansLink(link, hosts)) continue;
    const verdict = judge(schemed ? link : `https://${link}`, hosts);
    if (verdict.type === 'ok') {
      if (!found.ok.includes(verdict.href)) found.ok.push(verdict.href);
    } else if (!found.refused.some((r) => r.text === link)) found.refused.push({ text: link, reason: verdict.type });
  }
  return found;
}

type Verdict = { type: 'ok'; href: string } | { type: 'notHttps' | 'host' | 'malformed' };

function judge(link: string, hosts: readonly string[]): Verdict {
  if (link.length > MAX_LINK_CHARS || !URL.canParse(link)) return { type: 'malformed' };
  const url = new URL(link);
  if (!hosts.includes(url.hostname)) return { type: 'host' };
  if (url.protocol !== 'https:') return { type: 'notHttps' };
  const odd = url.username !== '' || url.password !== '' || url.port !== '';
  // The host alone shares nothing: the rest was left out when it was copied.
  return odd || (url.pathname === '/' && url.search === '') ? { type: 'malformed' } : { type: 'ok', href: url.href };
}

/** Without the punctuation of the sentence around; a closing bracket stays when its opening one is in the link. */
function withoutTail(raw: string): string {
  let link = raw;
  for (;;) {
    const last = link.at(-1) ?? '';
    const opening = { ')': '(', ']': '[', '}': '{' }[last];
    if (opening === undefined ? !/[.,;:!?'’…*_»]/u.test(last) : link.includes(opening)) return link;
    link = link.slice(0, -1);
  }
}

function meansLink(link: string, hosts: readonly string[]): boolean {
  const host = (/^[^/?#:]+/.exec(link)?.[0] ?? '').toLowerCase();
  return hosts.includes(host) || host.startsWith('www.') || host.length < link.length || COMMON_TLD.test(host);
}
