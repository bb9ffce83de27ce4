import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/base/errors.ts';
import type { Attachment, FileOutcome } from '../../../src/core/event.ts';
import { fetchFiles, type FetchFilesOptions } from '../../../src/inbound/files/fetch-files.ts';
import { gives, redirects, startServer } from './hostile-server.ts';
import { DOC, DOCX, HTML, JPEG, PDF, PNG, XLS, XLS_WITH_DOC, zip } from './samples.ts';

const MAX = 1_000_000;
const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const mimes = ['image/jpeg', 'image/png', 'application/pdf', 'application/msword', WORD];

type Server = Awaited<ReturnType<typeof startServer>>;
let server: Server;
/** What nobody outside may make us reach. */
let inner: Server;
let flaky = 0;

beforeAll(async () => {
  inner = await startServer({ '/secret': gives(PNG) });
  server = await startServer({
    '/a.png': gives(PNG),
    '/b.jpg': gives(JPEG),
    '/c.pdf': gives(PDF, { 'content-type': 'text/html' }),
    '/d.doc': gives(DOC),
    '/e.docx': gives(DOCX),
    '/sheet.doc': gives(XLS),
    '/mixed.doc': gives(XLS_WITH_DOC),
    '/plain.zip': gives(zip({ 'readme.txt': 'x' })),
    '/photo.jpg': gives(HTML, { 'content-type': 'image/jpeg' }),
    '/named': gives(PDF, { 'content-disposition': `attachment; filename*=UTF-8''Gi%E1%BA%A5y%20khen.pdf` }),
    '/empty': gives(''),
    '/forbidden': (_request, response) => response.writeHead(403).end(PNG),
    '/big': gives(Buffer.alloc(30_000_000)),
    '/flaky': (_request, response) => response.writeHead(flaky++ < 2 ? 503 : 200).end(PNG),
    '/bomb': gives(gzipSync(Buffer.alloc(5_000_000)), { 'content-encoding': 'gzip', 'content-type': 'image/png' }),
    '/lying': (_request, response) => {
      response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-length: 10000\r\n\r\n${PNG.toString('latin1')}`, 'latin1');
    },
    '/short': (_request, response) => {
      response.socket?.end(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n'), PNG]));
    },
    '/endless': (_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    },
    '/slow': (_request, response) => void response.writeHead(200).write(PNG.subarray(0, 20)),
    '/mute': () => {},
    '/loop': redirects('/loop'),
    '/three': redirects('/two', 301),
    '/two': redirects('/one', 307),
    '/one': redirects('/a.png', 308),
    '/four': redirects('/three'),
    '/nowhere': (_request, response) => response.writeHead(302).end(),
    '/inner': redirects(`${inner.origin}/secret`),
    '/to': (request, response) => {
      const to = new URL(request.url ?? '', 'http://x').searchParams.get('url') ?? '';
      redirects(to)(request, response);
    },
  });
});
afterAll(async () => {
  await server.close();
  await inner.close();
});

const kept = new Map<string, { bytes: Buffer; name: string; mime: string; contact: string }>();
const waits: number[] = [];
const asked: string[] = [];
beforeEach(() => {
  kept.clear();
  waits.length = 0;
  asked.length = 0;
  flaky = 0;
});

function fetcher(changes: Partial<FetchFilesOptions> = {}) {
  return fetchFiles({
    save: async (bytes, { fileId, ...file }) => void kept.set(fileId, { bytes, ...file }),
    allowedOrigins: [server.origin],
    resolve: (host, done) => {
      asked.push(host);
      done(null, [{ address: '10.0.0.5', family: 4 }]);
    },
    wait: async (ms) => void waits.push(ms),
    delaysMs: [10, 20],
    totalMs: 2_000,
    ...changes,
  });
}

async function fetchItems(items: Attachment[], changes: Partial<FetchFilesOptions> = {}): Promise<FileOutcome[]> {
  const limits = { maxBytes: MAX, mimes };
  return fetcher(changes)({ type: 'fetchFiles', request: 'r1', contact: 'zalo:oa:u', at: 0, items, limits });
}
const at = (path: string, name?: string): Attachment => ({
  kind: 'file',
  url: path.startsWith('/') ? server.origin + path : path,
  ...(name === undefined ? {} : { name }),
});
const fetchOne = async (
  path: string,
  name?: string,
  changes: Partial<FetchFilesOptions> = {},
): Promise<FileOutcome> => {
  const [outcome] = await fetchItems([at(path, name)], changes);
  if (!outcome) throw new Error('no outcome');
  return outcome;
};

describe('a good file', () => {
  it.each([
    ['/a.png', PNG, 'image/png', 'a.png'],
    ['/b.jpg', JPEG, 'image/jpeg', 'b.jpg'],
    ['/c.pdf', PDF, 'application/pdf', 'c.pdf'],
    ['/d.doc', DOC, 'application/msword', 'd.doc'],
    ['/e.docx', DOCX, WORD, 'e.docx'],
    ['/named', PDF, 'application/pdf', 'Giấy khen.pdf'],
    ['/three', PNG, 'image/png', 'a.png'],
  ])('%s is stored with what it is by its bytes', async (path, bytes, mime, name) => {
    const outcome = await fetchOne(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(outcome).toMatchObject({ type: 'stored', name, mime, size: bytes.length, sha256 });
    expect([...kept.values()]).toMatchObject([{ bytes, name, mime, contact: 'zalo:oa:u' }]);
  });

  it('keeps the name the event gave, with the ending of what it is', async () => {
    expect(await fetchOne('/c.pdf', '../../Bằng khen.png')).toMatchObject({ type: 'stored', name: 'Bằng khen.pdf' });
  });

  it('is tried again after a failure, waiting longer each time', async () => {
    expect(await fetchOne('/flaky')).toMatchObject({ type: 'stored' });
    expect(waits).toEqual([10, 20]);
  });
});

describe('files of one task', () => {
  it('with the same name stay two files', async () => {
    const outcomes = await fetchItems([at('/a.png', 'x.png'), at('/b.jpg', 'x.png'), at('/a.png', 'x.png')]);
    expect(outcomes.map(({ name }) => name)).toEqual(['x.png', 'x.jpg', 'x.png']);
    expect(kept.size).toBe(3);
  });

  it('are stored once when the task is done over', async () => {
    const first = await fetchItems([at('/a.png'), at('/b.jpg')]);
    expect(await fetchItems([at('/a.png'), at('/b.jpg')])).toEqual(first);
    expect(kept.size).toBe(2);
  });

  it('are known again when their address has died since', async () => {
    const [first] = await fetchItems([at('/a.png')]);
    if (first?.type !== 'stored') throw new Error('not stored');
    const find = async (fileId: string) => (fileId === first.fileId ? first : null);
    expect(await fetchItems([at('/forbidden')], { find })).toEqual([first]);
  });

  it('do not harm each other', async () => {
    const outcomes = await fetchItems([at('/forbidden'), at('/a.png'), at('/photo.jpg'), { kind: 'image' }]);
    expect(outcomes.map(({ type }) => type)).toEqual(['unreachable', 'stored', 'refused', 'unreachable']);
  });

  it('wait for a store that is down: the task is done over', async () => {
    const away = new AppError('store.unavailable', 'away', { retryable: true });
    await expect(fetchItems([at('/a.png')], { save: () => Promise.reject(away) })).rejects.toBe(away);
  });
});

describe('a file that is not wanted', () => {
  it.each([
    ['/photo.jpg', 'type'],
    ['/sheet.doc', 'type'],
    ['/mixed.doc', 'type'],
    ['/plain.zip', 'type'],
    ['/bomb', 'type'],
    ['/empty', 'empty'],
    ['/big', 'size'],
    ['/endless', 'size'],
  ])('%s is refused for its %s', async (path, reason) => {
    expect(await fetchOne(path, 'tên.jpg')).toEqual({ type: 'refused', name: 'tên.jpg', reason });
    expect(kept.size).toBe(0);
    expect(waits).toEqual([]);
  });
});

describe('a file that cannot be had', () => {
  it.each(['/forbidden', '/missing', '/nowhere', '/lying'])('%s is given up after three tries', async (path) => {
    expect(await fetchOne(path, 'x')).toEqual({ type: 'unreachable', name: 'x' });
    expect(waits).toEqual([10, 20]);
    expect(kept.size).toBe(0);
  });

  it.each(['/slow', '/mute'])('%s is given up when its time is over', async (path) => {
    expect(await fetchOne(path, 'x', { totalMs: 150, delaysMs: [] })).toEqual({ type: 'unreachable', name: 'x' });
  });

  it.each(['/loop', '/four'])('%s leads on too often', async (path) => {
    const before = server.requests.length;
    expect(await fetchOne(path, 'x')).toEqual({ type: 'unreachable', name: 'x' });
    expect(server.requests.length - before).toBe(4);
  });

  it('that says less than it sends is cut where it said', async () => {
    expect(await fetchOne('/short')).toMatchObject({ type: expect.stringMatching(/refused|unreachable/) as string });
    expect(kept.size).toBe(0);
  });
});

describe('an address that must not be reached', () => {
  const places = [
    'http://127.0.0.1:PORT/secret',
    'http://localhost:PORT/secret',
    'http://[::1]:PORT/secret',
    'https://127.0.0.1/secret',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://0/',
    'https://169.254.169.254/latest/meta-data/',
    'https://10.1.2.3/',
    'https://100.64.0.1/',
    'https://192.168.1.1/',
    'https://224.0.0.1/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://inside.example/',
    'https://localhost/',
    'https://localhost./',
    'https://user:pass@outside.example/',
    'https://outside.example:8443/',
    'http://outside.example/',
    'ftp://outside.example/',
    'file:///etc/passwd',
    'data:image/png;base64,AAAA',
    'javascript:alert(1)',
  ];
  const there = (place: string): string => place.replace('PORT', String(inner.port));

  it.each(places)('%s is not, neither at once nor by a redirect', async (place) => {
    const unreachable = { type: 'unreachable', name: 'x' };
    expect(await fetchOne(there(place), 'x')).toEqual(unreachable);
    expect(await fetchOne(`/to?url=${encodeURIComponent(there(place))}`, 'x')).toEqual(unreachable);
    expect(inner.connections()).toBe(0);
    expect(waits).toEqual([]);
    expect(kept.size).toBe(0);
  });

  it.each(['', 'not a url', 'https://', '//x'])('%j is no address at all', async (url) => {
    const [outcome] = await fetchItems([{ kind: 'file', url }]);
    expect(outcome).toEqual({ type: 'unreachable', name: '' });
  });

  it('is asked for by name once, and a configured place only by its own configured places', async () => {
    await fetchOne('https://inside.example/');
    expect(asked).toEqual(['inside.example']);
    expect(await fetchOne('/inner')).toMatchObject({ type: 'unreachable' });
    expect(inner.connections()).toBe(0);
    const both = { allowedOrigins: [server.origin, inner.origin] };
    expect(await fetchOne('/inner', 'x', both)).toMatchObject({ type: 'stored' });
  });
});
