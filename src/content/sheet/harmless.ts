/**
 * A text that no program takes for a formula, also after it went through CSV: an apostrophe stands before the signs that begin one.
 * `readHarmless` takes it off again. Source: OWASP, "CSV Injection" (read 2026-11-21).
 */
export const harmless = (text: string): string => (BEGINS.test(text) ? `'${text}` : text);

/** The text before `harmless`, and before a person put the apostrophe there by hand. */
export const readHarmless = (text: string): string => text.replace(/^'(?=[=+\-@＝＋－＠\t\r\n\d])/, '');

/** Controls before such a sign count as nothing: a workbook cannot hold them, and the sign would come first. */
// oxlint-disable-next-line no-control-regex
const BEGINS = /^[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]*[=+\-@＝＋－＠\t\r\n]/;
