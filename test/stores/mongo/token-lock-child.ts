import { createInterface } from 'node:readline';
import { silentLog } from '../../../src/base/log.ts';
import { connectMongo } from '../../../src/stores/mongo/connect.ts';
import { tokenStore } from '../../../src/stores/mongo/tokens.ts';

/** A process that may renew a token: `<mongodb uri> <owner> <lease ms>`. Tells its clock, then answers `lock` and `unlock`. */
const [uri = '', owner = '', leaseMs = ''] = process.argv.slice(2);
const mongo = await connectMongo(uri, { log: silentLog });
const tokens = tokenStore(mongo.connection, 'zalo:oa1', String);
console.log(Date.now());
for await (const line of createInterface(process.stdin)) {
  if (line === 'lock') console.log(await tokens.lock(owner, Number(leaseMs)));
  else {
    await tokens.unlock(owner);
    console.log(true);
  }
}
await mongo.close();
