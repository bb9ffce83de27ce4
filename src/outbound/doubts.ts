import { readProofs, sendKey } from '../stores/redis/outbox.ts';
import type { OutLane, Sending, SendShell } from './shell.ts';

/** Sends of one partition whose answer was lost, until something proves that they arrived or the wait is over. */
export type Doubts = {
  /** Waits for proof of the lane's head, from now on for as long as the channel says. */
  watch(lane: OutLane, head: Sending): void;
  drop(): void;
};

export type DoubtHooks = {
  /** Proven: with its message id. Not proven in time: null. */
  onSettled(lane: OutLane, head: Sending, messageId: string | null): void;
  onBroken(): void;
};

const PROOF_POLL_MS = 250;

export function makeDoubts(shell: SendShell, p: number, hooks: DoubtHooks): Doubts {
  const doubtful = new Set<OutLane>();
  let over = false;
  let looking: NodeJS.Timeout | undefined;

  /** One look at a time: an answer that comes after the next question would be taken for one about the lane's next message. */
  function look(): void {
    if (looking || over || doubtful.size === 0) return;
    looking = setTimeout(() => {
      lookForProofs().then(
        () => {
          looking = undefined;
          look();
        },
        () => hooks.onBroken(),
      );
    }, PROOF_POLL_MS);
  }

  async function lookForProofs(): Promise<void> {
    const list = [...doubtful];
    const keys = list.map(({ queue: [head] }) => sendKey(head!.row.id, head!.part));
    const proofs = await readProofs(shell.connection, p, keys);
    if (over) return;
    const now = performance.now();
    for (const [i, lane] of list.entries()) {
      const head = lane.queue[0]!;
      const messageId = proofs[i] ?? null;
      if (messageId === null && now < head.doubtEndsAt) continue;
      doubtful.delete(lane);
      head.inDoubt = false;
      hooks.onSettled(lane, head, messageId);
    }
  }

  return {
    watch(lane, head) {
      head.doubtEndsAt = performance.now() + lane.channel.limits.echoWaitMs;
      doubtful.add(lane);
      look();
    },
    drop() {
      over = true;
      clearTimeout(looking);
    },
  };
}
