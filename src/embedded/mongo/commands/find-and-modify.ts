import { toBytes } from '../bytes.ts';
import { CommandError } from '../errors.ts';
import { readSort, search } from '../find.ts';
import { makeProjection } from '../project.ts';
import { isTrue, promote, promoteDoc } from '../values.ts';
import { valueBody } from '../wire.ts';
import { docField, namespaceOf, refuseCollation, refuseTransaction, type Command } from './command.ts';
import { changeStored, updateOf, upsert } from './write.ts';

const findAndModify: Command = {
  typed: true,
  run: (server, call) => {
    const { doc } = call;
    refuseCollation(doc);
    refuseTransaction(doc);
    const ns = namespaceOf(call);
    const typedFilter = docField(doc, 'query');
    const filter = promoteDoc(typedFilter);
    const project = makeProjection(promote(doc['fields']));
    const collection = server.store.get(ns);
    const wanted = { filter, sort: readSort(doc['sort']), skip: 0, limit: 1 };
    const stored = collection === undefined ? undefined : search(collection, wanted, server.counters).docs[0];
    const before = stored?.bytes;
    if (isTrue(doc['remove'])) {
      if (collection === undefined || stored === undefined || before === undefined)
        return { lastErrorObject: { n: 0 }, value: null };
      server.store.change((batch) => collection.remove(stored, batch));
      return valueBody(toBytes({ n: 1 }), project(before));
    }
    if (doc['update'] === undefined) throw new CommandError(9, 'Either an update or remove=true must be specified');
    const change = updateOf(doc['update']);
    const wantsNew = isTrue(doc['new']);
    if (stored !== undefined && before !== undefined) {
      const after = server.store.change((batch) => changeStored(server, ns, stored, filter, change, doc, batch));
      return valueBody(toBytes({ n: 1, updatedExisting: true }), project(wantsNew ? (after ?? before) : before));
    }
    if (!isTrue(doc['upsert'])) return { lastErrorObject: { n: 0, updatedExisting: false }, value: null };
    const added = server.store.change((batch) => upsert(server, ns, typedFilter, change, doc, batch));
    const lastErrorObject = { n: 1, updatedExisting: false, upserted: added.doc['_id'] };
    return wantsNew ? valueBody(toBytes(lastErrorObject), project(added.bytes)) : { lastErrorObject, value: null };
  },
};

export const FIND_AND_MODIFY: Readonly<Record<string, Command>> = { findAndModify, findandmodify: findAndModify };
