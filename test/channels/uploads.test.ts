import { expect, test } from 'vitest';
import { makeUploads, type Upload } from '../../src/channels/uploads.ts';

const DAY_MS = 24 * 60 * 60_000;
const file = (fileId: string) => ({ fileId, name: 'a.png', mime: 'image/png', size: 3, sha256: '' });
const uploaded = (id: string): Upload => ({ type: 'uploaded', message: { id } });

/** Uploads that end when the test says so. */
function stage() {
  let at = 0;
  let running = 0;
  let most = 0;
  const ends: (() => void)[] = [];
  const uploads = makeUploads(
    'zalo',
    async () => ({ bytes: Buffer.from('png'), name: 'a.png', mime: 'image/png' }),
    () => at,
  );
  return {
    uploads,
    pass: (ms: number) => void (at += ms),
    ends,
    most: () => most,
    upload: async (): Promise<Upload> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((end) => ends.push(end));
      running -= 1;
      return uploaded('1');
    },
  };
}

test('three files at most are held in memory at a time, and all get through', async () => {
  const { uploads, upload, ends, most } = stage();
  const all = Array.from({ length: 8 }, (_, n) => uploads.messageOf(file(`f${n}`), upload));
  for (let ended = 0; ended < all.length; ended++) {
    await expect.poll(() => ends.length).toBeGreaterThan(0);
    ends.shift()?.();
  }
  expect(await Promise.all(all)).toEqual(all.map(() => uploaded('1')));
  expect(most()).toBe(3);
});

test('after an upload that took long the file is shown at the next try, without another upload', async () => {
  const { uploads, upload, pass, ends } = stage();
  const slow = uploads.messageOf(file('f'), upload);
  await expect.poll(() => ends.length).toBe(1);
  pass(3_001);
  ends.shift()?.();
  expect(await slow).toMatchObject({ type: 'failed', code: 'send.temporary', retry: 'later', afterMs: 1 });
  expect(await uploads.messageOf(file('f'), upload)).toEqual(uploaded('1'));
  expect(ends).toEqual([]);
});

test('an upload is used for three days', async () => {
  const { uploads, pass } = stage();
  const give = (id: string) => uploads.messageOf(file('f'), async () => uploaded(id));
  expect(await give('1')).toEqual(uploaded('1'));
  pass(3 * DAY_MS - 1);
  expect(await give('2')).toEqual(uploaded('1'));
  pass(1);
  expect(await give('3')).toEqual(uploaded('3'));
});
