import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { systemClock, type Clock } from '../../base/clock.ts';
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { canBeSocketPath } from '../listen-address.ts';
import { takeLock } from '../lock.ts';
import type { Server } from './commands/command.ts';
import { Cursors } from './cursors.ts';
import { dispatch, failureBody } from './dispatch.ts';
import { CommandError } from './errors.ts';
import { removeExpired } from './expiry.ts';
import type { Flush, Sync } from './journal.ts';
import { Store } from './store.ts';
import { messageReader, readRequest, writeReply } from './wire.ts';

/** Source: MongoDB manual, "TTL Indexes": the background task runs every 60 seconds. */
const EXPIRY_INTERVAL_MS = 60_000;
const COMPACT_FROM_BYTES = 32 * 1024 * 1024;
const DATABASE = 'sang_kien';

export type EmbeddedMongoOptions = {
  /** Everything lies in `dataDir/mongo`; null keeps nothing. */
  dataDir: string | null;
  /** With `host` or `port` (0 = any free one) it listens on TCP, without them on a unix socket where one is possible. */
  host?: string;
  port?: number;
  log: Log;
  clock?: Clock;
  flush?: Flush;
  /** Forces a file onto the disk; fdatasync unless told. */
  sync?: Sync;
  expiryIntervalMs?: number;
  compactFromBytes?: number;
};

export type EmbeddedMongo = { uri: string; close(): Promise<void> };

/**
 * Serves the MongoDB protocol from this process. A write is acknowledged when the journal has been handed to the
 * operating system, so it outlives this process; see `Flush` for what a power cut may take.
 * Throws `config.invalid` when another process works on the folder.
 */
export async function startEmbeddedMongo(options: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
  const clock = options.clock ?? systemClock;
  const dir = options.dataDir === null ? null : join(resolve(options.dataDir), 'mongo');
  const lock = dir === null ? null : takeLock(dir);
  try {
    const store = new Store({
      dir,
      flush: options.flush ?? 'everySecond',
      compactFromBytes: options.compactFromBytes ?? COMPACT_FROM_BYTES,
      log: options.log,
      ...(options.sync ? { sync: options.sync } : {}),
    });
    const server: Server = {
      store,
      cursors: new Cursors(() => performance.now()), // idle time, whatever happens to the clock on the wall
      counters: { keysExamined: 0, docsExamined: 0 },
      now: clock.now,
      startedAt: clock.now(),
    };
    const sockets = new Set<Socket>();
    let connections = 0;
    const listener = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      serve(server, socket, (connections += 1), options.log);
    });
    const uri = await listen(listener, dir, options);
    const timer = setInterval(() => tick(server, options.log), options.expiryIntervalMs ?? EXPIRY_INTERVAL_MS);
    timer.unref();
    options.log.info({ dir: dir ?? 'memory', collections: store.collections.size }, 'embedded mongo started');
    const close = async (): Promise<void> => {
      clearInterval(timer);
      const closed = new Promise<void>((done) => listener.close(() => done()));
      for (const socket of sockets) socket.destroy();
      await closed;
      await store.close();
      lock?.release();
    };
    let closing: Promise<void> | undefined;
    return { uri, close: () => (closing ??= close()) };
  } catch (error) {
    lock?.release();
    throw error;
  }
}

function tick(server: Server, log: Log): void {
  server.cursors.killIdle();
  try {
    removeExpired(server.store, server.now());
  } catch (error) {
    log.warn(describeError(error), 'embedded mongo could not remove what has expired');
  }
}

function listen(listener: NetServer, dir: string | null, { host, port }: EmbeddedMongoOptions): Promise<string> {
  const path = dir === null ? null : join(dir, 'mongo.sock');
  const onSocket = host === undefined && port === undefined && path !== null && canBeSocketPath(path);
  return new Promise((done, fail) => {
    listener.once('error', fail);
    const ready = (): void => {
      listener.off('error', fail);
      const address = listener.address();
      if (onSocket) chmodSync(path, 0o700);
      const place =
        typeof address === 'object' && address !== null
          ? `${host ?? '127.0.0.1'}:${address.port}`
          : encodeURIComponent(path ?? '');
      done(`mongodb://${place}/${DATABASE}?directConnection=true`);
    };
    if (!onSocket) return void listener.listen(port ?? 0, host ?? '127.0.0.1', ready);
    rmSync(path, { force: true }); // left by a killed process; the lock says that nobody uses it
    listener.listen(path, ready);
  });
}

/** One connection: requests are answered in the order they came. */
function serve(server: Server, socket: Socket, connectionId: number, log: Log): void {
  const read = messageReader();
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const message of read(chunk)) {
        const request = readRequest(message);
        if (request === null) throw new Error('an operation that is not known');
        const body = dispatch(server, request, connectionId);
        const settled = server.store.settled();
        const send = (answer: Uint8Array): void => {
          if (request.silent || socket.destroyed) return;
          socket.cork();
          for (const part of writeReply(request, answer)) socket.write(part);
          socket.uncork();
        };
        if (settled === null) send(body);
        else
          settled.then(
            () => send(body),
            () => send(failureBody(new CommandError(14031, 'the journal could not be flushed to the disk'))),
          );
      }
    } catch (error) {
      log.warn(describeError(error), 'embedded mongo ended a connection that does not speak its protocol');
      socket.destroy();
    }
  });
}
