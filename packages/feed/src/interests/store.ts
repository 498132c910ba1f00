import type { Id } from '@socialkit/core';
import type { InterestKind } from './types.js';

/** What one action adds to one interest, as a mark; see `markOf`. */
export interface InterestGain {
  readonly kind: InterestKind;
  readonly value: string;
  readonly mark: number;
}

/** An interest as it is kept. */
export interface StoredInterest {
  readonly kind: InterestKind;
  readonly value: string;
  /** What was learned; null when it was only chosen. */
  readonly mark: number | null;
  readonly chosen: boolean;
}

/** What people are interested in. Each call is atomic. */
export interface InterestStore {
  /**
   * Adds what an event says about a user, once an event. Nothing is added where learning is off, nor to interests that were
   * removed. Of each kind the 100 with the largest marks stay.
   * @param at Unix ms @returns false, with nothing written, when the event was counted before or learning is off
   */
  record(userId: Id, eventId: Id, at: number, gains: readonly InterestGain[]): Promise<boolean>;
  /** Whether learning is on, and the interests without removed ones; chosen first, then by mark downwards, then by value. */
  read(userId: Id): Promise<{ readonly enabled: boolean; readonly interests: readonly StoredInterest[] }>;
  /** Chooses an interest, removed or not. @returns false when it was chosen before */
  choose(userId: Id, kind: InterestKind, value: string): Promise<boolean>;
  /** Removes an interest and keeps it from being learned. @returns false when it was removed before */
  remove(userId: Id, kind: InterestKind, value: string): Promise<boolean>;
  /** Switches learning; off forgets what was learned and keeps what was chosen and removed. @returns whether it changed */
  setEnabled(userId: Id, enabled: boolean): Promise<boolean>;
  /** Forgets which events were counted before `at` (Unix ms), at most some 10,000. @returns how many */
  forgetEvents(at: number): Promise<number>;
}
