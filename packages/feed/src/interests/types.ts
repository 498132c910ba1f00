import { canonicalHashtag, invalid, isHashtag, POST_TYPES } from '@socialkit/core';
import { z } from 'zod';

/** What people are interested in: hashtags, types of posts, hours of the day (UTC), places by cell. */
export const INTEREST_KINDS = ['hashtag', 'type', 'hour', 'cell'] as const;
export type InterestKind = (typeof INTEREST_KINDS)[number];

/** Interests of one kind that count. */
export const MAX_INTERESTS = 50;
/** Interests of one kind that are remembered, so that one can grow before it counts. */
export const REMEMBERED_INTERESTS = 100;
/** Half-life of what was learned. */
export const INTEREST_HALF_LIFE_MS = 30 * 24 * 60 * 60_000;
/** The least weight of an interest that its owner chose: that of five comments just written. */
export const CHOSEN_WEIGHT = 10;
/** Personal hashtags in one answer at most. */
export const MAX_PERSONAL_HASHTAGS = 50;

/** What doing something says about an interest in what it was done to. */
export const ACTION_VALUES = Object.freeze({
  reaction: 1,
  comment: 2,
  share: 3,
  bookmark: 2,
  own: 3,
  followed: 5,
});

/** One interest and how much of it. */
export interface Interest {
  readonly kind: InterestKind;
  /** A canonical hashtag, a type of post, an hour from `0` to `23`, or the name of a cell. */
  readonly value: string;
  /** Sum of the values of what was done, each halved with every {@link INTEREST_HALF_LIFE_MS} since. */
  readonly weight: number;
  /** Chosen by its owner: never below {@link CHOSEN_WEIGHT}. */
  readonly chosen: boolean;
}

const canonicalValue = (kind: InterestKind, value: string): string | null => {
  switch (kind) {
    case 'hashtag': {
      const tag = canonicalHashtag(value);
      return isHashtag(tag) ? tag : null;
    }
    case 'type':
      return (POST_TYPES as readonly string[]).includes(value) ? value : null;
    case 'hour':
      return /^(1?\d|2[0-3])$/.test(value) ? value : null;
    case 'cell':
      return value;
  }
};

/**
 * The canonical form of an interest.
 * @throws interest.invalid (validation) for a value that cannot be one of its kind
 */
export function requireInterest({
  kind,
  value,
}: Pick<Interest, 'kind' | 'value'>): Pick<Interest, 'kind' | 'value'> {
  const canonical = canonicalValue(kind, value);
  if (canonical !== null) return { kind, value: canonical };
  throw invalid('interest.invalid', `this is no ${kind}`, [{ path: 'value', message: `is no ${kind}` }]);
}

/** Output of an interest. */
export const interestSchema = z.object({
  kind: z.enum(INTEREST_KINDS),
  value: z.string(),
  weight: z.number().meta({ description: 'halves in 30 days without anything new' }),
  chosen: z.boolean(),
});

/** A hashtag for one user, with up to three reasons. */
export const personalHashtagSchema = z.object({
  tag: z.string(),
  score: z.number(),
  because: z
    .array(
      z.object({
        kind: z.enum(['interest', 'trending', 'used_by_followed']),
        count: z.int().optional().meta({ description: 'people: who use it, or whom you follow and who do' }),
      }),
    )
    .readonly(),
});
export type PersonalHashtag = z.output<typeof personalHashtagSchema>;
