import { expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { makePasswords, passwordFault } from '../../src/console/auth/passwords.ts';
import { QUICK } from '../support/console.ts';

const quick = makePasswords(QUICK);
const ACCOUNT = { email: 'hoa.invented@example.vn', name: 'Hoa Invented' };

it('a password fits its own hash and no other, and no hash at all fits nothing', async () => {
  const stored = await quick.hash('a-word-of-their-own');
  expect(stored).toMatch(/^\$scrypt\$ln=4,r=1,p=1\$[\w-]{22}\$[\w-]{43}$/);
  expect(await quick.hash('a-word-of-their-own')).not.toBe(stored);
  expect(await quick.verify('a-word-of-their-own', stored)).toEqual({ fits: true, outdated: false });
  expect(await quick.verify('a-word-of-their-owN', stored)).toEqual({ fits: false, outdated: false });
  expect(await quick.verify('a-word-of-their-own', null)).toEqual({ fits: false, outdated: false });
});

it('a letter with its marks is one, composed or not', async () => {
  const stored = await quick.hash('mật khẩu của tôi'.normalize('NFC'));
  expect(await quick.verify('mật khẩu của tôi'.normalize('NFD'), stored)).toMatchObject({ fits: true });
});

it('a hash of another cost is told to be out of date once its password is known', async () => {
  const stored = await makePasswords({ N: 32, r: 1, p: 1 }).hash('a-word-of-their-own');
  expect(await quick.verify('a-word-of-their-own', stored)).toEqual({ fits: true, outdated: true });
  expect(await quick.verify('another', stored)).toEqual({ fits: false, outdated: false });
});

it.each(['', 'x', '$scrypt$ln=4,r=1,p=1$$', '$scrypt$ln=63,r=1,p=1$AAAA$AAAA', '$2b$10$abcdefghijklmnopqrstuv'])(
  'what is no hash of ours fits nothing: %s',
  async (stored) => {
    expect(await quick.verify('anything', stored)).toEqual({ fits: false, outdated: false });
  },
);

it('a flood is sent away while those before it are served', async () => {
  const few = makePasswords(QUICK, { atOnce: 1, maxWaiting: 2 });
  const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => few.hash('a-word-of-their-own')));
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused.map(({ reason }) => (reason as AppError).code)).toEqual(Array<string>(3).fill('console.busy'));
  await few.hash('and afterwards there is room again');
});

it.each([
  ['nine-char', 'short'],
  ['mười chữ á'.normalize('NFD'), null],
  ['x'.repeat(201), 'long'],
  ['HOA.invented@example.vn', 'guessable'],
  ['hoa.invented', 'guessable'],
  ['hoa.invented123!', 'guessable'],
  ['Hoa Invented', 'guessable'],
  ['aaaaaaaaaaaa', 'guessable'],
  ['1234567890', 'guessable'],
  ['0987654321', 'guessable'],
  ['abcdefghijkl', 'guessable'],
  ['qwertyuiop', 'guessable'],
  ['bốn con voi đi chợ', null],
])('as a new password "%s" is judged %s', (password, fault) => {
  expect(passwordFault(password, ACCOUNT)).toBe(fault);
});
