import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startProxy, type Proxy } from './proxy.ts';

let server: Server;
let heard = '';
let proxy: Proxy;

beforeEach(async () => {
  heard = '';
  server = createServer((socket) => {
    socket.on('data', (chunk) => {
      heard += chunk.toString();
      socket.write(`+${chunk.toString()}`);
    });
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await startProxy((server.address() as AddressInfo).port);
});

afterEach(async () => {
  await proxy.close();
  server.close();
});

async function dial() {
  const socket = connect(proxy.port, '127.0.0.1').setEncoding('utf8');
  let got = '';
  let closed = false;
  socket.on('data', (text: string) => (got += text));
  socket.on('error', () => {});
  socket.on('close', () => (closed = true));
  return { socket, got: () => got, closed: () => closed };
}

test('bytes pass in order, both ways', async () => {
  const one = await dial();
  one.socket.write('a');
  await expect.poll(one.got).toBe('+a');
  one.socket.write('b');
  await expect.poll(one.got).toBe('+a+b');
});

test('a trap before holds the request until it lets go', async () => {
  let sights = 0;
  let letGo = (): void => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const remove = proxy.trap({ sees: 'commit', when: 'before', act: () => (sights++, held) });
  const one = await dial();
  one.socket.write('please comm');
  await expect.poll(() => heard).toContain('please');
  one.socket.write('it now');
  await expect.poll(() => sights).toBe(1);
  expect(heard).not.toContain('it now');
  letGo();
  await expect.poll(() => heard).toBe('please commit now');
  remove();
});

test('a trap after has the request done and breaks its answer', async () => {
  let sights = 0;
  proxy.trap({
    sees: 'commit',
    when: 'after',
    act() {
      sights++;
      expect(heard).toBe('commit');
      throw new Error('cut here');
    },
  });
  const one = await dial();
  one.socket.write('commit');
  await expect.poll(one.closed).toBe(true);
  expect(one.got()).toBe('');
  expect(sights).toBe(1);
});

test('a refused connection is broken, a stalled one is held, both come back', async () => {
  const one = await dial();
  proxy.stall(true);
  one.socket.write('x');
  proxy.stall(false);
  await expect.poll(one.got).toBe('+x');
  proxy.refuse(true);
  await expect.poll(one.closed).toBe(true);
  const refused = await dial();
  await expect.poll(refused.closed).toBe(true);
  proxy.refuse(false);
  const again = await dial();
  again.socket.write('y');
  await expect.poll(again.got).toBe('+y');
});
