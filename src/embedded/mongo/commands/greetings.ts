import { MAX_DOCUMENT_BYTES } from '../collection.ts';
import type { Doc } from '../bytes.ts';
import { MAX_MESSAGE_BYTES } from '../wire.ts';
import { CommandError } from '../errors.ts';
import type { Command, Server } from './command.ts';

/** What drivers are told they talk to: the protocol of 7.0, a server that stands alone, so no retryable writes. */
const VERSION = '7.0.0';
const WIRE_VERSION = 21;

function hello(server: Server, connectionId: number, name: string): Doc {
  return {
    helloOk: true,
    [name === 'hello' ? 'isWritablePrimary' : 'ismaster']: true,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: 100_000,
    localTime: new Date(server.now()),
    logicalSessionTimeoutMinutes: 30,
    connectionId,
    minWireVersion: 0,
    maxWireVersion: WIRE_VERSION,
    readOnly: false,
  };
}

const greet: Command = { typed: false, run: (server, call) => hello(server, call.connectionId, call.name) };
const nothing: Command = { typed: false, run: () => ({}) };
/** Fails while nothing can be written, so that whoever asks whether we are well hears of it. */
const ping: Command = {
  typed: false,
  run: (server) => {
    const fault = server.store.fault();
    if (fault !== null) throw new CommandError(14031, `the journal cannot be written: ${fault}`);
    return {};
  },
};

export const GREETINGS: Readonly<Record<string, Command>> = {
  hello: greet,
  isMaster: greet,
  ismaster: greet,
  ping,
  endSessions: nothing,
  killSessions: nothing,
  buildInfo: {
    typed: false,
    run: () => ({
      version: VERSION,
      versionArray: [7, 0, 0, 0],
      gitVersion: 'embedded',
      modules: [],
      bits: 64,
      maxBsonObjectSize: MAX_DOCUMENT_BYTES,
      storageEngines: ['embedded'],
    }),
  },
  serverStatus: {
    typed: false,
    run: (server) => ({
      host: 'embedded',
      version: VERSION,
      process: 'embedded',
      pid: process.pid,
      uptime: Math.floor((server.now() - server.startedAt) / 1000),
      localTime: new Date(server.now()),
      metrics: {
        queryExecutor: { scanned: server.counters.keysExamined, scannedObjects: server.counters.docsExamined },
        cursor: { open: { total: server.cursors.size } },
      },
    }),
  },
  getParameter: {
    typed: false,
    run: (_server, call) =>
      'featureCompatibilityVersion' in call.doc ? { featureCompatibilityVersion: { version: '7.0' } } : {},
  },
};
