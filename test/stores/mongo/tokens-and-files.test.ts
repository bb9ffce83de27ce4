import { buffer } from 'node:stream/consumers';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tokenStore } from '../../../src/stores/mongo/tokens.ts';
import { openTestMongo, type TestMongo } from '../../support/mongo.ts';
import { AT, worker } from './samples.ts';

let mongo: TestMongo;
beforeAll(async () => {
  mongo = await openTestMongo();
});
afterAll(() => mongo.close());
beforeEach(async () => {
  for (const name of ['tokens', 'files.files', 'files.chunks']) await mongo.connection.collection(name).deleteMany({});
});

describe('the token of an account', () => {
  const open = (account = 'zalo:oa1') => tokenStore(mongo.connection, account, String);

  it('is given to one of two writers who read the same one', async () => {
    expect(await open().read()).toBeNull();
    const first = await Promise.all([open().write('a', 0), open().write('b', 0)]);
    expect(first.filter((version) => version !== null)).toEqual([1]);
    const second = await Promise.all([open().write('c', 1), open().write('d', 1), open().write('e', 0)]);
    expect(second.filter((version) => version !== null)).toEqual([2]);
    expect(await open().read()).toMatchObject({ version: 2 });
    expect(await open('zalo:oa2').read()).toBeNull();
  });

  it('is refreshed by one owner at a time, and by another when that one is gone', async () => {
    const tokens = open();
    const taken = await Promise.all(['a', 'b', 'c'].map((owner) => tokens.lock(owner, AT, 30_000)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    const owner = ['a', 'b', 'c'][taken.indexOf(true)] ?? '';
    expect(await tokens.lock(owner, AT + 10, 30_000)).toBe(true);
    expect(await tokens.lock('x', AT + 29_999, 30_000)).toBe(false);
    await tokens.unlock('x');
    expect(await tokens.lock('x', AT + 29_999, 30_000)).toBe(false);
    expect(await tokens.lock('x', AT + 30_010, 30_000)).toBe(true);
    await tokens.unlock(owner);
    expect(await tokens.lock(owner, AT + 30_020, 30_000)).toBe(false);
    await tokens.unlock('x');
    expect(await tokens.lock(owner, AT + 30_030, 30_000)).toBe(true);
  });
});

describe('a proof file', () => {
  const info = { fileId: 'f1', name: 'giấy công nhận.pdf', mime: 'application/pdf', sha256: 'abc', contact: worker };
  const chunks = () => mongo.connection.collection('files.chunks');

  it('comes back byte by byte, also over several chunks', async () => {
    const bytes = randomBytes(600_000);
    await mongo.stores.files.save(bytes, info);
    expect((await buffer(mongo.stores.files.open('f1'))).equals(bytes)).toBe(true);
    expect(await mongo.stores.files.info('f1')).toEqual({ ...info, size: bytes.length });
    expect(await chunks().countDocuments()).toBe(3);
  });

  it('is kept once, however often it is saved', async () => {
    const bytes = randomBytes(300_000);
    await Promise.all([1, 2, 3].map(() => mongo.stores.files.save(bytes, info)));
    await mongo.stores.files.save(Buffer.from('other'), info);
    expect((await buffer(mongo.stores.files.open('f1'))).equals(bytes)).toBe(true);
    expect(await chunks().countDocuments()).toBe(2);
  });

  it('is whole after a save that broke off was done over', async () => {
    await chunks().insertOne({ files_id: 'f1', n: 0, data: Buffer.from('half') } as never);
    const bytes = randomBytes(300_000);
    await mongo.stores.files.save(bytes, info);
    expect((await buffer(mongo.stores.files.open('f1'))).equals(bytes)).toBe(true);
  });

  it('leaves nothing when it is deleted', async () => {
    await mongo.stores.files.save(Buffer.from('x'), info);
    await mongo.stores.files.delete('f1');
    await mongo.stores.files.delete('f1');
    expect(await mongo.stores.files.info('f1')).toBeNull();
    expect(await chunks().countDocuments()).toBe(0);
    await expect(buffer(mongo.stores.files.open('f1'))).rejects.toThrow();
  });
});
