import type { Viewer } from '../access/index.js';
import type { Id } from '../kernel/ids.js';
import type { AccountHit, HashtagHit } from './types.js';
import type { AccountQuery } from './words.js';

/** A post that fits; its id orders it. */
export interface PostHit {
  readonly id: Id;
}

/** A page of hits strictly behind `after`. Fewer than `limit` mean there are no more. */
export interface HitSlice<H> {
  readonly after: H | null;
  readonly limit: number;
}

/**
 * Finds what a viewer may see. The access policy is part of every question, so that what is hidden takes no place on a page;
 * the reads ask it again of what they show. Query text is data: no character of it has a meaning.
 */
export interface SearchReader {
  /**
   * Accounts the viewer may see whose handle and name have, for each word of the query, a word that begins with it; and those
   * that look `alike`. By rank, then by magnitude downwards, then by id.
   */
  accounts(viewer: Viewer, query: AccountQuery, slice: HitSlice<AccountHit>): Promise<readonly AccountHit[]>;
  /**
   * Hashtags of published posts that begin with `prefix` (canonical): the exact one first, then by magnitude downwards, then in
   * code-point order. Whether the viewer may know of one is for the reads: a hashtag has no audience, its posts have.
   */
  hashtags(prefix: string, slice: HitSlice<HashtagHit>): Promise<readonly HashtagHit[]>;
  /**
   * Published posts the viewer may see that have all words, newest first, without plain reposts. A word is found whole; in
   * posts of a known language also in its other forms, as far as the back-end knows the language.
   */
  posts(viewer: Viewer, words: readonly string[], slice: HitSlice<PostHit>): Promise<readonly PostHit[]>;
}

/** What the reads of search need. */
export interface SearchReaders {
  readonly search: SearchReader;
}
