import { isSocialError, SocialError } from '@socialkit/core';

/** What a driver error carries; read structurally, because PGlite's errors are not `pg.DatabaseError`. */
interface DriverError {
  readonly code?: unknown;
  readonly constraint?: unknown;
  readonly detail?: unknown;
  readonly message?: unknown;
}

const SQLSTATE = /^[0-9A-Z]{5}$/;

const driverErrorOf = (error: unknown): DriverError | undefined => {
  const inner = isSocialError(error) ? error.cause : error;
  return typeof inner === 'object' && inner !== null ? (inner as DriverError) : undefined;
};

/** The SQLSTATE of a driver error, also of one that was translated already; undefined when the server did not send one. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = driverErrorOf(error)?.code;
  return typeof code === 'string' && SQLSTATE.test(code) ? code : undefined;
}

/** The name of the violated constraint, if any. */
export function constraintOf(error: unknown): string | undefined {
  const constraint = driverErrorOf(error)?.constraint;
  return typeof constraint === 'string' && constraint !== '' ? constraint : undefined;
}

/**
 * Whether a row was refused because a unique key holds it already. The transaction is lost then: inside one,
 * prefer `ON CONFLICT DO NOTHING RETURNING`.
 */
export const isDuplicate = (error: unknown, constraint?: string): boolean =>
  sqlStateOf(error) === '23505' && (constraint === undefined || constraintOf(error) === constraint);

/** Whether running the whole transaction again can succeed: serialization failure or deadlock. */
export const isTransient = (error: unknown): boolean => {
  const state = sqlStateOf(error);
  return state === '40001' || state === '40P01';
};

/** Whether a row had no partition to go to. PostgreSQL reports it as a check violation without a constraint name. */
export const isMissingPartition = (error: unknown): boolean =>
  sqlStateOf(error) === '23514' && constraintOf(error) === undefined;

/** The id a row without a partition was to be filed under, as far as the server says it. */
export function missingPartitionId(error: unknown): string | undefined {
  const detail = driverErrorOf(error)?.detail;
  return typeof detail === 'string' ? /\([a-z_]+\) = \((\d{1,19})\)/.exec(detail)?.[1] : undefined;
}

/**
 * Whether a connection must not be used again: it broke, was never made, or holds prepared statements that no longer fit
 * the schema.
 */
export function poisonsConnection(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state === undefined) return true;
  return /^(08|57P0)/.test(state) || state === '25P03' || state === '26000' || state === '0A000';
}

const NETWORK =
  /^(ECONN|EPIPE|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET)|connection terminated|not queryable|connection ended/i;

const translateState = (state: string, cause: unknown): SocialError => {
  const unavailable = (code: string, message: string) =>
    new SocialError('unavailable', code, message, { cause, retryAfterMs: 1000 });
  if (state === '40001' || state === '40P01')
    return new SocialError('unavailable', 'storage.contention', 'too many writers met on the same rows', {
      cause,
      retryAfterMs: 100,
    });
  if (state === '57014' || state === '55P03' || state === '25P03')
    return new SocialError('timeout', 'storage.timeout', 'the database did not answer in time', { cause });
  if (state === '23505')
    return new SocialError('conflict', 'storage.duplicate', 'a row with this key exists', { cause });
  if (state.startsWith('23'))
    return new SocialError('conflict', 'storage.constraint', 'the database refuses this state', { cause });
  if (state.startsWith('22'))
    return new SocialError('validation', 'storage.invalid_value', 'a value cannot be stored', { cause });
  if (state === '42P01' || state === '3F000')
    return new SocialError(
      'unavailable',
      'storage.not_migrated',
      'a table is missing; run the migrations (socialkit migrate)',
      { cause, retryable: false },
    );
  if (state === '26000' || state === '0A000')
    return unavailable('storage.schema_changed', 'the schema changed under a prepared statement');
  if (state === '25006') return unavailable('storage.read_only', 'the database accepts no writes now');
  if (/^(08|53|57P0)/.test(state)) return unavailable('storage.unavailable', 'the database is not available');
  return new SocialError('internal', 'storage.failed', 'a statement failed', { cause });
};

/**
 * Turns whatever a driver threw into a {@link SocialError}; the driver's error stays as its `cause` and nothing of it is
 * in code or message. Errors that are one already pass unchanged.
 *
 * Codes: storage.unavailable, storage.busy, storage.contention, storage.read_only, storage.schema_changed,
 * storage.not_migrated (unavailable); storage.timeout (timeout); storage.duplicate, storage.constraint (conflict);
 * storage.invalid_value (validation); storage.failed (internal).
 */
export function translateError(error: unknown): SocialError {
  if (isSocialError(error)) return error;
  const state = sqlStateOf(error);
  if (state !== undefined) return translateState(state, error);
  const { code, message } = driverErrorOf(error) ?? {};
  const text = `${typeof code === 'string' ? code : ''} ${typeof message === 'string' ? message : ''}`.trim();
  if (/^timeout exceeded when trying to connect/.test(text))
    return new SocialError('unavailable', 'storage.busy', 'no database connection became free in time', {
      cause: error,
      retryAfterMs: 500,
    });
  if (/read timeout/i.test(text))
    return new SocialError('timeout', 'storage.timeout', 'the database did not answer in time', {
      cause: error,
    });
  if (NETWORK.test(text) || /connection terminated/i.test(text) || /end on the pool/.test(text))
    return new SocialError('unavailable', 'storage.unavailable', 'the database is not available', {
      cause: error,
      retryAfterMs: 1000,
    });
  return new SocialError('internal', 'storage.failed', 'a statement failed', { cause: error });
}
