import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import type { ArchiveItem } from '../../src/core/archive.ts';
import type { LiveInbox, PresenceView } from '../../src/console/api/types.ts';
import { contactId } from '../../src/core/contact.ts';
import { archiveTo } from '../../src/stores/mongo/archive.ts';
import { newsOf, publishLive } from '../../src/stores/redis/live.ts';
import { openConsole, type Browser, type TestConsole } from '../support/console.ts';
import { AT, held, said, stood } from '../support/conversations.ts';
import { listenTo, type Listener } from '../support/events.ts';

const lan = contactId('zalo', 'oa1', 'lan');
const minh = contactId('zalo', 'oa1', 'minh');

let desk: TestConsole;
let archive: (items: readonly ArchiveItem[]) => Promise<void>;
const listeners: Listener[] = [];
beforeAll(async () => {
  desk = await openConsole({ beatMs: 100 });
  const write = archiveTo(desk.stores, silentLog);
  archive = async (items) => {
    await write(items);
    await publishLive(desk.redis, newsOf(items));
  };
  await archive([stood(lan, AT, { units: ['84', '844'] }), stood(minh, AT, { units: ['01'] })]);
});
afterAll(async () => {
  for (const listener of listeners) listener.close();
  await desk.close();
});

async function listen(browser: Browser, query = ''): Promise<Listener> {
  const listener = listenTo(`${desk.url}/console/api/live${query}`, browser);
  listeners.push(listener);
  await listener.next('hello');
  return listener;
}
const contacts = ({ rows }: LiveInbox) => rows.map(({ contact }) => contact);

it('a new line is told to who may see it, and to nobody else', async () => {
  const central = await listen(await desk.signedIn({ unit: null }));
  const own = await listen(await desk.signedIn({ unit: '84' }));
  const other = await listen(await desk.signedIn({ unit: '01' }));
  await archive([said(lan, AT + 1, 'chào tổ hỗ trợ')]);
  for (const listener of [central, own]) {
    const told = (await listener.next('inbox', (data) => contacts(data as LiveInbox).includes(lan))) as LiveInbox;
    expect(told.rows.find(({ contact }) => contact === lan)?.last).toMatchObject({
      text: 'chào tổ hỗ trợ',
      by: 'person',
    });
  }
  await archive([said(minh, AT + 2, 'tôi cũng hỏi')]);
  await other.next('inbox', (data) => contacts(data as LiveInbox).includes(minh)); // later than what it must not hear
  expect(other.heard('inbox').flatMap((data) => contacts(data as LiveInbox))).not.toContain(lan);
  expect(own.heard('inbox').flatMap((data) => contacts(data as LiveInbox))).not.toContain(minh);
});

it('who may no longer see a conversation is told that it is gone', async () => {
  const own = await listen(await desk.signedIn({ unit: '84' }));
  await archive([said(lan, AT + 10, 'một')]);
  await own.next('inbox', (data) => contacts(data as LiveInbox).includes(lan));
  await archive([stood(lan, AT + 11, { units: ['01'] })]);
  await own.next('inbox', (data) => (data as LiveInbox).gone.includes(lan));
  await archive([stood(lan, AT + 12, { units: ['84', '844'] })]);
  await own.next('inbox', (data) => contacts(data as LiveInbox).includes(lan));
});

it('counts are of what one may see and holds oneself', async () => {
  const own = await listen(await desk.signedIn({ id: 'mai', unit: '84' }));
  await archive([
    stood(minh, AT + 20, { units: ['01'], humanAskedAt: AT, humanReason: 'asked' }),
    stood(lan, AT + 20, { units: ['84', '844'], owner: held('mai', AT + 20) }),
  ]);
  const told = (await own.next('inbox', (data) => contacts(data as LiveInbox).includes(lan))) as LiveInbox;
  expect(told.counts).toEqual({ waiting: 0, mine: 1 });
});

it('two who look at one conversation see each other, and see when one goes', async () => {
  const names = (data: unknown) => (data as { presence: PresenceView[] }).presence.map(({ name }) => name);
  const watch = `?contact=${encodeURIComponent(lan)}`;
  const first = await listen(await desk.signedIn({ name: 'Mai', unit: '84' }), watch);
  const second = await listen(await desk.signedIn({ name: 'Nam' }), watch);
  await first.next('presence', (data) => names(data).join() === 'Mai,Nam');
  second.close();
  await first.next('presence', (data) => names(data).join() === 'Mai');
  await archive([said(lan, AT + 30, 'còn ai không?')]);
  expect(await first.next('conversation')).toEqual({ contact: lan });
});

it('nobody watches a conversation out of their reach', async () => {
  const other = await desk.signedIn({ unit: '01' });
  expect((await other.api('GET', `/live?contact=${encodeURIComponent(lan)}`)).status).toBe(404);
});

it('the stream ends when its session does, and nothing is told after that', async () => {
  const browser = await desk.signedIn({ unit: '84' });
  const own = await listen(browser);
  await browser.api('DELETE', '/session');
  await own.next('bye');
  await own.ended;
});
