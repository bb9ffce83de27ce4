import { connect, type NetConnectOpts } from 'node:net';

/** Where a Redis listens: a unix socket, or a loopback port with its password. */
export type RedisAddress = { type: 'socket'; path: string } | { type: 'port'; port: number; password: string };

export function toUrl(address: RedisAddress): string {
  return address.type === 'socket' ? address.path : `redis://:${address.password}@127.0.0.1:${address.port}`;
}

/**
 * Sends commands (words without spaces or line ends) on a connection of its own and gives all that was answered, raw,
 * or null when nobody answers within the time. Enough to ask a server who it is, without a client library.
 */
export function askRedis(address: RedisAddress, commands: string[], timeoutMs: number): Promise<string | null> {
  const target: NetConnectOpts =
    address.type === 'socket' ? { path: address.path } : { host: '127.0.0.1', port: address.port };
  const lines = address.type === 'port' ? [`AUTH ${address.password}`, ...commands] : commands;
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(target, () => socket.write(`${[...lines, 'QUIT'].join('\r\n')}\r\n`));
    socket.setEncoding('utf8');
    socket.setTimeout(timeoutMs, () => socket.destroy());
    socket.on('data', (chunk: string) => (answer += chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(answer === '' ? null : answer));
  });
}
