import { createHash } from 'node:crypto';
import { SocialError } from './errors.js';
import { opaqueKey } from './text.js';

/** The optional `idempotencyKey` field of every create input: spread it into a `z.strictObject`. */
export const idempotencyFields = { idempotencyKey: opaqueKey(128).optional() } as const;

/** Milliseconds a key is remembered. */
export const IDEMPOTENCY_TTL_MS = 24 * 60 * 60_000;

/** What is remembered of a finished create. */
export interface IdempotencyRecord {
  /** SHA-256 of the canonical payload, hex. */
  readonly fingerprint: string;
  /** JSON text of the result. */
  readonly result: string;
}

/** Handed out by a unit of work. */
export interface IdempotencyStore {
  /**
   * Serialises all calls with the same (actor, operation, key) until the transaction ends and returns the record of
   * an earlier, committed and unexpired one, or null.
   */
  claim(actorId: string, operation: string, key: string): Promise<IdempotencyRecord | null>;
  /** Remembers the result until `expiresAt` (Unix ms). */
  record(
    actorId: string,
    operation: string,
    key: string,
    record: IdempotencyRecord,
    expiresAt: number,
  ): Promise<void>;
}

/** JSON with sorted keys: equal payloads have equal text whatever order their keys came in. */
const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/**
 * Runs a create once per key. Without a key it just runs. Same key and payload: the first result again, without
 * running. The record is written in the same transaction as what it describes.
 *
 * @param input the parsed input; its `idempotencyKey` is not part of the fingerprint
 * @throws idempotency.mismatch (idempotency_mismatch) when the key was used with another payload
 */
export async function once<T>(
  call: {
    readonly store: IdempotencyStore;
    readonly actorId: string;
    readonly operation: string;
    readonly input: { readonly idempotencyKey?: string | undefined };
    readonly now: number;
  },
  run: () => Promise<T>,
): Promise<T> {
  const { idempotencyKey: key, ...payload } = call.input;
  if (key === undefined) return run();
  const fingerprint = createHash('sha256').update(canonicalJson(payload)).digest('hex');
  const known = await call.store.claim(call.actorId, call.operation, key);
  if (known) {
    if (known.fingerprint !== fingerprint)
      throw new SocialError(
        'idempotency_mismatch',
        'idempotency.mismatch',
        'this idempotency key was used with another payload; use a new key',
      );
    return JSON.parse(known.result) as T;
  }
  const result = await run();
  await call.store.record(
    call.actorId,
    call.operation,
    key,
    { fingerprint, result: JSON.stringify(result ?? null) },
    call.now + IDEMPOTENCY_TTL_MS,
  );
  return result;
}
