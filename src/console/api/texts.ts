import { z } from 'zod';
import type { ConsoleParts } from '../parts.ts';
import { route, type ConsoleRoute } from './route.ts';

const CACHE_SECONDS = 300;

/** The page's own sentences, for everyone: also the sign-in needs them. */
export function textRoutes({ texts }: Pick<ConsoleParts, 'texts'>): ConsoleRoute[] {
  return [
    route({
      method: 'GET',
      path: '/texts/:lang',
      access: 'public',
      scope: 'none',
      params: z.strictObject({ lang: z.enum(['vi', 'en']) }),
      handle: ({ params: { lang } }) => ({
        type: 'json',
        status: 200,
        body: texts[lang],
        headers: { 'cache-control': `public, max-age=${CACHE_SECONDS}` },
      }),
    }),
  ];
}
