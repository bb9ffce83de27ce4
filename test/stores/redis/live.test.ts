import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArchiveItem } from '../../../src/core/archive.ts';
import type { ActResult } from '../../../src/core/handover.ts';
import { listenLive, newsOf, publishLive, type LiveNews } from '../../../src/stores/redis/live.ts';
import type { RedisConnection } from '../../../src/stores/redis/connection.ts';
import { person, until } from '../../support/pipeline.ts';
import { startRedis, type RedisServer } from '../../support/redis.ts';

let server: RedisServer;
beforeAll(async () => (server = await startRedis({ own: true })));
afterAll(() => server.close());

const act = (n: number, id: string, result: ActResult): ArchiveItem => ({
  type: 'act',
  id,
  contact: person(n),
  staff: 's1',
  name: 'An',
  act: { type: 'takeOver' },
  result,
  at: 1,
});

function listener(connection: RedisConnection) {
  const heard: LiveNews[] = [];
  const sizes: number[] = [];
  let gaps = 0;
  const live = listenLive(connection, {
    onNews(news) {
      heard.push(...news);
      sizes.push(JSON.stringify(news).length);
    },
    onGap: () => void gaps++,
  });
  return { heard, sizes, live, gaps: () => gaps };
}

describe('what is new', () => {
  it('is told in one line a conversation, with the acts of staff that are done with and nothing of what they changed', () => {
    const answer = { type: 'text' as const, text: 'a name' };
    const items: ArchiveItem[] = [
      act(1, 'console/a', { type: 'done', before: null, after: answer }),
      { type: 'files', of: 'e', contact: person(2), outcomes: [], at: 1 },
      act(1, 'console/b', { type: 'refused', why: 'held', text: 'x' }),
      { type: 'unreadable', channel: 'zalo', receivedAt: 1, reason: 'x', raw: 'y' },
    ];
    expect(newsOf(items)).toEqual([
      {
        contact: person(1),
        acts: [
          { id: 'console/a', result: { type: 'done' } },
          { id: 'console/b', result: { type: 'refused', why: 'held', text: 'x' } },
        ],
      },
      { contact: person(2), acts: [] },
    ]);
  });

  it('reaches every listener in messages of bounded size, and nobody of another deployment', async () => {
    const connection = await server.connect();
    const [one, two] = [listener(connection), listener(connection)];
    const other = listener(await server.connect());
    await until(() => one.gaps() === 1 && two.gaps() === 1 && other.gaps() === 1);
    const news = Array.from({ length: 3000 }, (_, n): LiveNews => ({ contact: person(n), acts: [] }));
    await publishLive(connection, news);
    await until(() => one.heard.length === news.length && two.heard.length === news.length);
    expect(one.heard).toEqual(news);
    expect(Math.max(...one.sizes)).toBeLessThan(40_000);
    expect(other.heard).toEqual([]);
    for (const { live } of [one, two, other]) live.close();
  });

  it('goes unheard while Redis is away, and the listener knows when it listens again', async () => {
    const connection = await server.connect();
    const one = listener(connection);
    await until(() => one.gaps() === 1);
    await server.stop();
    await server.start();
    await until(() => one.gaps() === 2);
    await until(() =>
      publishLive(connection, [{ contact: person(1), acts: [] }]).then(
        () => true,
        () => false,
      ),
    );
    await until(() => one.heard.length > 0);
    one.live.close();
  });
});
