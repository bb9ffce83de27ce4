import type { Readable } from 'node:stream';
import mongoose, { type Connection } from 'mongoose';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { Mixed, modelOf } from './model.ts';
import { isDuplicateKey, storing } from './storing.ts';

/** Source: GridFS specification, `chunkSizeBytes` default. */
const CHUNK_BYTES = 255 * 1024;

export type FileInfo = { fileId: string; name: string; mime: string; sha256: string; contact: string };

/** A GridFS document of the bucket `files`; `_id` is the file id. */
type FileDoc = {
  _id: string;
  length: number;
  chunkSize: number;
  uploadDate: Date;
  filename: string;
  metadata: Omit<FileInfo, 'fileId' | 'name'>;
};
type ChunkDoc = { files_id: string; n: number; data: Buffer };

export type FileStore = ReturnType<typeof fileStore>;

/** Proof files in GridFS. */
export function fileStore(connection: Connection, clock: Clock) {
  const files = modelOf<FileDoc>(
    connection,
    'files.files',
    { _id: String, length: Number, chunkSize: Number, uploadDate: Date, filename: String, metadata: Mixed },
    [[{ 'metadata.contact': 1 }]],
  );
  const chunks = modelOf<ChunkDoc>(connection, 'files.chunks', { files_id: String, n: Number, data: Buffer }, [
    [{ files_id: 1, n: 1 }, { unique: true }],
  ]);

  async function erase(fileIds: readonly string[]): Promise<void> {
    await files.deleteMany({ _id: { $in: fileIds } }); // first: a file without its document is nothing to anyone
    await chunks.deleteMany({ files_id: { $in: fileIds } });
  }

  return {
    /**
     * Keeps a file under its id, once. A save that broke off is done over; a finished one is left as it is.
     * The bytes are in memory already: they were bounded and their type was read from them.
     */
    save: (bytes: Buffer, { fileId, name, mime, sha256, contact }: FileInfo): Promise<void> =>
      storing(async () => {
        if (await files.exists({ _id: fileId })) return;
        // not the driver's upload stream: it refuses chunks left behind by a save that broke off
        let n = 0;
        for (let start = 0; start < bytes.length; start += CHUNK_BYTES, n++) {
          const data = bytes.subarray(start, start + CHUNK_BYTES);
          await chunks.collection.updateOne({ files_id: fileId, n }, { $set: { data } }, { upsert: true });
        }
        const document = {
          _id: fileId,
          length: bytes.length,
          chunkSize: CHUNK_BYTES,
          uploadDate: new Date(clock.now()),
        };
        const metadata = { mime, sha256, contact };
        try {
          await files.collection.insertOne({ ...document, filename: name, metadata } as never);
        } catch (error) {
          if (!isDuplicateKey(error)) throw error; // another worker finished the same task
        }
      }),

    /** What is known of a file; null when there is none. */
    info: (fileId: string): Promise<(FileInfo & { size: number }) | null> =>
      storing(async () => {
        const found = await files.findById(fileId).lean<FileDoc>();
        return found && { fileId, name: found.filename, size: found.length, ...found.metadata };
      }),

    /** The bytes, as a stream; its errors are the driver's. */
    open: (fileId: string): Readable => {
      const db = connection.db;
      if (!db) throw new AppError('store.unavailable', 'MongoDB was never connected', { retryable: true });
      const bucket = new mongoose.mongo.GridFSBucket(db, { bucketName: 'files' });
      return bucket.openDownloadStream(fileId as never); // our ids are strings; GridFS takes any `_id`
    },

    delete: (fileIds: readonly string[]): Promise<void> => storing(() => erase(fileIds)),

    eraseOf: (contact: string): Promise<void> =>
      storing(async () => {
        const found = await files.find({ 'metadata.contact': contact }, { _id: 1 }).lean<{ _id: string }[]>();
        if (found.length > 0) await erase(found.map(({ _id }) => _id));
      }),
  };
}
