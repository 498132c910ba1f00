import { z } from 'zod';
import { accountSummarySchema } from '../identity/types.js';
import type { Id } from '../kernel/ids.js';
import { pageFields, pageOf } from '../kernel/page.js';
import { line } from '../kernel/text.js';
import { postViewSchema } from '../posts/view.js';

/** Characters of what is searched for at most. */
export const MAX_QUERY_LENGTH = 200;
/** Words of a query that count; the rest is left out. */
export const MAX_QUERY_WORDS = 8;
/** Visible posts with a hashtag that are counted at most. */
export const MAX_COUNTED_POSTS = 30;

/**
 * How well an account fits, 0 best: its whole handle; 1 somebody the viewer follows; 2 the beginning of the handle; 3 the
 * beginning of words of the name; then what merely looks alike, 4 of those the viewer follows, 5 of others.
 */
export type AccountRank = 0 | 1 | 2 | 3 | 4 | 5;

/** An account that fits, and what orders it. */
export interface AccountHit {
  readonly id: Id;
  readonly rank: AccountRank;
  /** Digits of its follower count: of two that fit equally well the tenfold better known comes first. */
  readonly magnitude: number;
}

/** A hashtag that fits, and what orders it. */
export interface HashtagHit {
  readonly tag: string;
  /** It is what was searched for, not only its beginning. */
  readonly exact: boolean;
  /** Digits of the number of its posts. */
  readonly magnitude: number;
}

/** What is searched for; any text is allowed, and none of it is a command. */
export const searchInput = z.strictObject({ query: line(MAX_QUERY_LENGTH, 1), ...pageFields });
/** A parsed search. */
export type SearchInput = z.output<typeof searchInput>;

/** An account that was found. */
export const foundAccountSchema = z.object({
  account: accountSummarySchema,
  viewer: z.object({ following: z.boolean(), followedBy: z.boolean() }),
});
export type FoundAccount = z.output<typeof foundAccountSchema>;

/** A hashtag that was found: somebody the viewer may see has used it. */
export const countedHashtagSchema = z.object({
  tag: z.string(),
  posts: z.int().meta({ description: `posts with it that you can see, ${MAX_COUNTED_POSTS} at most` }),
  more: z.boolean().meta({ description: 'there may be more than were counted' }),
});
export type CountedHashtag = z.output<typeof countedHashtagSchema>;

export const accountsFoundSchema = pageOf(foundAccountSchema);
export const hashtagsFoundSchema = pageOf(countedHashtagSchema);
export const postsFoundSchema = pageOf(postViewSchema);
