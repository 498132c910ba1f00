import { type Clock, compareIds, firstIdAt, type Id, MAX_ID_STRING, timeOfId } from '@socialkit/core';
import type { FeedTruthReader, Outbox, ReaderState } from '@socialkit/feed';
import type { Kysely } from 'kysely';
import type { Database } from '../database.js';
import { coalescing } from '../hydrate/coalesce.js';
import type { PostgresPostViews } from '../hydrate/index.js';
import { monthOf } from '../partitions.js';
import {
  countSince,
  followedAmong,
  homeExact,
  homeScan,
  outboxes,
  readerSize,
  readerStates,
  tagged,
} from './truth-statements.js';

const DAY_MS = 24 * 60 * 60_000;
/** Months looked at first, and by how much the look widens. */
const FIRST_MONTHS = 2;
const WIDENING = 4;
const MAX_MONTHS = 32;
/** Posts scanned at most before the other way is taken. */
const MAX_SCAN = 20_000;
/**
 * What the two ways cost, in scanned posts: to put one followee into the set a scan asks; to look at one followee's last post, and at
 * the posts of one who may be on the page.
 */
const COST = { member: 0.3, followee: 6, writer: 20 } as const;

/** Statements about readers under way at once, and readers in one at most. */
const READER_LANES = 2;
const MAX_READERS = 64;

/** Ids in a text as the database joins them. */
const split = (ids: string | null): readonly Id[] => (ids === null ? [] : ids.split(','));
const below = (before: Id): Id => (BigInt(before) - 1n).toString();

/** Lower bounds that reach further and further back from an id: two months, eight, thirty-two, everything. */
function* widening(hi: Id): Generator<Id> {
  const top = timeOfId(hi);
  for (let months = FIRST_MONTHS; months <= MAX_MONTHS; months *= WIDENING)
    yield monthOf(top, 1 - months).from;
  yield '0';
}

/** What home feeds are made of, in PostgreSQL: exact, and within few partitions as long as there is enough in them. */
export function createPostgresFeedTruth(deps: {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  readonly views: PostgresPostViews;
}): FeedTruthReader {
  const { db, clock, views } = deps;
  /** Committed ids are below this: the partitions made ahead are never looked at. */
  const top = () => firstIdAt(clock.now() + DAY_MS);
  /** Own posts from here on make a page current; older ones are in its other sources. */
  const ownFrom = () => monthOf(clock.now(), -1).from;
  const highest = (before: Id | null): Id => {
    const bound = top();
    return before === null || compareIds(before, bound) > 0 ? bound : below(before);
  };

  interface ReaderQuestion {
    readonly userId: Id;
    readonly hi: Id;
    readonly limit: number;
    readonly now: number;
  }
  // Every page of a home asks this: under load several readers share a statement.
  const askReader = coalescing<ReaderQuestion, ReaderState>(
    async (questions) => {
      const rows = await readerStates.run(db, {
        users: questions.map(({ userId }) => userId),
        his: questions.map(({ hi }) => hi),
        limits: questions.map(({ limit }) => limit),
        lo: ownFrom(),
        hi: top(),
        nows: questions.map(({ now }) => now),
      });
      return rows.map(({ own, words, threads, tags }) => ({
        own: split(own),
        mutedWords: words ?? [],
        mutesThreads: threads,
        hashtags: tags ?? [],
      }));
    },
    { lanes: READER_LANES, most: MAX_READERS, together: () => true },
  );

  /** Ids by the newest-first scan, or null where it is not worth trying or did not find enough. */
  const scan = async (userId: Id, lo: Id, hi: Id, limit: number): Promise<readonly Id[] | null> => {
    const size = await readerSize.first(db, { user: userId });
    if (!size || size.accounts <= 0) return null;
    const share = Math.min(1, size.following / size.accounts);
    const expected = limit / share;
    const exactCost = size.following * COST.followee + Math.min(limit, size.following) * COST.writer;
    if (expected + size.following * COST.member >= exactCost || expected * 2 > MAX_SCAN) return null;
    const scanned = Math.ceil(expected * 2);
    const ids = split((await homeScan.first(db, { user: userId, lo, hi, limit, scanned }))?.ids ?? null);
    return ids.length === limit ? ids : null;
  };

  const exact = async (userId: Id, lo: Id, hi: Id, limit: number): Promise<readonly Id[]> => {
    const read = (bounded: boolean) => homeExact.first(db, { user: userId, lo, hi, limit, bounded });
    const found = await read(true);
    const ids = split(found?.ids ?? null);
    // The bound rests on `last_post_id`: where that runs ahead of the posts, it cuts too much.
    return ids.length < limit && found?.cut ? split((await read(false))?.ids ?? null) : ids;
  };

  return {
    async home(userId, { before, limit }) {
      const hi = highest(before);
      const bounds = widening(hi);
      const first = bounds.next().value ?? '0';
      const scanned = await scan(userId, first, hi, limit);
      if (scanned) return scanned;
      let ids = await exact(userId, first, hi, limit);
      for (const lo of bounds) {
        if (ids.length === limit) break;
        ids = await exact(userId, lo, hi, limit);
      }
      return ids;
    },
    async page(userId, ids, { before, limit, now }) {
      const hi = highest(before);
      const { posts, reader } = await views.page(userId, ids, {
        from: ownFrom(),
        to: top(),
        hi,
        most: limit,
      });
      if (reader === null) return { posts, reader: await askReader({ userId, hi, limit, now }) };
      const { own, words, threads, tags } = reader;
      return { posts, reader: { own, mutedWords: words, mutesThreads: threads, hashtags: tags } };
    },
    reader: (userId, { before, limit, now }) => askReader({ userId, hi: highest(before), limit, now }),
    async outboxes(authorIds, limit) {
      const found = new Map<Id, Outbox>();
      const hi = top();
      let open: readonly Id[] = [...new Set(authorIds)];
      for (const lo of widening(hi)) {
        if (open.length === 0) break;
        const rows = await outboxes.run(db, { authors: open, lo, hi, limit: limit + 1 });
        for (const { authorId, ids } of rows) {
          const all = split(ids);
          found.set(authorId, { ids: all.slice(0, limit), more: all.length > limit });
        }
        open = open.filter((authorId) => found.get(authorId)?.more !== true);
      }
      return found;
    },
    async tagged(tags, { before, limit }) {
      const rows =
        tags.length === 0
          ? []
          : await tagged.run(db, {
              tags,
              before: before === null ? MAX_ID_STRING : below(before),
              limit: limit + 1,
            });
      return new Map(
        rows.map(({ tag, ids }) => {
          const all = split(ids);
          return [tag, { ids: all.slice(0, limit), more: all.length > limit }];
        }),
      );
    },
    async followedAmong(userId, authorIds) {
      if (authorIds.length === 0) return [];
      const rows = await followedAmong.run(db, { user: userId, authors: authorIds });
      return rows.map(({ authorId }) => authorId);
    },
    countSince: async (authorId, since) =>
      (await countSince.first(db, { author: authorId, lo: since, hi: top() }))?.posts ?? 0,
  };
}
