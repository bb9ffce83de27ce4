import type { Request, Response } from 'express';

export type CookieName = 'session' | 'oidc';

/** Whether the browser talks https with whoever stands in front of us, or with us. */
export const isSecure = (req: Request, publicUrl: string): boolean => req.secure || publicUrl.startsWith('https:');

/** `__Host-`: no other host of the domain, and nothing without https, can set it. */
function nameOf(name: CookieName, secure: boolean): string {
  return secure ? `__Host-console-${name}` : `console-${name}`;
}

/** '' when there is none. Of two with one name the first counts: browsers send the more particular path first. */
export function readCookie(req: Request, name: CookieName, publicUrl: string): string {
  const wanted = nameOf(name, isSecure(req, publicUrl));
  for (const pair of (req.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === wanted) return pair.slice(at + 1).trim();
  }
  return '';
}

/** '' takes it back. */
export function setCookie(
  req: Request,
  res: Response,
  name: CookieName,
  value: string,
  options: { publicUrl: string; maxAgeMs: number },
): void {
  const secure = isSecure(req, options.publicUrl);
  const lifetime = value === '' ? 0 : Math.floor(options.maxAgeMs / 1000);
  const parts = [`${nameOf(name, secure)}=${value}`, 'Path=/', `Max-Age=${lifetime}`, 'HttpOnly', 'SameSite=Lax'];
  if (secure) parts.push('Secure');
  res.append('set-cookie', parts.join('; '));
}
