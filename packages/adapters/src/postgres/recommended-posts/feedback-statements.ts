import type { Id } from '@socialkit/core';
import type { FeedbackKind } from '@socialkit/feed';
import { MAX_FEEDBACK } from '@socialkit/feed';
import { sql } from 'kysely';
import { defineStatement } from '../statement.js';

export const putFeedback = defineStatement({
  name: 'recommended_posts.put_feedback',
  params: { user: 'bigint', post: 'bigint', kind: 'text', author: 'bigint', tags: 'text[]', at: 'bigint' },
  build: (_, { user, post, kind, author, tags, at }) => sql<{ post_id: Id }>`
    INSERT INTO post_feedback AS held (user_id, post_id, kind, author_id, tags, at)
    VALUES (${user}, ${post}, ${kind}, ${author}, ${tags}, ${at})
    ON CONFLICT (user_id, post_id) DO UPDATE
      SET kind = excluded.kind, author_id = excluded.author_id, tags = excluded.tags, at = excluded.at
      WHERE held.kind <> excluded.kind
    RETURNING post_id`,
  sample: ({ newest, now }) => ({ user: '1', post: newest, kind: 'more', author: '2', tags: ['a'], at: now }),
});

/** Keeps the newest of a user. */
export const trimFeedback = defineStatement({
  name: 'recommended_posts.trim_feedback',
  params: { user: 'bigint' },
  build: (_, { user }) => sql`
    DELETE FROM post_feedback WHERE user_id = ${user} AND post_id IN (
      SELECT f.post_id FROM post_feedback AS f WHERE f.user_id = ${user}
      ORDER BY f.at DESC, f.post_id DESC OFFSET ${sql.lit(MAX_FEEDBACK)}
    )`,
  sample: () => ({ user: '1' }),
});

export const removeFeedback = defineStatement({
  name: 'recommended_posts.remove_feedback',
  params: { user: 'bigint', post: 'bigint' },
  build: (_, { user, post }) => sql<{ post_id: Id }>`
    DELETE FROM post_feedback WHERE user_id = ${user} AND post_id = ${post} RETURNING post_id`,
  sample: ({ newest }) => ({ user: '1', post: newest }),
});

export const feedbackOf = defineStatement({
  name: 'recommended_posts.feedback_of',
  params: { user: 'bigint' },
  build: (_, { user }) => sql<{
    postId: Id;
    kind: FeedbackKind;
    authorId: Id;
    tags: readonly string[];
    at: string;
  }>`
    SELECT f.post_id AS "postId", f.kind, f.author_id AS "authorId", f.tags, f.at
    FROM post_feedback AS f WHERE f.user_id = ${user}
    ORDER BY f.at DESC, f.post_id DESC LIMIT ${sql.lit(MAX_FEEDBACK)}`,
  sample: () => ({ user: '1' }),
});
