/** An answer `{ ok: 0, code, codeName, errmsg }`, in the words of a real server. Never leaves this folder as an exception. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: number;
  readonly codeName: string;
  /** Further fields of the answer, such as `keyPattern`. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: keyof typeof CODE_NAMES, message: string, extra: Record<string, unknown> = {}) {
    super(message);
    this.code = code;
    this.codeName = CODE_NAMES[code];
    this.extra = extra;
  }
}

/** Source: MongoDB server, src/mongo/base/error_codes.yml (7.0). */
const CODE_NAMES = {
  1: 'InternalError',
  2: 'BadValue',
  9: 'FailedToParse',
  14: 'TypeMismatch',
  16: 'InvalidLength',
  20: 'IllegalOperation',
  26: 'NamespaceNotFound',
  27: 'IndexNotFound',
  28: 'PathNotViable',
  40: 'ConflictingUpdateOperators',
  43: 'CursorNotFound',
  48: 'NamespaceExists',
  59: 'CommandNotFound',
  66: 'ImmutableField',
  67: 'CannotCreateIndex',
  72: 'InvalidOptions',
  73: 'InvalidNamespace',
  85: 'IndexOptionsConflict',
  86: 'IndexKeySpecsConflict',
  115: 'CommandNotSupported',
  10334: 'BSONObjectTooLarge',
  11000: 'DuplicateKey',
  14031: 'OutOfDiskSpace',
  40415: 'Location40415',
  40573: 'Location40573',
} as const;

/** The fields of a failed answer, also of one entry in `writeErrors`. */
export function toFailure(
  error: unknown,
): { code: number; codeName: string; errmsg: string } & Record<string, unknown> {
  if (error instanceof CommandError)
    return { code: error.code, codeName: error.codeName, errmsg: error.message, ...error.extra };
  // What bson and mingo refuse is a fault of the request.
  return { code: 2, codeName: 'BadValue', errmsg: error instanceof Error ? error.message : 'unknown fault' };
}
