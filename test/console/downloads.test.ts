import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import express from 'express';
import { expect, it } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { dispatcher, type DispatchParts } from '../../src/console/api/dispatch.ts';
import { route } from '../../src/console/api/route.ts';

it('who closes the page in the middle of a download ends the work, and that is no failure', async () => {
  let isGone: () => void = () => {};
  const gone = new Promise<void>((resolve) => (isGone = resolve));
  async function* endless(): AsyncGenerator<Buffer> {
    try {
      for (;;) yield await Promise.resolve(Buffer.alloc(65_536));
    } finally {
      isGone();
    }
  }
  const errors: string[] = [];
  const parts = {
    clock: { now: () => 0 },
    log: { ...silentLog, error: (_: object, message: string) => void errors.push(message) },
  } as unknown as DispatchParts; // a route for everyone asks nothing else
  const download = route({
    method: 'GET',
    path: '/file',
    access: 'public',
    scope: 'none',
    handle: () => ({ type: 'stream', headers: { 'content-type': 'text/plain' }, body: Readable.from(endless()) }),
  });
  const server = createServer(express().use(dispatcher([download], parts)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const request = get(`http://127.0.0.1:${(server.address() as AddressInfo).port}/file`);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  await once(response, 'data');
  request.destroy();
  await gone;
  await new Promise((done) => server.close(done));
  expect(errors).toEqual([]);
});
