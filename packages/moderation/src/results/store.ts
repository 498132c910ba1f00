import type { Id, SubjectRef } from '@socialkit/core';
import type { KeptResult } from './types.js';

/** Reads kept results. */
export interface ResultReader {
  byIds(ids: readonly Id[]): Promise<ReadonlyMap<Id, KeptResult>>;
  /** Results about one thing, newest first. */
  ofSubject(subject: SubjectRef, limit: number): Promise<readonly KeptResult[]>;
  /** All results behind `after` in order of their ids: what a backtest walks over. */
  walk(after: Id | null, limit: number): Promise<readonly KeptResult[]>;
}

/** Writes results. */
export interface ResultWriter {
  /** Keeps a result that has no subject yet. Its id is new. */
  insert(result: Omit<KeptResult, 'subject' | 'revision' | 'offence'>): Promise<void>;
  /**
   * Says what was written in the end. The first binding stays; the same one again is no change.
   * @returns the result as it now is, or null when there is none
   */
  bind(id: Id, subject: SubjectRef, revision: number): Promise<KeptResult | null>;
  /** Records what people decided; a later decision, for example of an appeal, replaces it. */
  label(id: Id, offence: boolean): Promise<void>;
  /** Removes results of before `time`, at most `limit`. @returns how many */
  purge(before: number, limit: number): Promise<number>;
}

export interface ResultReaders {
  readonly results: ResultReader;
}

export interface ResultStores {
  readonly results: ResultReader & ResultWriter;
}
