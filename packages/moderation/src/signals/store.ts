import type { Id } from '@socialkit/core';
import type { PostedText, PostingFacts } from '../detectors/spam/post-history.js';

/** How far back is counted, in milliseconds. */
export interface PostingWindows {
  readonly fastMs: number;
  readonly slowMs: number;
  readonly copiesMs: number;
}

/** One text of the history. Its id rises with time. */
export interface KeptText extends PostedText {
  readonly id: Id;
}

/** Reads what was posted lately. */
export interface PostingReader {
  /**
   * What there is beside a text, which counts itself where a window includes it: texts of its author in each window, and
   * near-duplicates, of the newest that share a piece of the fingerprint. Texts of before `copiesMs` do not
   * count. Behind {@link PostingWriter.insert}.
   */
  beside(text: KeptText, windows: PostingWindows): Promise<PostingFacts>;
}

/** Writes it. */
export interface PostingWriter {
  /** Keeps a text, and when its domains were first and last linked, to the day. Its id is new. */
  insert(text: KeptText): Promise<void>;
  /** Forgets texts of before `time` (Unix ms), at most `limit`. @returns how many */
  forget(before: number, limit: number): Promise<number>;
  /** Forgets domains that were last linked before `time` (Unix ms), at most `limit`. @returns how many */
  forgetDomains(before: number, limit: number): Promise<number>;
}

/** Counts automatic removals. */
export interface RemovalWriter {
  /**
   * Takes one of `perHour` removals in the hour before `now` (Unix ms), under a lock: any number of processes never take more.
   * @returns false, with nothing written, when they are used up
   */
  take(id: Id, now: number, perHour: number): Promise<boolean>;
}

/** A version of a learned model. */
export interface KeptModel {
  readonly version: number;
  /** As {@link encodeSpamModel} gives it. */
  readonly state: Uint8Array;
}

/** Reads learned models by name. */
export interface ModelReader {
  /** The newest version, or the named one; null where there is none. */
  load(name: string, version?: number): Promise<KeptModel | null>;
  /** Versions that are kept, oldest first. */
  versions(name: string): Promise<readonly number[]>;
}

/** Writes them. */
export interface ModelWriter {
  /** Locks the name until the transaction ends, also where nothing is kept under it. */
  lock(name: string): Promise<void>;
  /** Puts a version in place of itself or beside the others, and drops all but the newest `keep`. */
  save(name: string, model: KeptModel, keep: number): Promise<void>;
}

/** The ports of this slice inside a unit of work. */
export interface SignalStores {
  readonly postings: PostingReader & PostingWriter;
  readonly removals: RemovalWriter;
  readonly spamModels: ModelReader & ModelWriter;
}

/** Its reading ports. */
export interface SignalReaders {
  readonly postings: PostingReader;
  readonly spamModels: ModelReader;
}
