import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tokenStore } from '../../../src/stores/mongo/tokens.ts';
import { openTestMongo, type TestMongo } from '../../support/mongo.ts';
import { worker } from './samples.ts';

const SHIFT = new URL('../../faults/clock-shift.mjs', import.meta.url).href;
const CHILD = fileURLToPath(new URL('token-lock-child.ts', import.meta.url));

let mongo: TestMongo;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'skb-locks-'));
  mongo = await openTestMongo();
});
afterAll(async () => {
  await mongo.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  for (const name of ['tokens', 'files.files', 'files.chunks']) await mongo.connection.collection(name).deleteMany({});
});

describe('the token of an account', () => {
  const LEASE_MS = 30_000;
  const open = (account = 'zalo:oa1') => tokenStore(mongo.connection, account, String);
  const locks = () => mongo.connection.collection('tokens');
  const leaseEnds = (at: number) => locks().updateOne({}, { $set: { leaseUntil: new Date(at) } });

  /** A process of its own, whose clock is wrong by `shiftMs`. */
  async function startChild(name: string, shiftMs: number) {
    const file = join(folder, name);
    writeFileSync(file, String(shiftMs));
    const flags = ['--import', SHIFT, '--import', 'tsx', CHILD];
    const env = { ...process.env, CLOCK_SHIFT_FILE: file };
    const child = spawn(process.execPath, [...flags, mongo.uri, name, String(LEASE_MS)], {
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const told = (await lines.next()).value as string; // the clock of the child
    expect(Math.abs(Number(told) - Date.now() - shiftMs)).toBeLessThan(60_000);
    return {
      async ask(what: 'lock' | 'unlock'): Promise<boolean> {
        child.stdin.write(`${what}\n`);
        return (await lines.next()).value === 'true';
      },
      end: () => child.stdin.end(),
    };
  }

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
    const taken = await Promise.all(['a', 'b', 'c'].map((owner) => tokens.lock(owner, LEASE_MS)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    const owner = ['a', 'b', 'c'][taken.indexOf(true)] ?? '';
    expect(await tokens.lock(owner, LEASE_MS)).toBe(true);
    expect(await tokens.lock('x', LEASE_MS)).toBe(false);
    await tokens.unlock('x');
    expect(await tokens.lock('x', LEASE_MS)).toBe(false);
    await leaseEnds(Date.now() - 1);
    expect(await tokens.lock('x', LEASE_MS)).toBe(true);
    await tokens.unlock(owner);
    expect(await tokens.lock(owner, LEASE_MS)).toBe(false);
    await tokens.unlock('x');
    expect(await tokens.lock(owner, LEASE_MS)).toBe(true);
  });

  it('is not kept from everybody for longer than one lease after the clock of MongoDB was set back', async () => {
    const tokens = open();
    await tokens.lock('gone', LEASE_MS);
    await leaseEnds(Date.now() + 86_400_000);
    expect(await tokens.lock('x', LEASE_MS)).toBe(false);
    expect(await locks().countDocuments({ leaseUntil: { $lte: new Date(Date.now() + LEASE_MS) } })).toBe(1);
  });

  it('is never refreshed by two processes at once, though their clocks are two minutes apart', async () => {
    const children = await Promise.all([
      startChild('ahead', 120_000),
      startChild('right', 0),
      startChild('back', -120_000),
    ]);
    const held = async (): Promise<boolean[]> => {
      const answers: boolean[] = [];
      for (const child of children) answers.push(await child.ask('lock'));
      return answers;
    };
    try {
      for (const [place, first] of children.entries()) {
        expect(await first.ask('lock')).toBe(true);
        expect(await held()).toEqual(children.map((_, other) => other === place));
        await first.ask('unlock');
      }
    } finally {
      for (const child of children) child.end();
    }
  }, 60_000);
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
    await mongo.stores.files.delete(['f1']);
    await mongo.stores.files.delete(['f1']);
    expect(await mongo.stores.files.info('f1')).toBeNull();
    expect(await chunks().countDocuments()).toBe(0);
    await expect(buffer(mongo.stores.files.open('f1'))).rejects.toThrow();
  });
});
