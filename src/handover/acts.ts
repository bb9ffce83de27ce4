import type { Clock } from '../base/clock.ts';
import type { ContactId } from '../core/contact.ts';
import { eventId } from '../core/event.ts';
import type { ActResult, StaffAct } from '../core/handover.ts';
import type { InboundLog } from '../stores/redis/inbound-log.ts';
import type { LiveNews } from '../stores/redis/live.ts';

/** What somebody wants to do in a conversation. `id` is made by the browser: the same one twice is one act. */
export type WantedAct = { contact: ContactId; staff: string; name: string; id: string; act: StaffAct };

export type Acts = {
  /**
   * Puts the act into the log, where it gets its place among what the person sends, and waits for what became of it. `pending`:
   * nothing was heard in time; it is in the log and will be done. Throws `log.unavailable` when it may not be there: the same
   * act may be tried again under the same id.
   */
  doAct(wanted: WantedAct): Promise<ActResult | 'pending'>;
  /** What `listenLive` brings. */
  onNews(news: readonly LiveNews[]): void;
  /** Those who wait are told `pending`. */
  close(): void;
};

export type ActsOptions = {
  inboundLog: Pick<InboundLog, 'append'>;
  clock: Clock;
  /** How long the browser waits; 5 s unless told. */
  waitMs?: number;
};

const WAIT_MS = 5000;
/** Results kept for those who ask again, the oldest goes first. */
const KEPT = 1000;

/** Acts of staff from this process. Their results come as news from whichever process archived them. */
export function makeActs({ inboundLog, clock, waitMs = WAIT_MS }: ActsOptions): Acts {
  const waiting = new Map<string, Set<(result: ActResult | 'pending') => void>>();
  const known = new Map<string, ActResult>();

  function keep(id: string, result: ActResult): void {
    known.set(id, result);
    for (const oldest of known.keys()) {
      if (known.size <= KEPT) break;
      known.delete(oldest);
    }
  }

  function resultOf(id: string): Promise<ActResult | 'pending'> {
    return new Promise((resolve) => {
      const waiters = waiting.get(id) ?? new Set();
      waiting.set(id, waiters);
      const told = (result: ActResult | 'pending'): void => {
        clearTimeout(timer);
        waiters.delete(told);
        if (waiters.size === 0) waiting.delete(id);
        resolve(result);
      };
      const timer = setTimeout(() => told('pending'), waitMs);
      waiters.add(told);
    });
  }

  const tell = (id: string, result: ActResult | 'pending'): void => {
    for (const told of waiting.get(id) ?? []) told(result);
  };

  return {
    async doAct({ contact, staff, name, id: key, act }) {
      const id = eventId('console', key);
      const before = known.get(id);
      if (before) return before;
      const result = resultOf(id); // before it can be heard of
      const now = clock.now();
      try {
        await inboundLog.append([{ type: 'staff', id, contact, sentAt: now, staff, name, act }], now);
      } catch (error) {
        tell(id, 'pending');
        throw error;
      }
      return result;
    },
    onNews(news) {
      for (const { acts } of news) {
        for (const { id, result } of acts) {
          keep(id, result);
          tell(id, result);
        }
      }
    },
    close() {
      for (const id of waiting.keys()) tell(id, 'pending');
    },
  };
}
