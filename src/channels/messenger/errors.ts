import { z } from 'zod';
import { oneHeader, type CallOutcome } from '../http-call.ts';
import { numeric } from '../numeric.ts';
import { failed, judgeCall, verdicts, type SendFailure, type Verdict } from '../send-failure.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** `{ "error": { "message": "(#10) …", "type": "OAuthException", "code": 10, "error_subcode": 2018278 } }` */
const envelope = z.object({
  error: z.object({
    type: z.string().nullish(),
    /** 0 for an error that brings only a subcode. */
    code: numeric.nullish().transform((code) => code ?? 0),
    error_subcode: numeric.nullish().catch(null),
    is_transient: z.boolean().nullish().catch(null),
  }),
});

/** By `code/subcode`, looked up before the code alone. Source: Messenger Platform, Error codes (messenger.md §8.3). */
const BY_SUBCODE: Readonly<Record<string, () => Verdict>> = {
  // The messages were sent although the answer says otherwise.
  '1/1357046': () => verdicts.ambiguous(1),
  '4/2018354': verdicts.refused,
  '613/1893016': verdicts.refused,
  '613/2018338': verdicts.suspended,
  '10/1893063': verdicts.suspended,
  '10/2018278': verdicts.windowClosed,
  '10/2018065': verdicts.windowClosed,
  '10/2534022': verdicts.windowClosed,
  '10/2018108': verdicts.unreachable,
  '10/2018300': verdicts.notOwner,
  '100/33': verdicts.configuration,
  '100/2018008': () => verdicts.temporary(2),
  '100/2018164': verdicts.configuration,
  '100/2534037': verdicts.notOwner,
  // An app that is not approved reaches its testers only: the trouble is this person's alone, the queue goes on.
  '200/2018028': () => ({ ...verdicts.configuration(), retry: 'never', scope: 'contact', maxTries: 1 }),
  '200/2018027': () => ({ ...verdicts.configuration(), retry: 'never', scope: 'contact', maxTries: 1 }),
  '200/2018021': () => ({ ...verdicts.configuration(), retry: 'never', scope: 'contact', maxTries: 1 }),
  '200/1545041': verdicts.unreachable,
  '200/551': verdicts.unreachable,
};

/** By code alone. What is in neither table is `refused`. */
const BY_CODE: Readonly<Record<string, () => Verdict>> = {
  '-1': () => verdicts.temporary(2),
  '1': () => verdicts.ambiguous(2),
  // Also "the person blocked the page": after the last try this contact counts as unreachable.
  '2': () => ({ ...verdicts.temporary(3), scope: 'contact' }),
  '1200': () => verdicts.temporary(5),
  '4': () => verdicts.throttled(MINUTE_MS),
  '17': () => verdicts.throttled(MINUTE_MS),
  '32': () => verdicts.throttled(MINUTE_MS),
  '341': () => verdicts.throttled(MINUTE_MS),
  '613': () => verdicts.throttled(MINUTE_MS),
  '80006': () => verdicts.throttled(5 * MINUTE_MS),
  '368': verdicts.suspended,
  '3': verdicts.configuration,
  '190': verdicts.needsReauth,
  '200': verdicts.configuration,
  '230': verdicts.configuration,
  '299': verdicts.configuration,
  '551': verdicts.unreachable,
  // Automated questions of a lead ad are running in this chat.
  '2018321': () => ({ ...verdicts.temporary(10), scope: 'contact', afterMs: 5 * MINUTE_MS }),
  '2300012': () => ({ ...verdicts.temporary(5), afterMs: HOUR_MS }),
  '2300028': () => ({ ...verdicts.temporary(2), afterMs: HOUR_MS }),
  '2300041': () => ({ ...verdicts.temporary(5), afterMs: HOUR_MS }),
};

/** Judges an answer that did not bring a message id. HTTP status counts only where there is no error of Meta's own. */
export function judgeMessenger(outcome: CallOutcome): SendFailure {
  if (outcome.type !== 'answered') return judgeCall(outcome);
  const parsed = envelope.safeParse(outcome.json);
  if (!parsed.success) return judgeCall(outcome);
  const { code, type, error_subcode: subcode, is_transient: isTransient } = parsed.data.error;
  const platformCode = subcode == null ? String(code) : `${code}/${subcode}`;
  // Some subcodes come under a parent that is not known for sure.
  const row = BY_SUBCODE[platformCode] ?? (subcode === 2018321 ? BY_CODE['2018321'] : undefined);
  if (row) return failed(row(), platformCode);
  // 10 alone: a permission is missing. 100 of this type alone: a wrong appsecret_proof.
  if (subcode == null && (code === 10 || (code === 100 && type === 'GraphMethodException')))
    return failed(verdicts.configuration(), platformCode);
  const byCode = BY_CODE[String(code)]?.();
  if (byCode?.code === 'send.throttled')
    return failed(verdicts.throttled(waitTold(outcome) ?? byCode.afterMs ?? MINUTE_MS), platformCode);
  if (byCode) return failed(byCode, platformCode);
  return failed(isTransient === true ? verdicts.temporary(3) : verdicts.refused(), platformCode);
}

/** `{ "<page id>": [{ "estimated_time_to_regain_access": 12 }] }`, in minutes. */
const usage = z.record(z.string(), z.array(z.object({ estimated_time_to_regain_access: numeric.catch(0) })));

/** How long Meta says to wait, in ms; null when it says nothing. */
function waitTold(outcome: Extract<CallOutcome, { type: 'answered' }>): number | null {
  try {
    const header = oneHeader(outcome.headers, 'x-business-use-case-usage') ?? '';
    const rows = Object.values(usage.parse(JSON.parse(header))).flat();
    const minutes = Math.max(...rows.map((row) => row.estimated_time_to_regain_access));
    return minutes > 0 ? minutes * MINUTE_MS : null;
  } catch {
    return null;
  }
}
