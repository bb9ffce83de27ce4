import { AppError, describeError } from '../base/errors.ts';
import type { Session } from '../core/session.ts';
import type { TurnResult } from '../core/turn.ts';
import { tellOnce } from '../stores/redis/commit.ts';
import { alreadySeen } from '../stores/redis/ledger.ts';
import { channelOf, isAnswered, isHeld } from './batch.ts';
import { timeOf, type Lane } from './lane.ts';
import { codeOf, type TurnShell } from './shell.ts';

/** The turns of one partition that wait for an answer from outside, or for another try. */
export type Asks = {
  /** Takes over the lane's head, whose turn has come as far as `first`, and releases the lane answered or given up. */
  begin(lane: Lane, first: TurnResult): void;
  /** The head's turn threw. True: give it up now. False: the lane is held and released for another try. */
  fault(lane: Lane, error: unknown): boolean;
  /** Answers being waited for. */
  active(): number;
  drop(): void;
};

export type AskHooks = {
  sessionOf(contact: string): Session | null;
  onPlayedBefore(hash: string): void;
  onReleased(lane: Lane): void;
  onQuiet(): void;
  onBroken(): void;
};

/** More questions in one turn are a fault of the flow. */
const REQUESTS_PER_TURN = 8;

export function startAsks(shell: TurnShell, p: number, token: string, hooks: AskHooks): Asks {
  const { connection, engine, clock, log, limits, counters } = shell;
  const timers = new Set<NodeJS.Timeout>();
  let active = 0;
  let over = false;

  function later(delayMs: number, then: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      timers.delete(timer);
      then();
    }, delayMs);
    timers.add(timer);
    return timer;
  }

  const backoffMs = (tries: number): number =>
    Math.min(limits.retryMs * 2 ** (tries - 1), limits.retryMaxMs) * (0.5 + shell.random() / 2);

  function fault(lane: Lane, error: unknown): boolean {
    lane.faults++;
    log.error({ partition: p, tries: lane.faults, ...describeError(error) }, 'a turn failed');
    if (lane.faults >= limits.faultTries) return true;
    lane.held = true;
    const { round } = lane;
    later(backoffMs(lane.faults), () => lane.round === round && release(lane));
    return false;
  }

  /** Plays on from `result` until nothing is asked any more. */
  async function answerAll(lane: Lane, result: TurnResult, stale: () => boolean): Promise<TurnResult | null> {
    const { event } = lane.queue[0]!;
    const at = timeOf(lane.queue[0]!);
    for (let n = 0; result.request; n++) {
      if (n >= REQUESTS_PER_TURN)
        throw new AppError('turn.looped', 'a turn asks without end', { facts: { partition: p } });
      const { request } = result;
      const outcome = await shell.answer(request);
      if (stale()) return null;
      const next = engine.resume(result.session, event, at, request, outcome);
      const act = next.act ?? result.act;
      result = {
        session: next.session,
        replies: [...result.replies, ...next.replies],
        tasks: [...result.tasks, ...next.tasks],
        request: next.request,
        ...(act && { act }),
      };
    }
    return result;
  }

  async function tellBusy(lane: Lane): Promise<void> {
    const head = lane.queue[0]!;
    const session = hooks.sessionOf(lane.contact);
    if (isHeld(session) || !isAnswered(head.event)) return;
    const reply = engine.busyReply(session);
    const row = { id: `${head.hash}-busy`, contact: lane.contact, reply, at: timeOf(head) };
    await tellOnce(connection, p, token, channelOf(lane.contact), row, limits.toldMs);
    shell.outlet?.begin(p);
  }

  function release(lane: Lane): void {
    hooks.onReleased(lane);
  }

  async function attempt(lane: Lane, first: TurnResult, tries: number, stale: () => boolean): Promise<void> {
    const channel = shell.channels.get(channelOf(lane.contact));
    const { contact } = lane.queue[0]!.event;
    const isAwaited = isAnswered(lane.queue[0]!.event) && !isHeld(hooks.sessionOf(lane.contact));
    const typing = later(limits.typingMs, () => isAwaited && void channel?.typing?.(contact).catch(() => {}));
    try {
      const result = await answerAll(lane, first, stale);
      if (!result || stale()) return;
      lane.answered = result;
      release(lane);
    } catch (error) {
      if (stale()) return;
      if (error instanceof AppError && error.retryable) {
        counters.requestRetries++;
        later(backoffMs(tries), () => !stale() && run(lane, first, tries + 1, stale));
        if (tries > 1) return;
        log.warn({ partition: p, ...describeError(error) }, 'a turn waits for a store');
        await tellBusy(lane).catch(() => {}); // a Redis that fails here fails the next commit too
      } else if (fault(lane, error)) {
        lane.held = true;
        lane.givenUp = codeOf(error);
        release(lane);
      }
    } finally {
      clearTimeout(typing);
      timers.delete(typing);
    }
  }

  function run(lane: Lane, first: TurnResult, tries: number, stale: () => boolean): void {
    active++;
    void attempt(lane, first, tries, stale).finally(() => {
      active--;
      if (!over) hooks.onQuiet();
    });
  }

  return {
    begin(lane, first) {
      lane.held = true;
      const round = ++lane.round;
      const stale = (): boolean => over || lane.round !== round;
      const { hash } = lane.queue[0]!;
      active++;
      // a question changes the world outside: not for an event whose turn is a thing of the past
      alreadySeen(connection, p, hash, clock.now())
        .then((seen) => {
          if (stale()) return;
          if (!seen) return run(lane, first, 1, stale);
          hooks.onPlayedBefore(hash);
          release(lane);
        })
        .catch(() => hooks.onBroken())
        .finally(() => {
          active--;
          if (!over) hooks.onQuiet();
        });
    },
    fault,
    active: () => active,
    drop() {
      over = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
