import type { Id } from '../kernel/ids.js';

/** What can be reacted to. */
export type ReactionTargetKind = 'post' | 'comment';

/** A post or comment with reactions. */
export interface ReactionTarget {
  readonly kind: ReactionTargetKind;
  readonly id: Id;
}

/** One reaction as it is stored. Its id carries the time it was made. */
export interface StoredReaction {
  readonly id: Id;
  readonly targetKind: ReactionTargetKind;
  readonly targetId: Id;
  readonly userId: Id;
  readonly kind: string;
}

/** A slice of a listing: newest first, strictly older than `before` (null: from the newest). */
export interface ReactionSlice {
  /** Only this kind. */
  readonly kind?: string | undefined;
  readonly before: Id | null;
  readonly limit: number;
}

/** Reading half of the reactions. Ids of posts and comments never coincide, so a target's id is enough to find its reactions. */
export interface ReactionReader {
  /** The kinds the user gave to each target, in no order; targets without any are absent. */
  own(userId: Id, targetIds: readonly Id[]): Promise<ReadonlyMap<Id, readonly string[]>>;
  /** Reactions on one target, newest first. */
  ofTarget(targetId: Id, slice: ReactionSlice): Promise<readonly StoredReaction[]>;
  /** Reactions of one user over all targets, newest first. */
  ofUser(
    userId: Id,
    slice: ReactionSlice & { readonly targetKind?: ReactionTargetKind | undefined },
  ): Promise<readonly StoredReaction[]>;
  /** Which of these users (at most 1,000) reacted to the target: their reactions, newest first. */
  among(targetId: Id, userIds: readonly Id[]): Promise<readonly StoredReaction[]>;
}

/** Writing half: both verbs are atomic and say what they changed. */
export interface ReactionWriter {
  /** @returns false when the user already gave this kind to the target; nothing changes then */
  insert(reaction: StoredReaction): Promise<boolean>;
  /**
   * Takes back the user's reactions of the given kind on a target, or all of them with null.
   * @returns the kinds that were there, sorted
   */
  remove(target: ReactionTarget, userId: Id, kind: string | null): Promise<readonly string[]>;
}
