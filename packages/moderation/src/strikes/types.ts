import type { Id, MeasureKind } from '@socialkit/core';
import { z } from 'zod';

/** What an account has against it after a decision. */
export interface Strike {
  readonly id: Id;
  readonly accountId: Id;
  /** The decision it came with; taken back with it. */
  readonly decisionId: Id;
  readonly category: string;
  /** 1 to 100. */
  readonly weight: number;
  /** Unix ms. */
  readonly at: number;
  /** Unix ms from which it counts no longer. */
  readonly expiresAt: number;
  /** Unix ms; null while it was not taken back. */
  readonly revokedAt: number | null;
}

/** What a sum of strikes leads to. */
export interface StrikeThreshold {
  /** The sum of weights from which it applies. */
  readonly weight: number;
  readonly kind: Extract<MeasureKind, 'limit' | 'suspend'>;
  /** Milliseconds it lasts; null: until it is taken back. */
  readonly forMs: number | null;
}

export interface StrikeOptions {
  /** Milliseconds a strike counts. @default 90 days */
  readonly expireAfterMs?: number;
  /** @default {@link DEFAULT_THRESHOLDS} */
  readonly thresholds?: readonly StrikeThreshold[];
}

const DAY = 86_400_000;

/** Three strikes limit an account for a week, six suspend it for a month, ten until somebody takes it back. */
export const DEFAULT_THRESHOLDS: readonly StrikeThreshold[] = Object.freeze([
  { weight: 3, kind: 'limit', forMs: 7 * DAY },
  { weight: 6, kind: 'suspend', forMs: 30 * DAY },
  { weight: 10, kind: 'suspend', forMs: null },
]);

const optionsSchema = z.strictObject({
  expireAfterMs: z
    .int()
    .min(1000)
    .max(3660 * DAY)
    .default(90 * DAY),
  thresholds: z
    .array(
      z.strictObject({
        weight: z.int().min(1).max(10_000),
        kind: z.enum(['limit', 'suspend']),
        forMs: z
          .int()
          .min(1000)
          .max(3660 * DAY)
          .nullable(),
      }),
    )
    .max(20)
    .default([...DEFAULT_THRESHOLDS]),
});

/** Options with everything filled in, thresholds ascending. */
export type StrikeSettings = Readonly<z.output<typeof optionsSchema>>;

/** @throws ZodError for options that mean nothing: a mistake of the program, found at start */
export function strikeSettings(options: StrikeOptions = {}): StrikeSettings {
  const parsed = optionsSchema.parse(options);
  return { ...parsed, thresholds: [...parsed.thresholds].sort((a, b) => a.weight - b.weight) };
}
