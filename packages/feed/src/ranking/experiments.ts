import { createHash } from 'node:crypto';
import type { Id } from '@socialkit/core';
import type { RankingProfile } from './profile.js';

/** A profile that takes part in an experiment. */
export interface StoredProfile {
  readonly profile: RankingProfile;
  /** Share of users who get it, in thousandths. */
  readonly share: number;
}

/** Where an account stands in an experiment: 0 to 999, the same on every node and for ever. */
export const bucketOf = (kind: string, userId: Id): number =>
  createHash('sha256').update(`${kind}\n${userId}`).digest().readUInt32BE(0) % 1000;

/**
 * The profile of an account: the experiments take their shares from the bottom in order of their version, everybody else has the
 * fallback. An account keeps its profile as long as the experiments stay the same.
 */
export function assignProfile(
  kind: string,
  userId: Id,
  experiments: readonly StoredProfile[],
  fallback: RankingProfile,
): RankingProfile {
  const bucket = bucketOf(kind, userId);
  let upTo = 0;
  const ordered = [...experiments].sort((a, b) => (a.profile.version < b.profile.version ? -1 : 1));
  for (const { profile, share } of ordered) {
    upTo += share;
    if (bucket < upTo) return profile;
  }
  return fallback;
}
