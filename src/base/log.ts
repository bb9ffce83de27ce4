import { pino } from 'pino';

/** JSON lines. Callers pass facts, never a message text, a phone number, a token or a name. */
export type Log = {
  debug(facts: Record<string, unknown>, message: string): void;
  info(facts: Record<string, unknown>, message: string): void;
  warn(facts: Record<string, unknown>, message: string): void;
  error(facts: Record<string, unknown>, message: string): void;
};

export function makeLog(level: string): Log {
  return pino({ level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime });
}

/** For tests and one-off commands. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
