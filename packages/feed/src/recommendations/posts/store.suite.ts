import { compareIds, firstIdAt, type Id, newestFirst, type Post } from '@socialkit/core';
import { type SuiteBackend, sampleAccount, samplePost } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DiscoverySuiteHandle } from '../../ranking/store.suite.js';
import { NAMED, PER_AUTHOR } from './limits.js';
import { MAX_FEEDBACK, type PostFeedback, type RecommendedPostStores } from './store.js';

const DAY_MS = 24 * 60 * 60_000;

/** The contract of {@link RecommendedPostStores}. */
export function recommendedPostStoresSuite(backend: SuiteBackend<DiscoverySuiteHandle>): void {
  describe(`RecommendedPostStores: ${backend.name}`, () => {
    let open: Awaited<ReturnType<typeof backend.open>>;
    let stores: RecommendedPostStores;
    beforeEach(async () => {
      open = await backend.open();
      stores = open.b.discovery.posts;
    });
    afterEach(() => open.close());

    const join = async (count: number): Promise<readonly Id[]> => {
      const people = Array.from({ length: count }, () => open.ids.next());
      await open.a.unitOfWork.transact(async ({ accounts }) => {
        for (const id of people) await accounts.insert(sampleAccount(id));
      });
      return people;
    };
    const follow = (followerId: Id, followees: readonly Id[]) =>
      open.a.unitOfWork.transact(async ({ follows }) => {
        for (const followeeId of followees)
          await follows.insert({ followerId, followeeId, id: open.ids.next(), hideReposts: false });
      });
    const write = async (
      authorId: Id,
      overrides: Partial<Post> = {},
      tags: readonly string[] = [],
    ): Promise<Id> => {
      const id = open.ids.next();
      await open.a.unitOfWork.transact(async ({ posts, reposts }) => {
        await posts.insert(samplePost(id, authorId, overrides));
        if (tags.length > 0) await posts.setHashtags(id, tags);
        if (overrides.repostOfId)
          await reposts.insert({ authorId, originalId: overrides.repostOfId, postId: id });
        await posts.touchAuthor(authorId);
      });
      return id;
    };
    const like = (userId: Id, targetIds: readonly Id[], kind = 'like') =>
      open.a.unitOfWork.transact(async ({ reactions, counters }) => {
        for (const targetId of targetIds) {
          await reactions.insert({ id: open.ids.next(), targetKind: 'post', targetId, userId, kind });
          await counters.add([{ subject: 'post', id: targetId, counter: `reaction:${kind}`, delta: 1 }]);
        }
      });
    const span = (days = 30) => ({
      from: firstIdAt(open.clock.now() - days * DAY_MS),
      to: firstIdAt(open.clock.now() + 1000),
    });
    const taste = { halfLifeMs: 14 * DAY_MS, limit: 300 };

    it('finds nothing for somebody nobody knows', async () => {
      const [nobody = ''] = await join(1);
      const query = { span: span(), taste: span(), limit: 10 };
      expect(await stores.candidates.followed(nobody, { ...query, ...taste })).toEqual([]);
      expect(await stores.candidates.coLiked(nobody, query)).toEqual([]);
      expect(await stores.candidates.proven(nobody, { span: span(), min: 2, limit: 10 })).toEqual([]);
      expect(await stores.candidates.fresh(span(), 10)).toEqual([]);
      expect(await stores.candidates.signals([])).toEqual(new Map());
      expect(await stores.candidates.signals([open.ids.next()])).toEqual(new Map());
      expect(await stores.feedback.of(nobody)).toEqual([]);
    });

    it('gives published posts of followees, newest first, a few of each, with what the reader likes more', async () => {
      const [reader = '', close = '', other = '', stranger = ''] = await join(4);
      await follow(reader, [close, other]);
      const old = await write(close);
      open.clock.advance(40 * DAY_MS);
      const liked = await write(close);
      await like(reader, [liked]);
      const many: Id[] = [];
      for (let n = 0; n < PER_AUTHOR + 2; n++) many.push(await write(other, { visibility: 'followers' }));
      await write(stranger);
      await write(close, { status: 'draft' });
      await write(close, { repostOfId: old });
      const found = await stores.candidates.followed(reader, { span: span(), taste: span(), ...taste });
      expect(found.map(({ id }) => id)).toEqual([...many.slice(2), liked].sort(newestFirst));
      const affinity = new Map(found.map((post) => [post.id, post.affinity] as const));
      expect(affinity.get(many.at(-1) ?? '')).toBe(0);
      expect(affinity.get(liked)).toBeCloseTo(1, 3);
      open.clock.advance(14 * DAY_MS);
      const later = await stores.candidates.followed(reader, { span: span(), taste: span(), ...taste });
      expect(later.find(({ id }) => id === liked)?.affinity).toBeCloseTo(0.5, 3);
      const few = await stores.candidates.followed(reader, {
        span: span(),
        taste: span(),
        ...taste,
        limit: 3,
      });
      expect(few.map(({ id }) => id)).toEqual(many.slice(-3).reverse());
    });

    it('finds what those who like the same like now, those who share more before others', async () => {
      const [reader = '', alike = '', half = '', other = '', author = ''] = await join(5);
      const [p = '', q = ''] = [await write(author), await write(author)];
      await like(reader, [p, q]);
      await like(alike, [p, q]);
      await like(half, [q]);
      open.clock.advance(5 * DAY_MS);
      const [both = '', ofAlike = '', ofHalf = '', ofOther = ''] = [
        await write(author),
        await write(author),
        await write(author),
        await write(author),
      ];
      await like(alike, [both, ofAlike]);
      await like(half, [both, ofHalf]);
      await like(half, [both], 'love');
      await like(other, [ofOther]);
      const repost = await write(other, { repostOfId: ofOther });
      await like(alike, [repost]);
      const found = await stores.candidates.coLiked(reader, { span: span(2), taste: span(), limit: 10 });
      expect(found.map(({ id, people }) => [id, people])).toEqual([
        [both, 2],
        [ofAlike, 1],
        [ofHalf, 1],
      ]);
      // p has 2 reactions, q has 3.
      const [weightP, weightQ] = [1 / Math.log(4), 1 / Math.log(5)];
      expect(found[1]?.score).toBeCloseTo(weightP + weightQ, 9);
      expect(found[0]?.score).toBeCloseTo(weightP + 2 * weightQ, 9);
      expect(await stores.candidates.coLiked(other, { span: span(2), taste: span(), limit: 10 })).toEqual([]);
    });

    it('finds what several followees react to or repost, each of them counted once', async () => {
      const friends = await join(NAMED + 3);
      const [reader = '', author = '', stranger = ''] = await join(3);
      await follow(reader, friends);
      for (const friend of friends) await write(friend);
      const [loved = '', proven = '', alone = ''] = [
        await write(author),
        await write(author),
        await write(author),
      ];
      for (const friend of friends) await like(friend, [loved]);
      const [a = '', b = ''] = friends;
      await like(a, [proven]);
      await like(a, [proven], 'love');
      await write(b, { repostOfId: proven });
      await write(a, { repostOfId: proven });
      await like(a, [alone]);
      await like(stranger, [alone]);
      const found = await stores.candidates.proven(reader, { span: span(), min: 2, limit: 10 });
      expect(found.map(({ id, people }) => [id, people])).toEqual([
        [loved, friends.length],
        [proven, 2],
      ]);
      expect(found[0]?.users).toEqual([...friends].reverse().slice(0, NAMED));
      expect(found[1]?.users).toEqual([a, b]);
    });

    it('lists public posts alone as fresh', async () => {
      const [author = ''] = await join(1);
      const first = await write(author);
      await write(author, { visibility: 'followers' });
      await write(author, { status: 'under_review' });
      await write(author, { repostOfId: first });
      const second = await write(author);
      expect(await stores.candidates.fresh(span(), 10)).toEqual([second, first]);
      expect(await stores.candidates.fresh(span(), 1)).toEqual([second]);
    });

    it('counts what is known of posts', async () => {
      const [author = '', reader = ''] = await join(2);
      const post = await write(author, {}, ['tea', 'cake']);
      const plain = await write(author);
      await like(reader, [post]);
      await stores.feedback.put(reader, said(post, 'not_interested', author));
      await stores.feedback.put(author, said(post, 'hide', author));
      const signals = await stores.candidates.signals([plain, post, open.ids.next()]);
      expect([...signals.keys()].sort(compareIds)).toEqual([post, plain].sort(compareIds));
      expect(signals.get(post)).toEqual({
        authorId: author,
        tags: ['cake', 'tea'],
        reactions: 1,
        replies: 0,
        reposts: 0,
        quotes: 0,
        bookmarks: 0,
        notInterested: 1,
        impressions: 0,
      });
      expect(signals.get(plain)).toMatchObject({ tags: [], reactions: 0, notInterested: 0 });
    });

    it('exports authors and hashtags of what everybody reacted to lately, account by account', async () => {
      const [ada = '', bob = '', eve = ''] = await join(3);
      const old = await write(eve, {}, ['past']);
      await like(ada, [old]);
      open.clock.advance(40 * DAY_MS);
      const tea = await write(eve, {}, ['tea', 'cake']);
      const plain = await write(bob);
      await like(ada, [tea, plain]);
      await like(ada, [tea], 'love');
      await like(eve, [tea]);
      const all = [
        { userId: ada, authors: [bob, eve], tags: ['cake', 'tea'] },
        { userId: bob, authors: [], tags: [] },
        { userId: eve, authors: [eve], tags: ['cake', 'tea'] },
      ];
      expect(await stores.tastes.page(null, 10, span())).toEqual(all);
      expect(await stores.tastes.page(null, 2, span())).toEqual(all.slice(0, 2));
      expect(await stores.tastes.page(bob, 10, span())).toEqual(all.slice(2));
      expect(await stores.tastes.page(eve, 10, span())).toEqual([]);
    });

    const said = (
      postId: Id,
      kind: PostFeedback['kind'],
      authorId: Id,
      at = open.clock.now(),
    ): PostFeedback => ({ postId, kind, authorId, tags: ['tea'], at });

    it('keeps one word a user and post, the newest first', async () => {
      const { feedback } = stores;
      expect(await feedback.put('1', said('10', 'more', '5'))).toBe(true);
      expect(await feedback.put('1', said('10', 'more', '5', open.clock.now() + 5))).toBe(false);
      expect(await feedback.put('1', said('9', 'hide', '5'))).toBe(true);
      expect(await feedback.put('2', said('10', 'less', '5'))).toBe(true);
      expect(await open.a.discovery.posts.feedback.of('1')).toEqual([
        said('10', 'more', '5'),
        said('9', 'hide', '5'),
      ]);
      expect(await feedback.put('1', said('9', 'less', '5', open.clock.now() + 1))).toBe(true);
      expect((await feedback.of('1')).map(({ kind }) => kind)).toEqual(['less', 'more']);
      expect(await feedback.remove('1', '9')).toBe(true);
      expect(await feedback.remove('1', '9')).toBe(false);
      expect(await feedback.of('1')).toEqual([said('10', 'more', '5')]);
    });

    it('forgets what was said longest ago', async () => {
      const start = open.clock.now();
      for (let n = 1; n <= MAX_FEEDBACK + 2; n++)
        await stores.feedback.put('1', said(String(n), 'less', '5', start + n));
      const held = await stores.feedback.of('1');
      expect(held).toHaveLength(MAX_FEEDBACK);
      expect(held.at(-1)?.postId).toBe('3');
    });
  });
}
