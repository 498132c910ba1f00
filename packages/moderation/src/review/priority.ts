import type { Severity } from '../kernel/severity.js';

/** What a case's place in its queue rests on. */
export interface Weights {
  readonly severity: Severity;
  /** 0 to 1. */
  readonly confidence: number;
  /** Roughly how many have seen or may see it. */
  readonly reach: number;
  /** Sum over independent reporters. */
  readonly reportWeight: number;
  readonly trusted: boolean;
}

/** In so many milliseconds of waiting a case's priority doubles. */
export const AGEING_MS = 60 * 60_000;
/** What reports of the crowd count together, at most. */
export const MAX_CROWD_WEIGHT = 4;
/** What a trusted report counts. More than severity, confidence, reach and crowd make together. */
export const TRUSTED_FACTOR = 4096;

const SEVERITY_FACTOR = { 1: 1, 2: 2, 3: 4, 4: 16 } as const;

const between = (low: number, value: number, high: number): number => Math.min(high, Math.max(low, value));

/**
 * Severity x confidence x reach x report weight. Confidence is at least .25 and reach counts 1 to 4 (a factor of 2 for a
 * thousand viewers, 3 for a million), so that no part of it is ever nothing; a trusted report outweighs all of them.
 */
export const priorityOf = ({ severity, confidence, reach, reportWeight, trusted }: Weights): number =>
  SEVERITY_FACTOR[severity] *
  between(0.25, confidence, 1) *
  between(1, 1 + Math.log10(1 + Math.max(0, reach)) / 3, 4) *
  between(1, 1 + reportWeight, 1 + MAX_CROWD_WEIGHT) *
  (trusted ? TRUSTED_FACTOR : 1);

/**
 * A number that orders cases by `priority x 2^(waiting / AGEING_MS)` at every instant: the logarithm of that, in milliseconds,
 * without the part that is the same for all. It never changes while a case waits, so an index keeps the order; and as
 * priorities are bounded, every case is overtaken only by those opened within a bounded time after it: none starves.
 */
export const rankOf = (weights: Weights, openedAt: number): number =>
  Math.round(AGEING_MS * Math.log2(priorityOf(weights))) - openedAt;
