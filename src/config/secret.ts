/**
 * A value that must not reach a log, an error or a page. Printing it in any usual way (template, JSON, inspect, a log line)
 * shows a placeholder; only `reveal` gives it, where it is used.
 */
export type Secret = { reveal(): string; toString(): string; toJSON(): string };

const PLACEHOLDER = '[secret]';

export function secret(value: string): Secret {
  return { reveal: () => value, toString: () => PLACEHOLDER, toJSON: () => PLACEHOLDER };
}
