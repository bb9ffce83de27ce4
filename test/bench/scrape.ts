/** Prometheus text as name{labels} → value. */
export type Scraped = Map<string, number>;

export async function scrape(origin: string): Promise<Scraped> {
  const text = await (await fetch(`${origin}/metrics`, { signal: AbortSignal.timeout(5000) })).text();
  return new Map(
    Array.from(text.matchAll(/^([a-z]\S*(?:\{[^}]*\})?) (\S+)$/gm), ([, key, value]) => [key!, Number(value)]),
  );
}

/** What waits by role and how long the oldest has waited. */
export type Backlog = { worker: number; sender: number; jobs: number; oldestSeconds: number };

export function backlogOf(scraped: Scraped): Backlog {
  const of = (role: string): number => scraped.get(`skb_backlog{role="${role}"}`) ?? NaN;
  const oldest = ['worker', 'sender'].map((role) => scraped.get(`skb_backlog_oldest_seconds{role="${role}"}`) ?? 0);
  return { worker: of('worker'), sender: of('sender'), jobs: of('jobs'), oldestSeconds: Math.max(...oldest) };
}
