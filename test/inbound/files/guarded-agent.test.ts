import { request } from 'undici';
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { isPublicAddress } from '../../../src/inbound/files/address.ts';
import { ForbiddenAddress, guardedAgent, type Resolve } from '../../../src/inbound/files/guarded-agent.ts';
import { gives, startServer } from './hostile-server.ts';

let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  server = await startServer({ '/': gives('secret') });
});
afterAll(() => server.close());

const answering =
  (...addresses: string[]): Resolve =>
  (_host, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

/** The cause that the agent gave up for. */
async function reaching(url: string, resolve: Resolve): Promise<unknown> {
  const agent = guardedAgent(resolve, 1_000);
  try {
    return await request(url, { dispatcher: agent });
  } catch (error) {
    return error;
  } finally {
    await agent.destroy();
  }
}

it.each([
  ['http://named.example:PORT/', answering('127.0.0.1')],
  ['http://named.example:PORT/', answering('93.184.215.14', '127.0.0.1')],
  ['http://named.example:PORT/', answering('::ffff:127.0.0.1')],
  ['http://named.example:PORT/', answering()],
  ['http://127.0.0.1:PORT/', answering('93.184.215.14')],
  ['http://[::ffff:127.0.0.1]:PORT/', answering('93.184.215.14')],
])('%s is refused before anything is connected (%#)', async (url, resolve) => {
  expect(await reaching(url.replace('PORT', String(server.port)), resolve)).toBeInstanceOf(ForbiddenAddress);
  expect(server.connections()).toBe(0);
});

it('a name that changes its address is only ever connected to at the one that was checked', async () => {
  let answers = 0;
  const rebinding: Resolve = (host, done) => answering(answers++ === 0 ? '192.0.2.1' : '127.0.0.1')(host, done);
  await reaching(`http://named.example:${server.port}/`, rebinding);
  expect(answers).toBe(1);
  expect(server.connections()).toBe(0);
});

test.each(['8.8.8.8', '1.1.1.1', '2606:4700::1111', '2404:6800:4005::1'])('%s lies in the open', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.1',
  '192.0.2.1',
  '192.168.0.1',
  '198.18.0.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::7f00:1',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
  '64:ff9b:1::1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '',
  'localhost',
])('%j does not', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});
