/**
 * Where an append-only file stops being readable. `cutAt`: the end of the last whole command before the damage, or of
 * what came before a transaction that is not whole. `isTail`: no whole command follows the damage, so that cutting
 * there takes away nothing but a write that was not finished. Null when the file is whole.
 */
export type AofDamage = { cutAt: number; isTail: boolean };

const STAR = 0x2a;
const DOLLAR = 0x24;
const HASH = 0x23;
const CR = 0x0d;
const LF = 0x0a;
/** No number in the file has more digits. */
const MAX_DIGITS = 10;
const TRANSACTION = /^\*1\r\n\$(5\r\nMULTI|4\r\nEXEC)\r\n$/i;

/** Source: Redis serialization protocol; an append-only file is commands as arrays of bulk strings, one after the other. */
export function findAofDamage(bytes: Buffer): AofDamage | null {
  let at = 0;
  let transactionAt: number | null = null;
  while (at < bytes.length) {
    const end = readCommand(bytes, at);
    // a damaged length looks like a torn end, so what follows is looked at there too
    if (typeof end !== 'number') return { cutAt: transactionAt ?? at, isTail: !holdsCommand(bytes, at + 1) };
    const word = end - at < 20 ? TRANSACTION.exec(bytes.toString('latin1', at, end))?.[1] : undefined;
    if (word !== undefined) transactionAt = word.startsWith('5') ? (transactionAt ?? at) : null;
    at = end;
  }
  return transactionAt === null ? null : { cutAt: transactionAt, isTail: true };
}

/** Whether any whole command of at least one word begins at or after `from`. */
function holdsCommand(bytes: Buffer, from: number): boolean {
  for (let at = bytes.indexOf(STAR, from); at >= 0; at = bytes.indexOf(STAR, at + 1))
    if (typeof readCommand(bytes, at) === 'number') return true;
  return false;
}

/** Where the command that begins at `at` ends; 'torn' when the file ends before it does, null when it is none. */
function readCommand(bytes: Buffer, at: number): number | 'torn' | null {
  if (bytes[at] === HASH) {
    const end = bytes.indexOf(LF, at); // a note of the time, see aof-timestamp-enabled
    return end < 0 ? 'torn' : end + 1;
  }
  const count = readNumber(bytes, at, STAR);
  if (count === 'torn' || count === null) return count;
  if (count.value < 1) return null;
  let next = count.end;
  for (let word = 0; word < count.value; word += 1) {
    const size = readNumber(bytes, next, DOLLAR);
    if (size === 'torn' || size === null) return size;
    next = size.end + size.value + 2;
    if (next > bytes.length) return 'torn';
    if (bytes[next - 2] !== CR || bytes[next - 1] !== LF) return null;
  }
  return next;
}

/** `<mark><digits>\r\n` */
function readNumber(bytes: Buffer, at: number, mark: number): { value: number; end: number } | 'torn' | null {
  if (at >= bytes.length) return 'torn';
  if (bytes[at] !== mark) return null;
  let value = 0;
  let end = at + 1;
  for (; ; end += 1) {
    const byte = bytes[end];
    if (byte === undefined) return 'torn';
    if (byte === CR) break;
    if (byte < 0x30 || byte > 0x39 || end - at > MAX_DIGITS) return null;
    value = value * 10 + (byte - 0x30);
  }
  if (end === at + 1) return null;
  if (end + 1 >= bytes.length) return 'torn';
  return bytes[end + 1] === LF ? { value, end: end + 2 } : null;
}
