import {
  type Connection,
  type Model,
  Schema,
  type SchemaDefinition,
  type IndexDefinition,
  type IndexOptions,
} from 'mongoose';

export type IndexOf = readonly [fields: IndexDefinition, options?: IndexOptions];

/**
 * The model of a collection on this connection, made once. `T` is a document as it lies in the collection.
 * Queries should be `lean`: nothing here needs a mongoose document.
 */
export function modelOf<T>(
  connection: Connection,
  collection: string,
  definition: SchemaDefinition,
  indexes: readonly IndexOf[],
): Model<T> {
  const known = connection.models[collection];
  if (known) return known as Model<T>;
  const schema = new Schema(definition, {
    collection,
    strict: 'throw',
    strictQuery: 'throw',
    minimize: false, // `answers: {}` is a value
    versionKey: false,
    autoIndex: false,
    autoCreate: false,
  });
  for (const [fields, options] of indexes) schema.index(fields, options);
  return connection.model(collection, schema) as unknown as Model<T>; // the definition and `T` are written side by side
}

/** For parts that are checked elsewhere and kept as they are. */
export const Mixed = Schema.Types.Mixed;
