import type { AudienceOptions, Run, RunActBody, RunAnswer } from '../../api/types-broadcasts.ts';
import { ApiError, call } from '../lib/http.ts';
import type { Translate } from '../lib/texts.tsx';
import { describe } from '../shell/states.tsx';

export const runPath = (id: string): string => `/broadcasts/run/${encodeURIComponent(id)}`;
const apiOf = (id: string): string => `/broadcasts/${encodeURIComponent(id)}`;

export const readOptions = (campaign: string, lang: string): Promise<AudienceOptions> =>
  call('GET', '/broadcast-options', { campaign, lang });

export const readRun = (id: string): Promise<RunAnswer> => call('GET', apiOf(id));

export const actOn = async (id: string, body: RunActBody): Promise<Run> =>
  (await call<{ run: Run }>('POST', `${apiOf(id)}/acts`, {}, body)).run;

export const belowRun = (id: string, part: string): string => `${apiOf(id)}/${part}`;

/** What went wrong, in the words of broadcasts where they have some. */
export function describeHere(error: unknown, t: Translate, has: (key: string) => boolean): string {
  const words = error instanceof ApiError ? error.words : [];
  const known = words.map((word) => `broadcasts.refused.${word}`).find(has);
  return known ? t(known) : describe(error, t, has);
}
