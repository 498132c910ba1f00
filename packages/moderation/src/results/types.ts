import type { Id, SubjectRef } from '@socialkit/core';
import type { ModerationResult } from '../kernel/result.js';
import type { SpamFacts } from '../kernel/spam-facts.js';
import type { AuthorTier } from '../kernel/subject.js';

/** What near-duplicates of a content have in common with it. No part of it is the content. */
export interface ClusterKeys {
  /** 64-bit fingerprint of the texts as 16 hexadecimal digits; null for texts too short to be told apart. */
  readonly simhash: string | null;
  /** Registrable domains that are linked, sorted. */
  readonly domains: readonly string[];
  /** References of attached media, sorted. */
  readonly media: readonly string[];
}

export const NO_CLUSTER: ClusterKeys = Object.freeze({ simhash: null, domains: [], media: [] });

/**
 * A result that was no plain approval, kept for review, statements and backtests. The texts it was about are not in it: they
 * stay where they belong, with the content.
 */
export interface KeptResult {
  /** What events carry as their `reference`. */
  readonly id: Id;
  readonly result: ModerationResult;
  readonly authorId: Id;
  readonly authorTier: AuthorTier;
  readonly locale: string | null;
  readonly facts: SpamFacts | null;
  readonly cluster: ClusterKeys;
  /** What was written in the end; null until it was, and for what was refused. */
  readonly subject: SubjectRef | null;
  /** The revision it is about; null as `subject`. */
  readonly revision: number | null;
  /** What people decided in the end; null where nobody has. */
  readonly offence: boolean | null;
  /** Unix milliseconds. */
  readonly at: number;
}

/** How long results are kept, in milliseconds: as long as anybody may appeal, and a month. */
export const RESULT_RETENTION_MS = 214 * 24 * 60 * 60_000;
