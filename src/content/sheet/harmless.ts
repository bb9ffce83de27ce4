/**
 * A text that no program takes for a formula, also after it went through CSV: an apostrophe stands before the signs that begin one.
 * `readHarmless` takes it off again. Source: OWASP, "CSV Injection" (read 2026-11-21).
 */
export const harmless = (text: string): string => (/^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text);

/** The text before `harmless`, and before a person put the apostrophe there by hand. */
export const readHarmless = (text: string): string => text.replace(/^'(?=[=+\-@\t\r\n\d])/, '');
