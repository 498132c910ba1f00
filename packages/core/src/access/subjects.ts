import type { Actor } from '../kernel/actor.js';
import type { Id } from '../kernel/ids.js';
import type { Measure, MeasureEnd, MeasureKind, SubjectRef } from './measures.js';
import type { Ruling } from './restrict.js';

/** What a decision about a subject rests on. */
export interface SubjectFacts {
  readonly authorId: Id;
  /** What a decision has to name; a decision about another one is stale. */
  readonly revision: number;
  /** As the subject's slice calls it, for example `published`. */
  readonly status: string;
  /** SHA-256 of the content, hex: the same content has the same hash. */
  readonly contentHash: string;
  /** Roughly how many have seen or may see it. */
  readonly reach: number;
  /** Unix ms. */
  readonly createdAt: number;
}

/** A subject as a reviewer is shown it. */
export interface SubjectSnapshot extends SubjectFacts {
  readonly subject: SubjectRef;
  /** Field names to texts. */
  readonly texts: Readonly<Record<string, string>>;
  readonly media: readonly { readonly ref: string; readonly alt: string | null }[];
  /** What it hangs below: the post of a comment, the conversation of a message. */
  readonly context: SubjectRef | null;
}

/**
 * What moderation works on, one adapter a kind of subject: made by the slice that owns it, so that a measure is written by
 * the same code as the slice's own staff operations. Everything runs inside of the caller's transaction with its stores.
 *
 * @typeParam S the stores of a transaction @typeParam R readers outside of one
 */
export interface SubjectAdapter<S, R = S> {
  /** The measures that mean something for this kind. */
  readonly measures: readonly MeasureKind[];
  /**
   * Locks the subject, its author and, for staff, the actor's account, then reads. Null for what does not exist or is
   * deleted.
   */
  facts(stores: S, id: string, actor?: Actor): Promise<SubjectFacts | null>;
  /** Ids that do not exist are absent. No policy: for reviewers only. */
  snapshot(readers: R, ids: readonly string[]): Promise<ReadonlyMap<string, SubjectSnapshot>>;
  /**
   * Restricts: effect, measure, staff log, events. Behind {@link SubjectAdapter.facts}.
   * @throws account.outranked (forbidden) for one's own and what is of an equal or higher rank, *.illegal_move (conflict)
   */
  apply(
    stores: S,
    actor: Actor,
    id: string,
    ruling: Ruling & { readonly kind: MeasureKind },
  ): Promise<Measure>;
  /**
   * Ends a measure and leaves what the others that still hold ask for. Behind {@link SubjectAdapter.facts}, or for a subject
   * that is gone.
   * @returns `changed: false` when it had ended
   */
  reverse(
    stores: S,
    actor: Actor,
    measure: Measure,
    end: MeasureEnd,
    reason?: string,
  ): Promise<{ readonly changed: boolean }>;
  /**
   * Deletes content that is down for good, for kinds that keep any.
   * @returns `changed: false` when it is gone or no longer down
   */
  purge(stores: S, actor: Actor, id: string): Promise<{ readonly changed: boolean }>;
}
