/**
 * CPU of one send, three ways, in one run against a stand-in in another process: `npx tsx test/channels/messenger/send-cost.ts`.
 * The figures stand at `graphSender` in src/channels/messenger/send.ts.
 */
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { graphClient } from '../../../src/channels/messenger/profile.ts';
import { contactId } from '../../../src/core/contact.ts';
import { APP_SECRET, makeMessenger, PAGE, PSID } from '../subjects.ts';

const SENDS = Number(process.env['SENDS'] ?? 4_000);
const AT_ONCE = 16;
const ROUNDS = 5;

if (process.send) playPlatform();
else await measure();

function playPlatform(): void {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"recipient_id":"1","message_id":"m_1"}');
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

async function measure(): Promise<void> {
  const platform = fork(new URL(import.meta.url));
  const port = await new Promise<number>((told) => platform.once('message', (message) => told(Number(message))));
  const url = `http://127.0.0.1:${port}`;
  const contact = contactId('messenger', PAGE, PSID);
  const channel = makeMessenger(url, { timeoutMs: 10_000 });
  const client = graphClient({ pageToken: 'page-token', appSecret: APP_SECRET, version: '25.0', graphUrl: url });
  const body = {
    recipient: { id: PSID },
    messaging_type: 'RESPONSE',
    message: { text: 'Đã nhận bài của bạn', metadata: 'bot:r' },
  };
  const ways: Record<string, () => Promise<unknown>> = {
    'undici, as the channel sends': () => channel.send(contact, { text: 'Đã nhận bài của bạn' }, 'r'),
    'messaging-api-messenger, sendRawBody': () => client.sendRawBody(body as never),
    'global fetch': async () => {
      const headers = { authorization: 'Bearer page-token', 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify(body), signal: AbortSignal.timeout(10_000) };
      return (await fetch(`${url}/v25.0/${PAGE}/messages`, init)).json();
    },
  };
  const best = new Map<string, { cpu: number; wall: number }>();
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [name, send] of Object.entries(ways)) {
      const cost = await run(send);
      // The first round warms up; of the others the cheapest counts, as neighbours only ever add.
      if (round > 0 && cost.cpu < (best.get(name)?.cpu ?? Infinity)) best.set(name, cost);
    }
  const floor = best.get('undici, as the channel sends')?.cpu ?? 1;
  for (const [name, { cpu, wall }] of best)
    console.log(`${name}: ${cpu.toFixed(0)} µs CPU a send (×${(cpu / floor).toFixed(2)}), ${wall.toFixed(0)} µs wall`);
  await channel.close?.();
  platform.kill();
}

async function run(send: () => Promise<unknown>): Promise<{ cpu: number; wall: number }> {
  const cpuAt = process.cpuUsage();
  const startedAt = process.hrtime.bigint();
  const lane = async () => {
    for (let n = 0; n < SENDS / AT_ONCE; n += 1) await send();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  const { user, system } = process.cpuUsage(cpuAt);
  return { cpu: (user + system) / SENDS, wall: Number(process.hrtime.bigint() - startedAt) / 1000 / SENDS };
}
