/** Stable names: staff search for them, tests match them. Messages may be reworded. */
export type ErrorCode =
  | 'config.invalid'
  | 'content.invalid'
  | 'webhook.badSignature'
  | 'webhook.tooLarge'
  | 'webhook.notJson'
  | 'log.unavailable'
  | 'lease.lost'
  | 'turn.looped'
  | 'session.unreadable'
  | 'store.unavailable'
  | 'store.conflict'
  | 'file.refused'
  | 'file.unreachable'
  | 'file.missing'
  | 'send.throttled'
  | 'send.temporary'
  | 'send.ambiguous'
  | 'send.refused'
  | 'send.unreachable'
  | 'send.windowClosed'
  | 'send.notOwner'
  | 'send.configuration'
  | 'send.suspended'
  | 'token.needsReauth'
  | 'console.signedOut'
  | 'console.forgedRequest'
  | 'console.notAllowed'
  | 'console.notFound'
  | 'console.badInput'
  | 'console.tooLarge'
  | 'console.wrongType'
  | 'console.conflict'
  | 'console.wrongPassword'
  | 'console.weakPassword'
  | 'console.tooManyTries'
  | 'console.busy';

export type Facts = Readonly<Record<string, string | number | boolean>>;

/** The one error class that callers may decide on, by `code` and `retryable`. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  /** True when the same call may succeed later unchanged. */
  readonly retryable: boolean;
  /** Facts for the log. Never a secret, a token, a phone number or a message text. */
  readonly facts: Facts;

  constructor(code: ErrorCode, message: string, options: { retryable?: boolean; facts?: Facts; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.facts = options.facts ?? {};
  }
}

/** What a log line may say of an error: name, code and message of our own errors; of foreign ones only the name. */
export function describeError(error: unknown): Record<string, unknown> {
  if (error instanceof AppError) return { code: error.code, message: error.message, ...error.facts };
  if (error instanceof Error) return { name: error.name, message: error.message.slice(0, 300), stack: error.stack };
  return { name: typeof error };
}
