import { clean } from './fold.ts';

export type LinksRead = {
  ok: string[];
  refused: { text: string; reason: 'notHttps' | 'host' | 'malformed' }[];
};

const CANDIDATE = /(?:[a-z][a-z0-9+.-]*:\/\/|www\.)\S+|\b(?:[a-z0-9-]+\.)+(?:com|vn|org|net|gl)\/\S+/giu;
const TRAILING = /[.,;:!?)\]}>"'”’»]+$/u;
const MAX_LINKS = 10;
const MAX_LENGTH = 2000;

/** Finds shared links in a message. Only https links of `hosts` are taken; a link without a scheme is read as https. Nothing is fetched. */
export function readLinks(text: string, hosts: readonly string[]): LinksRead {
  const read: LinksRead = { ok: [], refused: [] };
  for (const [found] of clean(text).slice(0, 20_000).matchAll(CANDIDATE)) {
    if (read.ok.length + read.refused.length >= MAX_LINKS) break;
    const bare = found.replace(TRAILING, '');
    const url = parse(bare);
    if (!url || bare.length > MAX_LENGTH || url.username || url.password)
      read.refused.push({ text: bare, reason: 'malformed' });
    else if (url.protocol !== 'https:') read.refused.push({ text: bare, reason: 'notHttps' });
    else if (!hosts.includes(url.hostname) || url.port !== '') read.refused.push({ text: bare, reason: 'host' });
    else if (url.pathname.length < 2) read.refused.push({ text: bare, reason: 'malformed' });
    else if (!read.ok.includes(url.href)) read.ok.push(url.href);
  }
  return read;
}

function parse(text: string): URL | null {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  return URL.canParse(whole) ? new URL(whole) : null;
}
