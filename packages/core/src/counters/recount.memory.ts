import type { MemoryTables } from '../kernel/memory.js';
import type { CounterSubject } from './store.js';

/** What the counted rows amount to: per counter, per subject. */
export interface RecountIndex {
  readonly counts: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly reactions: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

type Row = Readonly<Record<string, unknown>>;

const tally = (rows: Iterable<Row>, field: string, counted: (row: Row) => boolean = () => true) => {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const id = row[field] as string | null | undefined;
    if (id === null || id === undefined || !counted(row)) continue;
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
};

const published = (row: Row): boolean => row.status === 'published';
const placed = (row: Row): boolean => published(row) || (row.replyCount as number) > 0;

/** Tallies every counted row once. */
export const indexRecounts = (tables: MemoryTables): RecountIndex => {
  const rows = (name: string) => tables.table<Row>(name).rows();
  const reactions = new Map<string, Map<string, number>>();
  for (const row of rows('reactions')) {
    const target = row.targetId as string;
    const kinds = reactions.get(target) ?? new Map<string, number>();
    reactions.set(target, kinds);
    const counter = `reaction:${row.kind as string}`;
    kinds.set(counter, (kinds.get(counter) ?? 0) + 1);
  }
  return {
    counts: new Map([
      ['account.followerCount', tally(rows('follows'), 'followeeId')],
      ['account.followingCount', tally(rows('follows'), 'followerId')],
      ['account.friendCount', tally(rows('friendships'), 'userId')],
      ['account.postCount', tally(rows('posts'), 'authorId', published)],
      ['post.commentCount', tally(rows('comments'), 'postId', published)],
      ['post.repostCount', tally(rows('reposts'), 'originalId')],
      ['post.quoteCount', tally(rows('posts'), 'quoteOfId', published)],
      ['post.bookmarkCount', tally(rows('bookmarks'), 'postId')],
      ['comment.replyCount', tally(rows('comments'), 'parentId', placed)],
      ['hashtag.postCount', tally(rows('post_hashtags'), 'tag')],
    ]),
    reactions,
  };
};

const definition =
  (subject: CounterSubject, counters: readonly string[], reactions: boolean) =>
  ({ counts, reactions: given }: RecountIndex, id: string): ReadonlyMap<string, number> => {
    const actual = new Map<string, number>();
    for (const counter of counters) actual.set(counter, counts.get(`${subject}.${counter}`)?.get(id) ?? 0);
    if (reactions) {
      const kinds = given.get(id) ?? new Map<string, number>();
      for (const [counter, count] of kinds) actual.set(counter, count);
      actual.set(
        'reactionCount',
        [...kinds.values()].reduce((sum, count) => sum + count, 0),
      );
    }
    return actual;
  };

/** The recount of each kind of subject over the memory tables, as `CounterReader` defines it. */
export const RECOUNTS: Readonly<
  Record<CounterSubject, (index: RecountIndex, id: string) => ReadonlyMap<string, number>>
> = Object.freeze({
  account: definition('account', ['followerCount', 'followingCount', 'friendCount', 'postCount'], false),
  post: definition('post', ['commentCount', 'repostCount', 'quoteCount', 'bookmarkCount'], true),
  comment: definition('comment', ['replyCount'], true),
  hashtag: definition('hashtag', ['postCount'], false),
});
