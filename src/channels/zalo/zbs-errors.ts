import type { CallOutcome } from '../http-call.ts';
import { failed, ofTemplate, verdicts, type SendFailure, type Verdict } from '../send-failure.ts';
import { readEnvelope } from './client.ts';
import { judgeZalo } from './errors.ts';

/** The same token is used with both hosts. */
export const TOKEN_REFUSED_BY_ZBS = -124;

/** That its own host refuses the token says nothing of the conversations'. */
export const onlyHere = <V extends Verdict>(verdict: V): V => ({ ...verdict, scope: 'message', maxTries: 3 });

const account = (): Verdict => ({ ...verdicts.configuration(), retry: 'never', scope: 'message', maxTries: 1 });

/**
 * Numbers of the ZBS family, which mean other things than the OpenAPI's. Source: ZBS API, error codes as relayed (zalo.md §4,
 * "Other families"); those not named there are Assumed from their place in the family. What is in neither table is tried once more.
 */
const BY_CODE: Readonly<Record<string, () => Verdict>> = {
  // the number: wrong, or without Zalo
  '-108': verdicts.unreachable,
  '-114': verdicts.unreachable,
  '-118': verdicts.unreachable,
  '-119': verdicts.unreachable,
  // the template, or what fills it
  '-109': verdicts.refused,
  '-131': verdicts.refused,
  '-132': verdicts.refused,
  '-1122': verdicts.refused,
  // money and allowances of the account: conversations cost nothing and go on
  '-115': account,
  '-144': account,
  '-147': account,
  // by night: the row's own end of time says how long it may wait
  '-133': () => ({ ...verdicts.temporary(2), afterMs: 3_600_000 }),
  '-124': () => onlyHere(verdicts.needsReauth()),
};

/** Judges the send of a template that did not bring a message id, on either host. */
export function judgeZbs(outcome: CallOutcome, moment: { now: number; random: () => number }): SendFailure {
  // a host of its own that is away says nothing of the conversations'
  if (outcome.type === 'notReached') return failed({ ...verdicts.temporary(5), afterMs: 30_000 }, outcome.reason);
  const error = outcome.type === 'answered' ? readEnvelope(outcome.json)?.error : undefined;
  const row = error === undefined ? undefined : BY_CODE[String(error)];
  return ofTemplate(row ? failed(row(), String(error)) : judgeZalo(outcome, moment));
}
