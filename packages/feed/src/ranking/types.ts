import type { Id } from '@socialkit/core';
import { z } from 'zod';
import type { RankingProfile } from './profile.js';

/**
 * Why something is recommended.
 * - `following`: the viewer follows its author.
 * - `followed_by`: accounts the viewer follows follow it; `users` names some of them, `count` says how many.
 * - `follows_you`: it follows the viewer.
 * - `followed_by_similar`: accounts that follow the same people as the viewer follow it; `count` of them, no names.
 * - `liked_by_followees`, `liked_by_similar`: the same for likes and reposts.
 * - `similar_to`: it goes together with `subject`, which the viewer chose; without one with what he reacted to.
 * - `interest`: it carries the viewer's interest `subject`.
 * - `near`: both say openly that they are at the same place.
 * - `trending`: more people than usual do something with it now.
 * - `popular`, `popular_with_new`: many accounts follow or like it; the second for those who have just begun.
 * - `explore`: it is new, and shown to find out who likes it.
 * - `algorithm`: the platform's own algorithm chose it; `subject` is its reason, `context` comes back with interactions.
 */
export const REASON_KINDS = [
  'following',
  'followed_by',
  'follows_you',
  'followed_by_similar',
  'liked_by_followees',
  'liked_by_similar',
  'similar_to',
  'interest',
  'near',
  'trending',
  'popular',
  'popular_with_new',
  'explore',
  'algorithm',
] as const;
export type ReasonKind = (typeof REASON_KINDS)[number];

/** One reason: facts the viewer may see, nothing else. The text is the host's, by `kind`. */
export const becauseSchema = z.object({
  kind: z.enum(REASON_KINDS),
  users: z
    .array(z.string())
    .readonly()
    .optional()
    .meta({ description: 'some of the accounts behind it, all visible to the caller' }),
  count: z.int().optional().meta({ description: 'how many there are; the named ones are among them' }),
  subject: z.string().optional().meta({ description: 'the hashtag, place or item it is about' }),
  context: z.string().optional().meta({ description: "what the platform's own algorithm said with it" }),
});
/** See {@link becauseSchema}. */
export type Because = Readonly<z.output<typeof becauseSchema>>;

/** Reasons of one item at most, and at least one. */
export const MAX_REASONS = 3;

/** What a source found. */
export interface Found {
  readonly id: Id;
  /** Finite, at least 0, in the source's own unit. */
  readonly raw: number;
  readonly because: readonly Because[];
}

/**
 * Finds candidates. May answer more than asked for; the best `cap` by `raw`, ties by the lower id, are taken.
 * What it answers after `signal` has been aborted is not looked at.
 */
export interface Source<C> {
  readonly name: string;
  /** Its own query holds the access policy: what it finds is asked about once more, among the chosen. @default false */
  readonly admitted?: boolean;
  fetch(context: C, cap: number, signal: AbortSignal): Promise<readonly Found[]>;
}

/** Leaves candidates out. `pre` runs over all candidates, `post` over the chosen ones, `both` twice. A throw leaves all out. */
export interface Filter<C> {
  readonly name: string;
  readonly stage: 'pre' | 'post' | 'both';
  /** One batch. @returns those of `ids` that stay */
  keep(context: C, ids: readonly Id[]): Promise<ReadonlySet<Id>>;
}

/** A candidate of all sources together. */
export interface Candidate {
  readonly id: Id;
  /** What each source contributes: weight times normalised score. */
  readonly parts: Readonly<Record<string, number>>;
  /** Reasons, the largest contribution first. */
  readonly because: readonly Because[];
  readonly score: number;
}

/** A candidate with everything its place rests on: what `explain` shows. */
export interface RankedItem extends Candidate {
  /** Factors the sum of the parts was multiplied with, by scorer or reranker. */
  readonly factors: Readonly<Record<string, number>>;
  /** Set for an exploration slot: the probability with which this item was put there. */
  readonly propensity?: number;
}

/** Multiplies scores. No input or output per item: what it needs is loaded for all of them at once. */
export interface Scorer<C> {
  readonly name: string;
  /** One finite factor of at least 0 for each item, in order. */
  score(context: C, items: readonly Candidate[], profile: RankingProfile): Promise<Float64Array>;
}

/** Orders the best items anew. */
export interface Reranker<C> {
  readonly name: string;
  /** @param items best first @returns the same items, reordered, at least the first `count` of them */
  rerank(
    context: C,
    items: readonly RankedItem[],
    profile: RankingProfile,
    count: number,
  ): Promise<readonly RankedItem[]>;
}

/** An item that may take an exploration slot, with what is known of it. */
export interface Unexplored {
  readonly id: Id;
  /** Impressions that led to something good, and those that did not. */
  readonly good: number;
  readonly bad: number;
}
