/** What stands on a letter or is taken off later, so that the marks on both its sides meet: all that shows nothing. */
const ON_A_LETTER =
  '[\\p{M}\\p{Default_Ignorable_Code_Point}\\uFFF9-\\uFFFB\\u0000-\\u0008\\u000E-\\u001F\\u007F-\\u0084\\u0086-\\u009F]';
/** Source: Unicode UAX #15, Stream-Safe Text Format: no writing needs more than 30 marks on a letter. */
const LONG_RUN = new RegExp(`${ON_A_LETTER}{31}`, 'u');
const PAST_THIRTY = new RegExp(`(${ON_A_LETTER}{30})${ON_A_LETTER}+`, 'gu');

/**
 * A text from outside whose letters carry at most 30 marks each. More of them show nothing, and the time that `normalize`
 * takes grows with the square of their number. Measured: 2026-11-21, 100,000 marks of two kinds in turn: 3 s for each call.
 */
export const tame = (text: string): string =>
  text.length > 30 && LONG_RUN.test(text) ? text.replace(PAST_THIRTY, '$1') : text;
