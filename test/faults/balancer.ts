import { Pool } from 'undici';

/** What a load balancer does in front of the web processes, and no more: it asks who is ready and sends each request once. */
export type Balancer = {
  /** The status, 0 when no answer came. Not tried anywhere else. `at`: this web process whatever its state. */
  post(path: string, headers: Record<string, string>, body: Buffer, at?: number): Promise<number>;
  /** Origins that said so at the last look. */
  ready(): readonly string[];
  /** Indexes of those origins. */
  readyAt(): readonly number[];
  /** Statuses given so far. */
  statuses: ReadonlyMap<number, number>;
  close(): Promise<void>;
};

/** Source: issue 3 §1, as an ingress with quick health checks does. */
const LOOK_MS = 200;
const LOOK_LIMIT_MS = 2000;
const ANSWER_LIMIT_MS = 10_000;

export function startBalancer(origins: readonly string[]): Balancer {
  const pools = origins.map((origin) => new Pool(origin, { connections: 64, headersTimeout: ANSWER_LIMIT_MS }));
  const probes = origins.map((origin) => new Pool(origin, { connections: 1, headersTimeout: LOOK_LIMIT_MS }));
  const isReady = origins.map(() => false);
  const statuses = new Map<number, number>();
  let turn = 0;

  async function look(i: number): Promise<void> {
    try {
      const { statusCode, body } = await probes[i]!.request({ method: 'GET', path: '/readyz' });
      await body.dump();
      isReady[i] = statusCode === 200;
    } catch {
      isReady[i] = false;
    }
  }

  const looking = origins.map((_, i) => {
    let busy = false;
    return setInterval(() => {
      if (busy) return;
      busy = true;
      void look(i).finally(() => (busy = false));
    }, LOOK_MS);
  });

  const readyAt = (): number[] => origins.flatMap((_, i) => (isReady[i] ? [i] : []));
  return {
    statuses,
    readyAt,
    ready: () => readyAt().map((i) => origins[i]!),
    async post(path, headers, body, at) {
      const choice = readyAt();
      const chosen = at ?? choice[turn++ % Math.max(1, choice.length)];
      if (chosen === undefined) return 0;
      let status = 0;
      try {
        const answer = await pools[chosen]!.request({ method: 'POST', path, headers, body });
        status = answer.statusCode;
        await answer.body.dump();
      } catch {
        // no answer: the platform cannot know whether it arrived
      }
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      return status;
    },
    async close() {
      for (const timer of looking) clearInterval(timer);
      await Promise.all([...pools, ...probes].map((pool) => pool.destroy()));
    },
  };
}
