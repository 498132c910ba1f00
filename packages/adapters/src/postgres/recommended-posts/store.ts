import { compareIds, type Id } from '@socialkit/core';
import type { FeedbackStore, PostCandidateReader, PostSignals, TasteExport } from '@socialkit/feed';
import type { Kysely } from 'kysely';
import type { Database } from '../database.js';
import { coLiked, followed, fresh, proven, signals, tastes } from './candidate-statements.js';
import { feedbackOf, putFeedback, removeFeedback, trimFeedback } from './feedback-statements.js';

/** Candidates in PostgreSQL: one statement a source. */
export const createPostgresPostCandidates = (db: Kysely<Database>): PostCandidateReader => ({
  followed: (userId, { span, taste, halfLifeMs, limit }) =>
    followed.run(db, {
      user: userId,
      lo: span.from,
      hi: span.to,
      tasteLo: taste.from,
      tasteHi: taste.to,
      halfLifeMs,
      limit,
    }),
  coLiked: (userId, { span, taste, limit }) =>
    coLiked.run(db, {
      user: userId,
      lo: span.from,
      hi: span.to,
      tasteLo: taste.from,
      tasteHi: taste.to,
      limit,
    }),
  proven: async (userId, { span, min, limit }) =>
    (await proven.run(db, { user: userId, lo: span.from, hi: span.to, min, limit })).map(
      ({ id, people, users }) => ({ id, people, users: users.split(',') }),
    ),
  fresh: async ({ from, to }, limit) =>
    (await fresh.run(db, { lo: from, hi: to, limit })).map(({ id }) => id),
  async signals(ids) {
    if (ids.length === 0) return new Map();
    const sorted = [...new Set(ids)].sort(compareIds);
    const rows = await signals.run(db, { ids: sorted, lo: sorted[0] as Id, hi: sorted.at(-1) as Id });
    return new Map(
      rows.map(({ id, tags, ...counts }): [Id, PostSignals] => [
        id,
        { ...counts, tags: tags === null ? [] : tags.split(' ') },
      ]),
    );
  },
});

/** What everybody reacted to, in PostgreSQL. */
export const createPostgresTastes = (db: Kysely<Database>): TasteExport => ({
  page: async (after, limit, { from, to }) =>
    (await tastes.run(db, { after: after ?? '0', limit, lo: from, hi: to })).map((row) => ({
      userId: row.userId,
      authors: row.authors === null ? [] : row.authors.split(',').sort(compareIds),
      tags: row.tags === null ? [] : row.tags.split(' ').sort(),
    })),
});

/** Feedback in PostgreSQL. */
export const createPostgresFeedback = (db: Kysely<Database>): FeedbackStore => ({
  async put(userId, { postId, kind, authorId, tags, at }) {
    const written = await putFeedback.run(db, {
      user: userId,
      post: postId,
      kind,
      author: authorId,
      tags,
      at,
    });
    if (written.length === 0) return false;
    await trimFeedback.run(db, { user: userId });
    return true;
  },
  remove: async (userId, postId) => (await removeFeedback.run(db, { user: userId, post: postId })).length > 0,
  of: async (userId) =>
    (await feedbackOf.run(db, { user: userId })).map(({ at, ...feedback }) => ({
      ...feedback,
      at: Number(at),
    })),
});
