import type { Translate } from '../lib/texts.tsx';

/** A reason in words; codes that are not known stay as they are, for staff who search for them. */
export const whyText = (why: string, t: Translate, has: (key: string) => boolean): string =>
  has(`broadcasts.why.${why}`) ? t(`broadcasts.why.${why}`) : why;
