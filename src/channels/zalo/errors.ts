import type { CallOutcome } from '../http-call.ts';
import { failed, judgeCall, verdicts, type SendFailure, type Verdict } from '../send-failure.ts';
import { readEnvelope } from './client.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Asia/Ho_Chi_Minh keeps +07:00 all year. */
const VIETNAM_OFFSET_MS = 7 * HOUR_MS;
/** Spreads the senders of several processes over the first second of the minute. */
const JITTER_MS = 1_000;

type Moment = { now: number; random: () => number };

const thisPerson = (row: Verdict): Verdict => ({ ...row, retry: 'never', scope: 'contact', maxTries: 1 });

/** Source: Zalo OA, error table as relayed (zalo.md §4). What is not here is tried once more. */
const BY_CODE: Readonly<Record<string, (moment: Moment) => Verdict>> = {
  '-32': ({ now, random }) => verdicts.throttled(untilNext(MINUTE_MS, now) + Math.floor(random() * JITTER_MS)),
  '-100': verdicts.refused,
  '-200': () => verdicts.temporary(2),
  '-201': verdicts.refused,
  '-204': verdicts.configuration,
  '-205': verdicts.configuration,
  '-209': verdicts.configuration,
  '-210': verdicts.refused,
  // The package's allowance: free answers within 48 h do not need it, so the queue goes on.
  '-211': () => thisPerson(verdicts.configuration()),
  '-212': verdicts.configuration,
  '-213': verdicts.unreachable,
  '-214': () => verdicts.temporary(3),
  '-216': verdicts.needsReauth,
  '-217': verdicts.unreachable,
  '-218': verdicts.unreachable,
  '-219': verdicts.configuration,
  '-220': verdicts.needsReauth,
  '-221': verdicts.configuration,
  '-223': verdicts.configuration,
  '-224': verdicts.configuration,
  '-227': verdicts.unreachable,
  '-230': verdicts.windowClosed,
  '-232': verdicts.windowClosed,
  '-233': verdicts.refused,
  // At 06:00 in Vietnam.
  '-234': ({ now }) => ({
    ...verdicts.temporary(3),
    afterMs: untilNext(DAY_MS, now + VIETNAM_OFFSET_MS - 6 * HOUR_MS),
  }),
  '-235': verdicts.configuration,
  '-237': verdicts.refused,
  '-238': verdicts.refused,
  '-240': verdicts.configuration,
  '-241': verdicts.refused,
  '-242': verdicts.configuration,
  '-244': verdicts.unreachable,
  // The content of this one message.
  '-248': () => ({ ...verdicts.suspended(), retry: 'never', scope: 'message', maxTries: 1 }),
  '-249': verdicts.refused,
  // Only messages that cost: outside the free 48 h.
  '-320': () => thisPerson(verdicts.configuration()),
  '-321': () => thisPerson(verdicts.configuration()),
  '-403': verdicts.refused,
  '-1340': verdicts.refused,
  '-1341': verdicts.refused,
};

/** How long from `now` to the next multiple of `step`, at least 1 ms. */
const untilNext = (step: number, now: number): number => step - (((now % step) + step) % step);

/** Judges an answer that did not bring a message id. Zalo's own errors come with status 200. */
export function judgeZalo(outcome: CallOutcome, moment: Moment): SendFailure {
  if (outcome.type !== 'answered') return judgeCall(outcome);
  const envelope = readEnvelope(outcome.json);
  if (envelope === null) return judgeCall(outcome);
  // Accepted without a message id: only the echo can tell it.
  if (envelope.error === 0) return failed(verdicts.ambiguous(1), 'no message_id');
  const code = String(envelope.error);
  return failed((BY_CODE[code] ?? (() => verdicts.temporary(2)))(moment), code);
}
