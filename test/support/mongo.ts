import { randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { silentLog } from '../../src/base/log.ts';
import { startEmbeddedMongo } from '../../src/embedded/mongo/server.ts';
import { connectMongo, type Mongo } from '../../src/stores/mongo/connect.ts';
import { mongoStores, prepareStores, type MongoStores } from '../../src/stores/mongo/stores.ts';

export type TestMongo = Mongo & { uri: string; stores: MongoStores };

/** A database of its own with all stores prepared: on `MONGODB_URI` when set, else on an embedded server over a socket. */
export async function openTestMongo(randomBelow?: (limit: number) => number): Promise<TestMongo> {
  const { uri, end } = await serverUri();
  const mongo = await connectMongo(uri, { log: silentLog });
  const stores = mongoStores(mongo.connection, randomBelow);
  await prepareStores(mongo.connection, stores, silentLog);
  return {
    ...mongo,
    uri,
    stores,
    async close() {
      await mongo.connection.dropDatabase().catch(() => {});
      await mongo.close();
      await end();
    },
  };
}

async function serverUri(): Promise<{ uri: string; end(): Promise<void> }> {
  const configured = process.env['MONGODB_URI'];
  if (configured) {
    const uri = new URL(configured);
    uri.pathname = `/test_${randomBytes(6).toString('hex')}`;
    return { uri: uri.href, end: async () => {} };
  }
  const server = await startEmbeddedMongo({ dataDir: null, log: silentLog });
  return { uri: server.uri, end: () => server.close() };
}

/** A server on TCP behind a relay that can be cut and mended, as a network can. */
export async function startFlakyMongo(): Promise<{ uri: string; cut(): void; mend(): void; close(): Promise<void> }> {
  const server = await startEmbeddedMongo({ dataDir: null, log: silentLog, host: '127.0.0.1', port: 0 });
  const uri = new URL(server.uri);
  const serverPort = Number(uri.port);
  const sockets = new Set<Socket>();
  let isCut = false;
  const relay = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(serverPort, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((done) => relay.listen(0, '127.0.0.1', done));
  uri.port = String((relay.address() as AddressInfo).port);
  const cut = (): void => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    uri: uri.href,
    cut,
    mend: () => void (isCut = false),
    async close() {
      cut();
      await new Promise((done) => relay.close(done));
      await server.close();
    },
  };
}
