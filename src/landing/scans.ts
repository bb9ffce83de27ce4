import type { IncomingMessage } from 'node:http';

/** Programs that open addresses by themselves: search, previews of links in chats, watches over servers, command lines. */
const PROGRAMS =
  /bot\b|bot[/;_ -]|crawl|spider|slurp|preview|externalhit|externalagent|facebookcatalog|whatsapp\/|skypeuri|embedly|monitor|uptime|pingdom|headless|lighthouse|curl|wget|python|java\/|okhttp|go-http|libwww|axios|node-fetch|undici/i;

/** A reload, or the other language, within this time is the same scan. */
export const SAME_SCAN_SECONDS = 60;
const COOKIE = 'scanned';

/**
 * Whether a person seems to have opened this code just now: not HEAD, not a program, nothing loaded ahead of a tap, and not the
 * same browser again within a minute. That browser is known by a cookie that holds the code alone and is gone after a minute:
 * whole factories share one address and one kind of phone, so neither tells people apart.
 */
export function isScan({ method, headers }: IncomingMessage, code: string): boolean {
  if (method !== 'GET') return false;
  const agent = headers['user-agent'] ?? '';
  if (agent === '' || PROGRAMS.test(agent)) return false;
  if (/prefetch|prerender/i.test(String(headers['sec-purpose'] ?? headers['purpose'] ?? ''))) return false;
  const goal = headers['sec-fetch-dest'];
  if (goal !== undefined && goal !== 'document') return false;
  return !(headers.cookie ?? '').split(/;\s*/).includes(`${COOKIE}=${code}`);
}

/** Sent with every page of a code. Without a path it holds for all codes beside this one, also below the path of a proxy. */
export const scanCookie = (code: string): string =>
  `${COOKIE}=${code}; Max-Age=${SAME_SCAN_SECONDS}; HttpOnly; SameSite=Lax`;
