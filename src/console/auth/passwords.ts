import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../base/errors.ts';
import { foldEmail } from '../../core/staff.ts';

/** Cost of scrypt: memory is 128 · N · r bytes, time grows with N · r · p. */
export type ScryptCost = { N: number; r: number; p: number };

/**
 * 32 MiB and about a quarter of a second of one core, as strong as the usual N = 2^17, p = 1 with a quarter of its memory.
 * Source: OWASP Password Storage Cheat Sheet, "scrypt" (read 2026-11-21).
 */
const COST: ScryptCost = { N: 2 ** 15, r: 8, p: 3 };
const HASH_BYTES = 32;
const SALT_BYTES = 16;
/** Of the four threads that Node gives to files, names of hosts and this. */
const AT_ONCE = 2;
/** More than this many waiting is no morning at the office but a flood. */
const MAX_WAITING = 24;

export const LEAST_PASSWORD = 10;
export const MOST_PASSWORD = 200;

export type Passwords = ReturnType<typeof makePasswords>;

/** Hashes and checks passwords, a few at a time. Throws AppError `console.busy` (retryable) when too many wait. */
export function makePasswords(cost: ScryptCost = COST, { atOnce = AT_ONCE, maxWaiting = MAX_WAITING } = {}) {
  const take = turnstile(atOnce, maxWaiting);
  /** Takes as long as a hash of an account, and no password fits it. */
  const decoy = write(cost, randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));

  async function hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    return write(cost, salt, await take(() => derive(password, salt, cost)));
  }
  return {
    hash,
    /**
     * Whether it is the password behind `stored`, in the same time whatever `stored` is: null = there is none.
     * `outdated`: hashed at another cost than today's, to be hashed again while the password is known.
     */
    async verify(password: string, stored: string | null): Promise<{ fits: boolean; outdated: boolean }> {
      const known = read(stored ?? decoy) ?? read(decoy)!;
      const derived = await take(() => derive(password, known.salt, known.cost));
      const fits = timingSafeEqual(derived, known.hash) && stored !== null;
      const { N, r, p } = known.cost;
      return { fits, outdated: fits && (N !== cost.N || r !== cost.r || p !== cost.p) };
    },
  };
}

/** What is wrong with a new password, null = nothing. Length is what counts; what everyone tries first is refused. */
export function passwordFault(
  password: string,
  account: { email: string; name: string },
): 'short' | 'long' | 'guessable' | null {
  const folded = foldEmail(password);
  const length = [...password.normalize('NFKC')].length;
  if (length < LEAST_PASSWORD) return 'short';
  if (length > MOST_PASSWORD) return 'long';
  const [local = ''] = account.email.split('@');
  const known = [account.email, local, foldEmail(account.name)].filter((word) => word !== '');
  const bare = folded.replace(/[\d\W_]+$/u, '');
  if (known.some((word) => word === folded || word === bare)) return 'guessable';
  if (new Set(folded).size < 4 || isRow(folded)) return 'guessable';
  return null;
}

/** `1234567890`, `abcdefghij`, backwards too. */
function isRow(text: string): boolean {
  const steps = [...text].slice(1).map((char, i) => char.codePointAt(0)! - text.codePointAt(i)!);
  return (
    ['0123456789', '9876543210', 'qwertyuiop'].some((row) => row.repeat(3).includes(text)) ||
    steps.every((step) => step === steps[0])
  );
}

/** `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, base64url. */
function write({ N, r, p }: ScryptCost, salt: Buffer, hash: Buffer): string {
  return `$scrypt$ln=${Math.log2(N)},r=${r},p=${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

/** Null for what is no hash of ours, or one that would cost more than any of ours does. */
function read(stored: string): { cost: ScryptCost; salt: Buffer; hash: Buffer } | null {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w-]+)\$([\w-]+)$/.exec(stored);
  if (!match) return null;
  const [ln = 0, r = 0, p = 0] = match.slice(1, 4).map(Number);
  const hash = Buffer.from(match[5] ?? '', 'base64url');
  if (ln < 1 || ln > 20 || r < 1 || r > 16 || p < 1 || p > 16 || hash.length !== HASH_BYTES) return null;
  return { cost: { N: 2 ** ln, r, p }, salt: Buffer.from(match[4] ?? '', 'base64url'), hash };
}

/** Composed or not, a letter with its marks is one: keyboards differ in what they send. */
function derive(password: string, salt: Buffer, { N, r, p }: ScryptCost): Promise<Buffer> {
  const options = { N, r, p, maxmem: 256 * N * r + 2 ** 20 };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

/** Lets `atOnce` through at a time, in order, and sends away who finds `maxWaiting` before them. */
function turnstile(atOnce: number, maxWaiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= maxWaiting) {
        throw new AppError('console.busy', 'too many sign in at once', { retryable: true });
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
