import { useEffect, useState } from 'react';

const TICK_MS = 20_000;
let offsetMs = 0;

/** The product's clock may stand elsewhere than this machine's, on purpose in a demonstration. Epoch ms. */
export function keepServerClock(at: number): void {
  const next = at - Date.now();
  if (Math.abs(next - offsetMs) > 2000) offsetMs = next; // less is the way of the answer
}

export const serverNow = (): number => Date.now() + offsetMs;

/** The product's time, fresh enough to count minutes. Epoch ms. */
export function useNow(): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(serverNow()), TICK_MS);
    return () => window.clearInterval(timer);
  }, []);
  return now;
}
