import type { ProofFile } from '../core/answers.ts';
import type { ChannelName } from '../core/contact.ts';
import { fileFault, fileLimitOf, type FileLimit } from '../core/file-limits.ts';
import type { OutMessage } from './channel.ts';
import { failed, verdicts, type SendFailure } from './send-failure.ts';

/** A file's bytes; null when it is not kept any more. May throw when the store is away. */
export type ReadFile = (fileId: string) => Promise<{ bytes: Buffer; name: string; mime: string } | null>;

/** For a channel that is given no store. */
export const noFiles: ReadFile = () => Promise.resolve(null);

/** A file whose bytes are there and whose type and size the platform takes. */
export type ReadyFile = { limit: FileLimit; name: string; mime: string; bytes: Buffer };

/** `uploaded`: the platform's message that shows the file. A failure means that nothing was shown to anybody. */
export type Upload = { type: 'uploaded'; message: OutMessage } | SendFailure;

export type Uploads = {
  /** Uploads the file, unless that was done lately; to be tried again when that took long. Never throws when `upload` does not. */
  messageOf(file: ProofFile, upload: (ready: ReadyFile) => Promise<Upload>): Promise<Upload>;
  /** The platform does not know the upload any more. */
  forget(file: ProofFile): void;
};

/** For one upload, with a slow line in mind. */
export const UPLOAD_TIMEOUT_MS = 30_000;
/** Each holds its file in memory, up to 25 MB of it. */
const MAX_AT_A_TIME = 3;
const MAX_KEPT = 500;
/** Well below the 7 days that Zalo keeps an upload, the shorter time. Source: zalo.md §2.5. */
const KEPT_MS = 3 * 24 * 60 * 60_000;
/**
 * A send that was begun longer ago is not gone on with: its sender may have lost the partition meanwhile, and the next owner,
 * who waits for an echo no longer than a plain send can take, would send the file too. It finds the upload at its next try.
 */
const SLOW_MS = 3_000;
const STORE_TRIES = 20;
const UPLOAD_TRIES = 5;

/**
 * Uploads of one channel, a few at a time. A send that is tried again, or a file that goes to many, is uploaded once.
 * `now` in ms, of any clock that does not go back.
 */
export function makeUploads(channel: ChannelName, readFile: ReadFile, now = () => performance.now()): Uploads {
  const kept = new Map<string, { message: OutMessage; at: number }>();
  const waiting: (() => void)[] = [];
  let running = 0;

  const enter = async (): Promise<void> => {
    if (running < MAX_AT_A_TIME) running += 1;
    else await new Promise<void>((go) => waiting.push(go));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  };

  async function readAndUpload(file: ProofFile, upload: (ready: ReadyFile) => Promise<Upload>): Promise<Upload> {
    const found = await readFile(file.fileId).catch(() => undefined);
    if (found === undefined) return failed(verdicts.temporary(STORE_TRIES), 'store');
    if (found === null) return failed(verdicts.fileMissing(), 'not stored');
    const { bytes, name, mime } = found;
    const limit = fileLimitOf(channel, mime);
    const fault = fileFault(channel, { mime, size: bytes.length });
    if (limit === null || fault !== null) return failed(verdicts.fileRefused(), fault ?? 'type');
    return nothingShown(await upload({ limit, name: name === '' ? file.name : name, mime, bytes }));
  }

  return {
    async messageOf(file, upload) {
      const before = kept.get(file.fileId);
      if (before && now() - before.at < KEPT_MS) return { type: 'uploaded', message: before.message };
      const fault = fileFault(channel, file);
      if (fault !== null) return failed(verdicts.fileRefused(), fault);
      const begunAt = now();
      await enter();
      try {
        const result = await readAndUpload(file, upload);
        if (result.type !== 'uploaded') return result;
        if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value ?? '');
        kept.set(file.fileId, { message: result.message, at: now() });
        if (now() - begunAt <= SLOW_MS) return result;
        return failed({ ...verdicts.temporary(UPLOAD_TRIES), afterMs: 1 }, 'uploaded');
      } finally {
        leave();
      }
    },
    forget(file) {
      kept.delete(file.fileId);
    },
  };
}

/** An upload shows nothing to anybody: one whose answer was lost is simply done again, and what the platform refuses is the file. */
function nothingShown(result: Upload): Upload {
  if (result.type === 'uploaded') return result;
  if (result.retry === 'ambiguous') return failed(verdicts.temporary(UPLOAD_TRIES), result.platformCode);
  if (result.code === 'send.refused') return failed(verdicts.fileRefused(), result.platformCode);
  return result;
}

/** The message of a reply's file, for `send` to upload first. Both adapters dress it so. */
export type FileMessage = OutMessage & { file: ProofFile };

export const isFileMessage = (message: OutMessage): message is FileMessage => 'file' in message;

/** How a file stands in transcripts. */
export const describeFile = ({ file }: FileMessage): string => `📎 ${file.name}`;
