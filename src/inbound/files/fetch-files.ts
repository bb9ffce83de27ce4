import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Log, silentLog } from '../../base/log.ts';
import { never } from '../../base/never.ts';
import type { Attachment, FileOutcome } from '../../core/event.ts';
import type { Task } from '../../core/request.ts';
import { download, type Download, type Downloader } from './download.ts';
import { kindOf } from '../../base/file-kind.ts';
import { cleanName, dispositionName, nameFor, urlName } from '../../base/file-name.ts';
import { guardedAgent, plainAgent, type Resolve, systemResolve } from './guarded-agent.ts';

type FetchTask = Extract<Task, { type: 'fetchFiles' }>;
type StoredFile = { name: string; mime: string; size: number; sha256: string };

export type FetchFilesOptions = {
  /** Keeps the bytes under `fileId`, once. What it throws goes to the caller: the task is done over later. */
  save(bytes: Buffer, file: Omit<StoredFile, 'size'> & { fileId: string; contact: string }): Promise<void>;
  /** A file that an earlier try of the same task stored: its URL may be dead by now. */
  find?(fileId: string): Promise<StoredFile | null>;
  /** The stand-in platforms on this machine, such as `http://127.0.0.1:3000`. */
  allowedOrigins: readonly string[];
  resolve?: Resolve;
  log?: Log;
  /** Waits before the second and each later try, in ms; one try more than there are waits. */
  delaysMs?: readonly number[];
  wait?(ms: number): Promise<unknown>;
  /** For one try of one file. */
  totalMs?: number;
  connectMs?: number;
  /** Downloads at a time in this process; each holds up to `limits.maxBytes` in memory. */
  concurrency?: number;
};

/**
 * Does the task `fetchFiles`: downloads each attachment, judges it by its bytes and stores it. One outcome per item, in order.
 * The same task done again stores nothing twice. Only `save` and `find` may throw.
 */
export function fetchFiles(options: FetchFilesOptions): (task: FetchTask) => Promise<FileOutcome[]> {
  const { save, find, resolve = systemResolve, log = silentLog, wait = sleep } = options;
  const { delaysMs = [500, 2_000], totalMs = 20_000, connectMs = 5_000, concurrency = 4 } = options;
  const configured = new Set(options.allowedOrigins.map((origin) => new URL(origin).origin));
  const tools: Downloader = {
    isConfigured: (url) => configured.has(url.origin),
    guarded: guardedAgent(resolve, connectMs),
    plain: plainAgent(connectMs),
    totalMs,
  };
  const turnstile = makeTurnstile(concurrency);

  async function tryDownload(url: string, maxBytes: number): Promise<Download> {
    for (let tries = 0; ; tries++) {
      const result = await turnstile(() => download(url, maxBytes, tools));
      if (result.type !== 'failed') return result;
      const delayMs = delaysMs[tries];
      log.warn({ why: result.why, tries: tries + 1 }, 'a download failed');
      if (delayMs === undefined) return result;
      await wait(delayMs);
    }
  }

  async function fetchOne(task: FetchTask, item: Attachment, index: number): Promise<FileOutcome> {
    const fileId = createHash('sha256').update(`${task.request}/${index}`).digest('hex').slice(0, 32);
    const name = cleanName(item.name ?? '');
    if (item.url === undefined) return { type: 'unreachable', name };
    const known = await find?.(fileId);
    if (known) return outcomeOf(fileId, known);
    const result = await tryDownload(item.url, task.limits.maxBytes);
    switch (result.type) {
      case 'tooBig':
        return { type: 'refused', name, reason: 'size' };
      case 'forbidden':
        log.warn({ request: task.request }, 'an attachment leads where we do not go');
        return { type: 'unreachable', name };
      case 'failed':
        return { type: 'unreachable', name };
      case 'bytes':
        return store(task, item, fileId, result);
      default:
        return never(result, 'fetchOne');
    }
  }

  async function store(
    task: FetchTask,
    item: Attachment,
    fileId: string,
    { bytes, url, disposition }: Extract<Download, { type: 'bytes' }>,
  ): Promise<FileOutcome> {
    const names = [item.name ?? '', dispositionName(disposition), urlName(url)];
    const shown = names.map(cleanName).find((name) => name !== '') ?? '';
    if (bytes.length === 0) return { type: 'refused', name: shown, reason: 'empty' };
    const kind = await kindOf(bytes);
    if (!kind || !task.limits.mimes.includes(kind.mime)) return { type: 'refused', name: shown, reason: 'type' };
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const file = { name: nameFor(kind.ending, names), mime: kind.mime, sha256 };
    await save(bytes, { ...file, fileId, contact: task.contact });
    return outcomeOf(fileId, { ...file, size: bytes.length });
  }

  return (task) => Promise.all(task.items.map((item, index) => fetchOne(task, item, index)));
}

const outcomeOf = (fileId: string, { name, mime, size, sha256 }: StoredFile): FileOutcome => ({
  type: 'stored',
  fileId,
  name,
  mime,
  size,
  sha256,
});

/** Lets `limit` pieces of work through at a time, in order of asking. */
function makeTurnstile(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = limit;
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((go) => void waiting.push(go));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
