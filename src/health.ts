/** One thing that must be there before we take messages. `check` resolves when it is, rejects or hangs when it is not. */
export type Probe = { name: string; check(): Promise<unknown> };

export type HealthAnswer = { status: 200 | 503; body: { status: string; checks?: Record<string, 'ok' | 'failed'> } };

/** For `GET /healthz`: the process answers, whatever its stores do. */
export function health(): HealthAnswer {
  return { status: 200, body: { status: 'alive' } };
}

/**
 * For `GET /readyz`: every probe at once, each for `limitMs` at most. The answer names what failed and never why, because
 * anyone may ask; the reason is told to `onFailure` for the log.
 */
export async function readiness(
  probes: readonly Probe[],
  limitMs: number,
  onFailure: (name: string, error: unknown) => void,
): Promise<HealthAnswer> {
  const results = await Promise.all(
    probes.map(async (probe): Promise<[string, 'ok' | 'failed']> => {
      try {
        await within(limitMs, probe.check());
        return [probe.name, 'ok'];
      } catch (error) {
        onFailure(probe.name, error);
        return [probe.name, 'failed'];
      }
    }),
  );
  const ready = results.every(([, result]) => result === 'ok');
  return {
    status: ready ? 200 : 503,
    body: { status: ready ? 'ready' : 'not ready', checks: Object.fromEntries(results) },
  };
}

/** Rejects when `work` takes longer; the work itself goes on. */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
