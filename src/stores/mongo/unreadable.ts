import { createHash } from 'node:crypto';
import type { Connection, mongo } from 'mongoose';
import { modelOf } from './model.ts';
import { storing } from './storing.ts';

/** Raw bodies may hold anything about anybody, and no deletion can find them by person. */
const KEPT_SECONDS = 90 * 24 * 3600;

/** Something signed that could not be understood, in the collection `unreadable`. */
export type UnreadableDoc = {
  /** Hash of what it is: the platform's redelivery of it is the same document. */
  _id: string;
  channel: string;
  receivedAt: Date;
  reason: string;
  raw: string;
};

export type UnreadableStore = ReturnType<typeof unreadableStore>;

export function unreadableStore(connection: Connection) {
  const model = modelOf<UnreadableDoc>(
    connection,
    'unreadable',
    { _id: String, channel: String, receivedAt: Date, reason: String, raw: String },
    [[{ receivedAt: 1 }, { expireAfterSeconds: KEPT_SECONDS }]],
  );
  return {
    collection: model.collection,
    /** Newest first. */
    last: (limit: number): Promise<UnreadableDoc[]> =>
      storing(async () => model.find().sort({ receivedAt: -1 }).limit(limit).lean<UnreadableDoc[]>()),
  };
}

export type Unreadable = { channel: string; receivedAt: number; reason: string; raw: string };

export function unreadableWrite(item: Unreadable): mongo.AnyBulkWriteOperation<UnreadableDoc> {
  const { channel, receivedAt, reason, raw } = item;
  const _id = createHash('sha256')
    .update(JSON.stringify([channel, reason, raw]))
    .digest('hex');
  return { insertOne: { document: { _id, channel, receivedAt: new Date(receivedAt), reason, raw } } };
}
