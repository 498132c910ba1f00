import {
  type AnalyticsEvent,
  type AnalyticsReaders,
  type AnalyticsStores,
  dayOf,
  NO_COUNTS,
  newestVersions,
  SPANS,
  timeOfId,
} from '@socialkit/core';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../database.js';
import { createPostgresRollups } from './rollups.js';
import { countsOf, rollupOf } from './rows.js';
import * as statements from './statements.js';

/** Reads analytics. */
export function createPostgresAnalyticsReader(db: Kysely<Database>): AnalyticsReaders['analytics'] {
  return {
    whole: async (author, { span, ...range }) =>
      (await statements.whole.run(db, { author, span: SPANS.indexOf(span), ...range })).map(rollupOf),
    posts: async (author, { from, to, limit }) =>
      (await statements.posts.run(db, { author, from, to, limit })).map((row) => ({
        postId: row.postId,
        ts: Number(row.ts),
        type: row.type,
        tags: row.tags ? row.tags.split(' ') : [],
        followers: row.followers,
        counts: row.counts === null ? NO_COUNTS : countsOf(row.counts),
      })),
    publications: (author, { from, to }) => statements.publications.run(db, { author, from, to }),
    fans: (author, { from, to, limit }) => statements.fans.run(db, { author, from, to, limit }),
    depthOf: async (actor, post, { from, to }) =>
      (await statements.depthOf.first(db, { actor, post, from, to }))?.depth ?? null,
    async shareDepths(ids) {
      if (ids.length === 0) return new Map();
      const days = ids.map((id) => dayOf(timeOfId(id)));
      return new Map(
        (await statements.shareDepths.run(db, { days, ids })).map(({ id, depth }) => [id, depth]),
      );
    },
    async audience(author) {
      const row = await statements.audience.first(db, { author });
      return row ? { at: Number(row.at), n: row.n, splits: row.splits } : null;
    },
    activeByDay: (range) => statements.activeByDay.run(db, range),
    activeIn: async (range) => (await statements.activeIn.first(db, range))?.count ?? 0,
    joinedByDay: (range) => statements.joinedByDay.run(db, range),
    retained: (range) => statements.retained.run(db, range),
  };
}

const columnsOf = (events: readonly AnalyticsEvent[]) => ({
  days: events.map(({ ts }) => dayOf(ts)),
  kinds: events.map(({ kind }) => kind),
  ids: events.map(({ id }) => id),
  versions: events.map(({ version }) => version),
  ts: events.map(({ ts }) => ts),
  actors: events.map(({ actorId }) => actorId),
  subjects: events.map(({ subjectId }) => subjectId),
  authors: events.map(({ authorId }) => authorId),
  values: events.map(({ value }) => value),
  depths: events.map(({ depth }) => depth),
  sources: events.map(({ source }) => source ?? ''),
});

/** Reads and writes analytics inside a transaction. */
export function createPostgresAnalytics(tx: Transaction<Database>): AnalyticsStores {
  return {
    analytics: {
      ...createPostgresAnalyticsReader(tx),
      async record(given, oldest) {
        const events = newestVersions(given);
        const open = events.filter(({ ts }) => dayOf(ts) >= oldest);
        const old = events.filter(({ ts }) => dayOf(ts) < oldest);
        const taken = open.length === 0 ? [] : await statements.record.run(tx, columnsOf(open));
        const late = old.length === 0 ? [] : await statements.recordCorrections.run(tx, columnsOf(old));
        return [...taken, ...late].map(({ id }) => id);
      },
      async recordPosts(all) {
        // One of each: a statement cannot change a row twice.
        for (const post of all)
          await statements.recordPosts.run(tx, {
            posts: [post.postId],
            authors: [post.authorId],
            ts: [post.ts],
            types: [post.type],
            tags: [post.tags.join(' ')],
            followers: [post.followers],
            versions: [post.version],
            live: [post.live],
          });
      },
      async putAudience(author, { at, n, splits }) {
        await statements.putAudience.run(tx, { author, at, n, splits: JSON.stringify(splits) });
      },
      async joined(account, day) {
        await statements.joined.run(tx, { account, day });
      },
    },
    rollups: createPostgresRollups(tx),
  };
}
