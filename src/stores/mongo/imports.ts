import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Connection } from 'mongoose';
import { modelOf } from './model.ts';
import { storing } from './storing.ts';

const IMPORT_VERSION = 1;
/** Who looks over a sheet does so today; what is left is nobody's. */
const KEPT_SECONDS = 24 * 3600;
/** A document holds 16 MB. */
const MAX_PACKED = 12_000_000;

/** A sheet that was read and not published yet, in the collection `imports`. */
type ImportDoc = {
  _id: string;
  v: number;
  campaign: string;
  /** Account that brought it; nobody else sees it. */
  staff: string;
  /** Name of the file. */
  name: string;
  /** How its letters were read, null for a workbook. */
  encoding: string | null;
  /** What was read, JSON, gzip. */
  sheet: Buffer;
  /** Version that it became, null = none yet. */
  published: number | null;
  /** By the real clock, by which it goes. */
  at: Date;
};

export type StagedImport = Omit<ImportDoc, 'v' | 'sheet'> & { sheet: unknown };
/** As a lean query gives it: with BSON's own type. */
type Packed = Omit<ImportDoc, 'sheet'> & { sheet: Buffer | { buffer: Uint8Array } };
export type ImportStore = ReturnType<typeof importStore>;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

export function importStore(connection: Connection) {
  const model = modelOf<ImportDoc>(
    connection,
    'imports',
    {
      _id: String,
      v: Number,
      campaign: String,
      staff: String,
      name: String,
      encoding: String,
      sheet: Buffer,
      published: Number,
      at: Date,
    },
    [[{ at: 1 }, { expireAfterSeconds: KEPT_SECONDS }]],
  );
  return {
    /** False where it is too much to be kept. */
    async add({ sheet, ...fields }: StagedImport): Promise<boolean> {
      const packed = await pack(JSON.stringify(sheet));
      if (packed.length > MAX_PACKED) return false;
      const { _id, ...rest } = fields;
      await storing(async () => {
        await model.updateOne(
          { _id },
          { $setOnInsert: { ...rest, sheet: packed, v: IMPORT_VERSION } },
          { upsert: true },
        );
      });
      return true;
    },
    /** Null when there is none, or another account's. */
    async read(id: string, staff: string): Promise<StagedImport | null> {
      const found = await storing(async () => model.findOne({ _id: id, staff }).lean<Packed>());
      if (!found) return null;
      const { v: _, sheet, ...fields } = found;
      const text = await unpack(Buffer.isBuffer(sheet) ? sheet : sheet.buffer);
      return { ...fields, sheet: JSON.parse(text.toString('utf8')) as unknown };
    },
    becamePublished: (id: string, version: number): Promise<void> =>
      storing(async () => {
        await model.updateOne({ _id: id }, { $set: { published: version } });
      }),
    remove: (id: string, staff: string): Promise<void> =>
      storing(async () => {
        await model.deleteOne({ _id: id, staff });
      }),
  };
}
