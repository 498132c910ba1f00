import type { Id } from '@socialkit/core';
import type { TrendLevel } from './detector.js';
import type { TrendGate, TrendKind, TrendUse, TrendWindow } from './types.js';

/** How often something was used in a stretch of time, in one cell or everywhere. */
export interface TrendCount {
  readonly subject: string;
  /** `EVERYWHERE` for all places together, those without a cell included. */
  readonly cell: string;
  /** Distinct people. */
  readonly actors: number;
  readonly uses: number;
}

/** A subject and a stretch of time; both bounds Unix ms, `to` exclusive. */
export interface TrendSpan {
  readonly subject: string;
  readonly from: number;
  readonly to: number;
}

/** The most people of a span's bins, by cell. */
export interface SpanLevel {
  /** Position of the span among those asked about. */
  readonly span: number;
  readonly cell: string;
  readonly actors: number;
}

/**
 * What trends are counted from: every use with who made it, so that people are counted once and what is deleted or
 * moderated leaves the counts exactly. Single statements, each atomic.
 */
export interface TrendUses {
  /** Makes exactly these the uses of a source; none removes them. Idempotent. All must be of that source. */
  replace(source: string, uses: readonly TrendUse[]): Promise<void>;
  /** Removes every use that stands in a post, or is about it. */
  removePost(postId: Id): Promise<void>;
  /** Removes every use an account made. */
  removeActor(actorId: Id): Promise<void>;
  /** Removes uses made before `at` (Unix ms), at most some 10,000. @returns how many */
  removeBefore(at: number): Promise<number>;
  /**
   * Uses with `from <= at < to` of subjects that at least `min` people used, everywhere and by cell; the most used first by
   * people, then by subject, at most `limit` rows.
   */
  count(
    kind: TrendKind,
    stretch: { readonly from: number; readonly to: number; readonly min: number; readonly limit: number },
  ): Promise<readonly TrendCount[]>;
  /** Distinct people of any kind in a stretch, by cell, `EVERYWHERE` among them; cells without any are absent. */
  people(stretch: { readonly from: number; readonly to: number }): Promise<ReadonlyMap<string, number>>;
  /** Of each span, cut into bins of `binMs` from its start, the most distinct people of one bin; spans without any are absent. */
  levels(kind: TrendKind, spans: readonly TrendSpan[], binMs: number): Promise<readonly SpanLevel[]>;
  /** The newest posts something was used in since `from`, each once, newest use first. */
  samples(
    kind: TrendKind,
    subject: string,
    where: { readonly cell: string; readonly from: number; readonly limit: number },
  ): Promise<readonly Id[]>;
  /** Hashtags that these accounts used since `from`, by how many of them, then in code-point order; up to 1,000 accounts. */
  tagsOf(
    actorIds: readonly Id[],
    where: { readonly from: number; readonly limit: number },
  ): Promise<readonly { readonly subject: string; readonly actors: number }[]>;
}

/** What is remembered about one subject in one cell. */
export interface SubjectLevel {
  readonly subject: string;
  readonly cell: string;
  readonly level: TrendLevel;
}

/** What the looks remember. Single statements. */
export interface TrendLevels {
  /** All levels of a window and kind. */
  all(window: TrendWindow, kind: TrendKind): Promise<readonly SubjectLevel[]>;
  /** One level, or null. */
  find(
    window: TrendWindow,
    kind: TrendKind,
    subject: Pick<SubjectLevel, 'subject' | 'cell'>,
  ): Promise<TrendLevel | null>;
  /** Writes levels over what was there. */
  put(window: TrendWindow, kind: TrendKind, levels: readonly SubjectLevel[]): Promise<void>;
  /** Removes levels. */
  remove(
    window: TrendWindow,
    kind: TrendKind,
    subjects: readonly Pick<SubjectLevel, 'subject' | 'cell'>[],
  ): Promise<void>;
  /** Those of a cell that are listed (`startedAt` is set), highest stored score first, then by subject. */
  listed(window: TrendWindow, kind: TrendKind, cell: string, limit: number): Promise<readonly SubjectLevel[]>;
}

/** What staff keep from trending. Single statements. */
export interface TrendGates {
  /** @returns false when it was kept from trending before; reason and id are then the new ones */
  block(gate: TrendGate): Promise<boolean>;
  /** @returns whether it was kept from trending */
  unblock(kind: TrendKind, subject: string): Promise<boolean>;
  /** Those of `subjects` that may not trend. */
  among(kind: TrendKind, subjects: readonly string[]): Promise<ReadonlySet<string>>;
  /** All, decided last first, strictly below `after`. */
  list(after: Id | null, limit: number): Promise<readonly TrendGate[]>;
}

/** The counting ports of trending, outside of transactions; {@link TrendGates} is part of a unit of work. */
export interface TrendStores {
  readonly uses: TrendUses;
  readonly levels: TrendLevels;
}
