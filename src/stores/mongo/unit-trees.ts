import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Connection } from 'mongoose';
import { modelOf } from './model.ts';
import { storing } from './storing.ts';

const UNIT_TREE_VERSION = 1;

/** A list of workplaces as it was published, in the collection `unitTrees`. Never changed, and shared by versions that have the same. */
type UnitTreeDoc = {
  /** SHA-256 of the list, hex. */
  _id: string;
  v: number;
  /** The list as `writeUnitRows` writes it, gzipped. */
  csv: Buffer;
  at: Date;
};

export type UnitTreeStore = ReturnType<typeof unitTreeStore>;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

export function unitTreeStore(connection: Connection) {
  const model = modelOf<UnitTreeDoc>(connection, 'unitTrees', { _id: String, v: Number, csv: Buffer, at: Date }, []);
  return {
    /** Keeps a list; the same list is kept once. Its id. */
    async keep(csv: string, at: Date): Promise<string> {
      const id = createHash('sha256').update(csv).digest('hex');
      const packed = await pack(csv);
      await storing(async () => {
        await model.updateOne(
          { _id: id },
          { $setOnInsert: { csv: packed, at, v: UNIT_TREE_VERSION } },
          { upsert: true },
        );
      });
      return id;
    },
    /** Null when there is none of this id. */
    async read(id: string): Promise<string | null> {
      const found = await storing(async () => model.findById(id).lean<{ csv: Buffer | { buffer: Uint8Array } }>());
      if (!found) return null;
      const { csv } = found;
      return (await unpack(Buffer.isBuffer(csv) ? csv : csv.buffer)).toString('utf8'); // lean leaves BSON's own type
    },
  };
}
