import type { Browser } from './console.ts';

export type Listener = {
  /** The next event of this name that fits and was not given before; waits for it. */
  next(name: string, fits?: (data: unknown) => boolean): Promise<unknown>;
  /** All of this name so far. */
  heard(name: string): unknown[];
  /** Resolves when the stream is over. */
  ended: Promise<void>;
  close(): void;
};

type Event = { name: string; data: unknown; isGiven: boolean };

/** Listens to a stream of server-sent events as a page of this browser does, without connecting again. */
export function listenTo(url: string, browser: Browser): Listener {
  const events: Event[] = [];
  const wakes = new Set<() => void>();
  const abort = new AbortController();
  const wake = (): void => {
    for (const one of wakes) one();
  };
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');

  async function read(): Promise<void> {
    const answer = await fetch(url, { headers: { cookie }, signal: abort.signal });
    if (!answer.ok || !answer.body) throw new Error(`the stream was answered with ${answer.status}`);
    let rest = '';
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, name] = /^event: (.*)$/m.exec(block) ?? [];
        const [, data] = /^data: (.*)$/m.exec(block) ?? [];
        if (name !== undefined) events.push({ name, data: JSON.parse(data ?? 'null') as unknown, isGiven: false });
      }
      wake();
    }
  }
  const ended = read().catch((error: unknown) => {
    if (!abort.signal.aborted) throw error;
  });

  return {
    async next(name, fits = () => true) {
      for (;;) {
        const found = events.find((event) => !event.isGiven && event.name === name && fits(event.data));
        if (found) {
          found.isGiven = true;
          return found.data;
        }
        await Promise.race([
          new Promise<void>((resolve) => wakes.add(resolve)),
          ended.then(() => Promise.reject(new Error(`the stream ended before ${name}`))),
        ]);
        wakes.clear();
      }
    },
    heard: (name) => events.filter((event) => event.name === name).map(({ data }) => data),
    ended,
    close: () => abort.abort(),
  };
}
