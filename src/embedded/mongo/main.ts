import { makeLog } from '../../base/log.ts';
import { startEmbeddedMongo } from './server.ts';

// The embedded server as a process of its own: DATA_DIR (unset = memory only), HOST and PORT (unset = a socket, or any
// free port). Prints one line, the connection string, when it is ready; ends on SIGTERM or SIGINT.
const { DATA_DIR: dataDir, HOST: host, PORT: port, MONGO_FLUSH: flush } = process.env;
const mongo = await startEmbeddedMongo({
  dataDir: dataDir ?? null,
  ...(host === undefined ? {} : { host }),
  ...(port === undefined ? {} : { port: Number(port) }),
  flush: flush === 'always' ? 'always' : 'everySecond',
  log: makeLog('silent'),
});
process.stdout.write(`${mongo.uri}\n`);
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => void mongo.close().then(() => process.exit(0)));
