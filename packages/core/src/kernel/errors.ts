/**
 * The closed set of error categories. Adapters map a category, never a code, to a transport:
 * see {@link HTTP_STATUS} and {@link SOCKET_CLOSE}.
 */
export type ErrorCategory =
  | 'validation'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'gone'
  | 'too_large'
  | 'unsupported_media'
  | 'idempotency_mismatch'
  | 'rate_limited'
  | 'unavailable'
  | 'timeout'
  | 'internal';

/** HTTP status of each category. */
export const HTTP_STATUS: Readonly<Record<ErrorCategory, number>> = Object.freeze({
  validation: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  too_large: 413,
  unsupported_media: 415,
  idempotency_mismatch: 422,
  rate_limited: 429,
  unavailable: 503,
  timeout: 504,
  internal: 500,
});

/** WebSocket error code of each category: 4000 + the HTTP status, so the two tables cannot drift. */
export const SOCKET_CLOSE: Readonly<Record<ErrorCategory, number>> = Object.freeze(
  Object.fromEntries(
    Object.entries(HTTP_STATUS).map(([category, status]) => [category, 4000 + status]),
  ) as Record<ErrorCategory, number>,
);

/** One rejected field of an input: its path in dot notation (empty for the whole input) and why. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** Optional parts of a {@link SocialError}. */
export interface SocialErrorOptions {
  /** @default true for rate_limited, unavailable and timeout, else false */
  readonly retryable?: boolean;
  /** Milliseconds after which a retry makes sense. */
  readonly retryAfterMs?: number;
  readonly fields?: readonly FieldError[];
  readonly cause?: unknown;
}

const BRAND = Symbol.for('socialkit.error');
const RETRYABLE: ReadonlySet<ErrorCategory> = new Set(['rate_limited', 'unavailable', 'timeout']);
const CODE = /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/;

/**
 * The only error the public surface throws.
 *
 * `code` is `noun.snake_case` and stable across releases; `message` is English prose for developers and
 * never contains secrets or private text. Test with {@link isSocialError}: two copies of the package in
 * one process stay compatible, `instanceof` would not.
 */
export class SocialError extends Error {
  override readonly name = 'SocialError';
  readonly category: ErrorCategory;
  readonly code: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly fields?: readonly FieldError[];

  constructor(category: ErrorCategory, code: string, message: string, options: SocialErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    if (!CODE.test(code)) throw new TypeError(`error code "${code}" is not noun.snake_case`);
    this.category = category;
    this.code = code;
    this.retryable = options.retryable ?? RETRYABLE.has(category);
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    if (options.fields !== undefined) this.fields = Object.freeze([...options.fields]);
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** True for a {@link SocialError} of any copy of this package. */
export const isSocialError = (value: unknown): value is SocialError =>
  typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[BRAND] === true;

/**
 * "Missing" and "not allowed to see" are the same error on purpose: knowing that something exists
 * is already knowledge. `noun` heads the code, for example `post` gives `post.not_found`.
 */
export const notFound = (noun: string): SocialError =>
  new SocialError('not_found', `${noun}.not_found`, `no such ${noun.replaceAll('_', ' ')}`);

/** An input that cannot be accepted, naming the fields and why. */
export const invalid = (code: string, message: string, fields?: readonly FieldError[]): SocialError =>
  new SocialError('validation', code, message, fields ? { fields } : {});

/** An action the actor may know about but not perform. */
export const forbidden = (code: string, message: string): SocialError =>
  new SocialError('forbidden', code, message);

/** A state that does not allow the action, for example an illegal status move. */
export const conflict = (code: string, message: string): SocialError =>
  new SocialError('conflict', code, message);

/** A dependency that does not answer; retryable. */
export const unavailable = (code: string, message: string, options: SocialErrorOptions = {}): SocialError =>
  new SocialError('unavailable', code, message, options);

/** JSON form of an error: what problem+json responses, socket frames and dead letters carry. No cause, no stack. */
export const errorToJson = (
  error: SocialError,
): {
  code: string;
  category: ErrorCategory;
  message: string;
  retryable: boolean;
  retryAfterMs?: number;
  fields?: readonly FieldError[];
} => ({
  code: error.code,
  category: error.category,
  message: error.message,
  retryable: error.retryable,
  ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  ...(error.fields === undefined ? {} : { fields: error.fields }),
});
