import { z } from 'zod';
import type { CounterDrift } from './store.js';

/** Kinds of subjects with counters, for inputs. */
export const counterSubjectSchema = z.enum(['account', 'post', 'comment', 'hashtag']);

/** Subjects one call of the reconciler looks at, unless told otherwise. */
export const RECONCILE_BATCH = 200;
/** Subjects one call of the reconciler looks at, at most. */
export const MAX_RECONCILE_BATCH = 1000;

/** A counter that differs from its recount. */
export const counterDriftSchema = z.object({
  subject: counterSubjectSchema,
  id: z.string(),
  counter: z.string().meta({ description: 'for example followerCount or reaction:like' }),
  stored: z.int(),
  actual: z.int(),
});

/** Where a reconciliation goes on. */
export const reconcilePositionSchema = z.strictObject({
  subject: counterSubjectSchema,
  after: z.string().max(200).nullable(),
});
export type ReconcilePosition = z.infer<typeof reconcilePositionSchema>;

/** What one call of the reconciler found and did. */
export const reconciliationSchema = z.object({
  checked: z.int(),
  drifted: z.array(counterDriftSchema).readonly(),
  /** How many of the drifted counters were repaired. */
  repaired: z.int(),
  next: reconcilePositionSchema
    .nullable()
    .meta({ description: 'pass its fields to the next call; null when everything has been looked at' }),
});
export type Reconciliation = z.infer<typeof reconciliationSchema>;

/** Counters that were found wrong: at most 100 of them an event. */
export interface CounterDriftFound {
  readonly drifted: readonly CounterDrift[];
  readonly repaired: boolean;
}

declare module '../kernel/events.js' {
  interface EventMap {
    'counter.drift_found': CounterDriftFound;
  }
}
