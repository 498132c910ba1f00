import {
  type CounterSubject,
  isSocialError,
  negativeCounter,
  reactionKindOf,
  type SubjectDeltas,
} from '@socialkit/core';
import type { Transaction } from 'kysely';
import type { Database } from '../database.js';
import { idBounds } from '../id-bounds.js';
import * as statements from './statements.js';

type Rows = readonly SubjectDeltas[];

const column = (rows: Rows, counter: string): number[] =>
  rows.map(({ counters }) => counters.get(counter) ?? 0);

const kindsOf = ({ counters }: SubjectDeltas): Record<string, number> =>
  Object.fromEntries(
    [...counters].flatMap(([counter, delta]) => {
      const kind = reactionKindOf(counter);
      return kind === null ? [] : [[kind, delta]];
    }),
  );

/** The change of the sum over all kinds; a repair names it, because a sum can have drifted by itself. */
const totalOf = (row: SubjectDeltas): number =>
  row.counters.get('reactionCount') ?? Object.values(kindsOf(row)).reduce((sum, delta) => sum + delta, 0);

const APPLY: Readonly<
  Record<CounterSubject, (tx: Transaction<Database>, rows: Rows) => Promise<readonly unknown[]>>
> = {
  account: (tx, rows) =>
    statements.addToAccounts.run(tx, {
      ids: rows.map(({ id }) => id),
      followers: column(rows, 'followerCount'),
      following: column(rows, 'followingCount'),
      friends: column(rows, 'friendCount'),
      posts: column(rows, 'postCount'),
    }),
  post: (tx, rows) => {
    const [only] = rows;
    const ids = rows.map(({ id }) => id);
    const columns = {
      comments: column(rows, 'commentCount'),
      reposts: column(rows, 'repostCount'),
      quotes: column(rows, 'quoteCount'),
      bookmarks: column(rows, 'bookmarkCount'),
    };
    if (rows.length > 1 || !only)
      return statements.addToPosts.run(tx, {
        ids,
        ...idBounds(ids),
        ...columns,
        reactions: rows.map((row) => JSON.stringify(kindsOf(row))),
        totals: rows.map(totalOf),
      });
    // Nearly every call: one post, found by its key, nothing to lock in order.
    return statements.addToPost.run(tx, {
      id: only.id,
      comments: columns.comments[0] ?? 0,
      reposts: columns.reposts[0] ?? 0,
      quotes: columns.quotes[0] ?? 0,
      bookmarks: columns.bookmarks[0] ?? 0,
      reactions: JSON.stringify(kindsOf(only)),
      total: totalOf(only),
    });
  },
  comment: (tx, rows) => {
    const ids = rows.map(({ id }) => id);
    return statements.addToComments.run(tx, {
      ids,
      ...idBounds(ids),
      replies: column(rows, 'replyCount'),
      reactions: rows.map((row) => JSON.stringify(kindsOf(row))),
      totals: rows.map(totalOf),
    });
  },
  hashtag: async (tx, rows) => {
    const posts = column(rows, 'postCount');
    const written = await statements.addToHashtags.run(tx, { tags: rows.map(({ id }) => id), posts });
    const falling = new Set(rows.filter((_, at) => (posts[at] ?? 0) < 0).map(({ id }) => id));
    return written.map(({ tag, fresh }) => ({ negative: fresh && falling.has(tag) }));
  },
};

/** Applies summed deltas of one kind of subject. @throws counter.negative (internal) */
export async function applyDeltas(
  tx: Transaction<Database>,
  subject: CounterSubject,
  rows: Rows,
): Promise<void> {
  let written: readonly unknown[];
  try {
    written = await APPLY[subject](tx, rows);
  } catch (error) {
    // The one constraint an update of nothing but counters can break.
    if (isSocialError(error) && error.code === 'storage.constraint')
      throw negativeCounter(subject, 'a counter');
    throw error;
  }
  if (written.some((row) => (row as { readonly negative?: boolean }).negative === true))
    throw negativeCounter(subject, 'a counter');
}
