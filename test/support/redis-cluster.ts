import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { repairAppendOnly } from './redis.ts';

export type ClusterNode = { port: number; pid(): number };

/** Three masters with a replica each, as a deployment of several machines has them. */
export type RedisCluster = {
  /** For REDIS_URL. */
  url: string;
  /** The nodes that are masters just now, as the rest of the cluster sees it. */
  masters(): ClusterNode[];
  /** Replicas of this master that have its data. */
  replicasOf(master: ClusterNode): ClusterNode[];
  /** `CLUSTER FAILOVER` on a replica of this master: the two change places without loss. Resolves when they have. */
  changePlaces(master: ClusterNode): Promise<void>;
  /** Its replicas hear nothing more of it and do nothing, until a master is killed. */
  sever(master: ClusterNode): void;
  /** `kill -9`; the others make a replica of it the master when it has been away for `nodeTimeoutMs`. Resolves when they have. */
  kill(master: ClusterNode): Promise<void>;
  /** Starts a killed node again; it comes back as a replica. Resolves when it has the data. */
  revive(node: ClusterNode): Promise<void>;
  close(): Promise<void>;
};

const MASTERS = 3;
const PATIENCE_MS = 60_000;

/** A real cluster of six servers on 127.0.0.1. `args` are further settings of each. */
export async function startRedisCluster(
  options: { nodeTimeoutMs?: number; args?: readonly string[] } = {},
): Promise<RedisCluster> {
  const dir = mkdtempSync(join(tmpdir(), 'skb-cluster-'));
  const running = new Map<number, ChildProcess>();
  const ports: number[] = [];
  const stopped = new Set<number>();
  process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));
  for (let n = 0; n < 2 * MASTERS; n++) ports.push(await freeClusterPort(ports));

  function launch(port: number): void {
    const own = join(dir, String(port));
    mkdirSync(own, { recursive: true });
    repairAppendOnly(own);
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', own, '--save', ''];
    args.push('--appendonly', 'yes', '--appendfsync', 'always', '--aof-load-truncated', 'no');
    args.push('--cluster-enabled', 'yes', '--cluster-node-timeout', String(options.nodeTimeoutMs ?? 2000));
    args.push('--repl-diskless-sync-delay', '0', '--logfile', join(own, 'log'), ...(options.args ?? []));
    running.set(port, spawn('redis-server', args, { stdio: 'ignore' }));
  }

  const ask = (port: number, ...words: string[]): string =>
    execFileSync('redis-cli', ['-p', String(port), ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });

  /** What `redis-cli` says, '' when it cannot. */
  const tryToAsk = (port: number, ...words: string[]): string => {
    try {
      return ask(port, ...words);
    } catch {
      return '';
    }
  };

  async function until(what: string, holds: () => boolean, port = ports[0]!): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!holds()) {
      if (performance.now() > deadline) {
        const nodes = view().map((line) => JSON.stringify(line));
        const log = readFileSync(join(dir, String(port), 'log'), 'utf8').slice(-2000);
        throw new Error(`the cluster: ${what} not in time\n${nodes.join('\n')}\n${port}: ${log}`);
      }
      await delay(50);
    }
  }

  const isUp = (port: number): boolean => running.get(port)?.exitCode === null && !running.get(port)?.signalCode;
  const node = (port: number): ClusterNode => ({ port, pid: () => running.get(port)?.pid ?? 0 });

  /** Lines of CLUSTER NODES: `<id> <ip:port@bus> <flags> <master id> …`, as a living node sees them. */
  function view(of?: number): { id: string; port: number; flags: string; master: string }[] {
    const eye = of ?? ports.find((port) => isUp(port) && tryToAsk(port, 'ping') !== '') ?? 0;
    return tryToAsk(eye, 'cluster', 'nodes')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [id = '', address = '', flags = '', master = ''] = line.split(' ');
        return { id, port: Number(/:(\d+)@/.exec(address)?.[1]), flags, master };
      });
  }

  const masters = (): ClusterNode[] =>
    view()
      .filter(({ flags }) => flags.includes('master') && !flags.includes('fail'))
      .map(({ port }) => node(port));

  const replicasOf = (master: ClusterNode): ClusterNode[] => {
    const { id } = view().find(({ port }) => port === master.port) ?? { id: '' };
    return view()
      .filter((line) => line.master === id && id !== '' && !line.flags.includes('fail'))
      .map(({ port }) => node(port))
      .filter(({ port }) => tryToAsk(port, 'info', 'replication').includes('master_link_status:up'));
  };

  /** Every living node sees three masters at work and all slots served. */
  const isWhole = (): boolean =>
    ports.filter(isUp).every((port) => tryToAsk(port, 'cluster', 'info').includes('cluster_state:ok')) &&
    masters().length === MASTERS;

  for (const port of ports) launch(port);
  await until('all answer', () => ports.every((port) => tryToAsk(port, 'ping') !== ''));
  const addresses = ports.map((port) => `127.0.0.1:${port}`);
  ask(ports[0]!, '--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes');
  await until('is whole', () => isWhole() && masters().every((master) => replicasOf(master).length === 1));

  return {
    url: ports.map((port) => `redis://127.0.0.1:${port}`).join(','),
    masters,
    replicasOf,
    async changePlaces(master) {
      const [replica] = replicasOf(master);
      if (!replica) throw new Error('a master without a replica');
      ask(replica.port, 'cluster', 'failover');
      await until('the replica is the master', () => masters().some(({ port }) => port === replica.port) && isWhole());
    },
    sever(master) {
      for (const replica of replicasOf(master)) {
        process.kill(replica.pid(), 'SIGSTOP');
        stopped.add(replica.pid());
      }
      ask(master.port, 'client', 'kill', 'type', 'replica');
    },
    async kill(master) {
      const child = running.get(master.port)!;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      for (const pid of stopped) process.kill(pid, 'SIGCONT');
      stopped.clear();
      await until('another is the master', () => isWhole() && !masters().some(({ port }) => port === master.port));
    },
    async revive({ port }) {
      launch(port);
      // on a busy machine it may even be made the master again meanwhile
      const hasTheData = (): boolean =>
        tryToAsk(port, 'info', 'replication').includes('master_link_status:up') ||
        view(ports.find((other) => other !== port && isUp(other))).some(
          (line) => line.port === port && /^(myself,)?master$/.test(line.flags),
        );
      await until('it is a replica again', hasTheData, port);
    },
    async close() {
      await Promise.all(
        [...running.values()].map(async (child) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          const gone = once(child, 'exit');
          child.kill('SIGKILL');
          await gone;
        }),
      );
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The nodes speak among each other on the port 10,000 above. Both are below those that the system gives out by itself. */
async function freeClusterPort(taken: readonly number[]): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 2700);
    if (!taken.includes(port) && (await isFree(port)) && (await isFree(port + 10_000))) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(port, '127.0.0.1');
    await once(probe, 'listening');
    return (probe.address() as AddressInfo).port === port;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}
