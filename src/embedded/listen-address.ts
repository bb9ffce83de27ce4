import { createServer } from 'node:net';

/** Source: unix(7), `sun_path` is 108 bytes on Linux and 104 on macOS, with the closing zero. */
const MAX_SOCKET_PATH_BYTES = 103;

/** Whether a unix socket can be made there and its path put into a connection string as it is. */
export function canBeSocketPath(path: string): boolean {
  return process.platform !== 'win32' && path.length <= MAX_SOCKET_PATH_BYTES && /^[\w./-]+$/.test(path);
}

/** A loopback port that was free a moment ago; another process may still be quicker. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
