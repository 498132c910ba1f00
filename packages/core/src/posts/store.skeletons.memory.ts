import { compareIds, newestFirst } from '../kernel/ids.js';
import { keyOf, type MemorySession, type MemoryTables } from '../kernel/memory.js';
import type { PostEntry, PostListing, PostSkeletonReader } from './store.js';
import { type PostRow, postTables } from './store.posts.memory.js';

const listed = (
  tables: MemoryTables,
  listing: PostListing,
  wanted: (row: PostRow) => boolean,
): readonly PostEntry[] => {
  const { after, limit, reposts = true, mediaOnly = false } = listing;
  return [...postTables(tables).posts.rows()]
    .filter((row) => row.status === 'published' && wanted(row))
    .filter((row) => after === null || compareIds(row.id, after) < 0)
    .filter((row) => (reposts && !mediaOnly) || row.repostOfId === null)
    .filter((row) => !mediaOnly || row.media.length > 0)
    .sort((a, b) => newestFirst(a.id, b.id))
    .slice(0, limit)
    .map(({ id, authorId, repostOfId }) => ({ id, authorId, repostOfId }));
};

/** The reference {@link PostSkeletonReader}. */
export function createMemorySkeletons(session: MemorySession): PostSkeletonReader {
  return {
    byAuthor: (authorId, listing) =>
      session.run((tables) => listed(tables, listing, (row) => row.authorId === authorId)),
    byAuthors: (authorIds, listing) =>
      session.run((tables) => {
        const authors = new Set(authorIds);
        return listed(tables, listing, (row) => authors.has(row.authorId));
      }),
    byHashtag: (tag, listing) =>
      session.run((tables) => {
        const { hashtags } = postTables(tables);
        return listed(tables, listing, (row) => hashtags.has(keyOf(tag, row.id)));
      }),
    recentPublic: (listing) =>
      session.run((tables) => listed(tables, listing, (row) => row.visibility === 'public')),
    quotesOf: (postId, slice) =>
      session.run((tables) => listed(tables, slice, (row) => row.quoteOfId === postId)),
  };
}
