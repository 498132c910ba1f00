import { compareIds, type Id, newestFirst, type Post } from '@socialkit/core';
import { type SuiteBackend, sampleAccount, samplePost } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedSuiteHandle } from './deliveries.suite.js';
import type { FeedTruthReader } from './store.js';

const DAY_MS = 24 * 60 * 60_000;

/** The contract of {@link FeedTruthReader}. */
export function feedTruthSuite(backend: SuiteBackend<FeedSuiteHandle>): void {
  describe(`FeedTruthReader: ${backend.name}`, () => {
    let open: Awaited<ReturnType<typeof backend.open>>;
    let truth: FeedTruthReader;
    beforeEach(async () => {
      open = await backend.open();
      truth = open.b.feed.truth;
    });
    afterEach(() => open.close());

    const join = async (): Promise<Id> => {
      const id = open.ids.next();
      await open.a.unitOfWork.transact(({ accounts }) => accounts.insert(sampleAccount(id)));
      return id;
    };
    const follow = (followerId: Id, followeeId: Id) =>
      open.a.unitOfWork.transact(({ follows }) =>
        follows.insert({ followerId, followeeId, id: open.ids.next(), hideReposts: false }),
      );
    const write = async (
      authorId: Id,
      overrides: Partial<Post> = {},
      tags: readonly string[] = [],
    ): Promise<Id> => {
      const id = open.ids.next();
      await open.a.unitOfWork.transact(async ({ posts }) => {
        await posts.insert(samplePost(id, authorId, overrides));
        if (tags.length > 0) await posts.setHashtags(id, tags);
        await posts.touchAuthor(authorId);
      });
      return id;
    };
    const down = (ids: readonly Id[]) => [...ids].sort(newestFirst);
    const page = (limit: number, before: Id | null = null) => ({ before, limit });

    describe('home', () => {
      it('is empty for somebody who follows nobody and wrote nothing', async () => {
        expect(await truth.home(await join(), page(10))).toEqual([]);
        expect(await truth.home(open.ids.next(), page(10))).toEqual([]);
      });

      it('lists published posts of followees and of the reader, whatever their audience, and no others', async () => {
        const [reader, followee, stranger] = [await join(), await join(), await join()];
        await follow(reader, followee);
        const listed = [
          await write(followee),
          await write(followee, { visibility: 'friends' }),
          await write(reader, { visibility: 'private' }),
          await write(followee, { repostOfId: open.ids.next() }),
        ];
        await write(stranger);
        for (const status of ['draft', 'scheduled', 'under_review', 'flagged', 'deleted'] as const)
          await write(followee, { status });
        expect(await truth.home(reader, page(10))).toEqual(down(listed));
      });

      it('pages exactly over authors who write at very different times', async () => {
        const reader = await join();
        const authors: Id[] = [];
        for (let i = 0; i < 12; i++) {
          authors.push(await join());
          await follow(reader, authors[i] ?? '');
        }
        const listed: Id[] = [];
        for (let i = 0; i < 60; i++) {
          // The first authors write all the time, the last ones once, long ago.
          listed.push(await write(authors[(i * i) % (1 + Math.floor((60 - i) / 5))] ?? reader));
          open.clock.advance(i % 10 === 0 ? DAY_MS * 3 : 1000);
        }
        for (const limit of [1, 7, 20, 60, 61, 400]) {
          const seen: Id[] = [];
          for (;;) {
            const found = await truth.home(reader, page(limit, seen.at(-1) ?? null));
            seen.push(...found);
            if (found.length < limit) break;
          }
          expect(seen, `by ${limit}`).toEqual(down(listed));
        }
      });

      it('finds posts of authors whose newest ones are gone', async () => {
        const [reader, followee, other] = [await join(), await join(), await join()];
        await follow(reader, followee);
        await follow(reader, other);
        const old = await write(followee);
        open.clock.advance(1000);
        const newer = await write(other);
        const gone = await write(followee);
        await open.a.unitOfWork.transact(async ({ posts }) => {
          // As if `lastPostId` had not heard of it.
          await posts.update(gone, 1, { status: 'deleted' });
        });
        expect(await truth.home(reader, page(2))).toEqual([newer, old]);
      });
    });

    describe('reader', () => {
      it('knows nothing of somebody new', async () => {
        expect(await truth.reader(await join(), { ...page(5), now: open.clock.now() })).toEqual({
          own: [],
          mutedWords: [],
          mutesThreads: false,
          hashtags: [],
        });
      });

      it("lists the reader's own newest published posts below a position", async () => {
        const [reader, other] = [await join(), await join()];
        const own = [await write(reader), await write(reader), await write(reader)];
        await write(reader, { status: 'draft' });
        await write(other);
        const now = open.clock.now();
        expect((await truth.reader(reader, { ...page(2), now })).own).toEqual(down(own).slice(0, 2));
        expect((await truth.reader(reader, { ...page(5, own[2]), now })).own).toEqual(down(own).slice(1));
        expect((await truth.reader(reader, { ...page(0), now })).own).toEqual([]);
      });

      it('says what he mutes and follows besides accounts, as long as it holds', async () => {
        const [reader, other] = [await join(), await join()];
        const now = open.clock.now();
        const mute = (userId: Id, word: string, expiresAt: number | null) =>
          open.a.unitOfWork.transact(({ topics }) =>
            topics.muteWord(userId, { word, id: open.ids.next(), expiresAt }, now),
          );
        await mute(reader, 'pear', null);
        await mute(reader, 'apple', now + 10);
        await mute(reader, 'plum', now + 1);
        await mute(other, 'fig', null);
        await open.a.unitOfWork.transact(async ({ topics }) => {
          await topics.followHashtag(reader, { tag: 'sun', id: open.ids.next() });
          await topics.followHashtag(reader, { tag: 'moon', id: open.ids.next() });
          await topics.muteThread(
            reader,
            { postId: open.ids.next(), id: open.ids.next(), expiresAt: now + 1 },
            now,
          );
        });
        expect(await truth.reader(reader, { ...page(0), now })).toEqual({
          own: [],
          mutedWords: ['apple', 'pear', 'plum'],
          mutesThreads: true,
          hashtags: ['moon', 'sun'],
        });
        expect(await truth.reader(reader, { ...page(0), now: now + 1 })).toMatchObject({
          mutedWords: ['apple', 'pear'],
          mutesThreads: false,
        });
      });
    });

    describe('page', () => {
      it('gives what the reader and the views give apart, also of posts that are gone or not for him', async () => {
        const [reader, followee, stranger] = [await join(), await join(), await join()];
        await follow(reader, followee);
        const ids = [await write(followee), await write(reader)];
        open.clock.advance(DAY_MS * 40);
        ids.push(
          await write(followee, { visibility: 'followers' }),
          await write(stranger, { visibility: 'followers' }),
          await write(reader),
          await write(stranger, { status: 'deleted' }),
          open.ids.next(),
        );
        await open.a.unitOfWork.transact(async ({ topics }) => {
          await topics.muteWord(
            reader,
            { word: 'a "word"\twith\neverything', id: open.ids.next(), expiresAt: null },
            open.clock.now(),
          );
          await topics.followHashtag(reader, { tag: 'sun', id: open.ids.next() });
        });
        const now = open.clock.now();
        // Twice: the second time the process holds what the first one read.
        for (const viewer of [reader, stranger])
          for (const asked of [ids, ids.slice(2), []])
            for (let time = 0; time < 2; time++) {
              const at = { ...page(2, time === 0 ? null : (ids[4] ?? null)), now };
              const found = await truth.page(viewer, asked, at);
              expect(found.reader).toEqual(await truth.reader(viewer, at));
              const views = await open.b.readers.postViews.views(viewer, asked, { follows: true });
              expect(found.posts.map((post) => post?.view)).toEqual(views.map((post) => post?.view));
              expect(found.posts.map((post) => post?.relation.follows)).toEqual(
                views.map((post) => post?.relation.follows),
              );
            }
      });

      it('tells many readers at once each what is his', async () => {
        const readers = await Promise.all(Array.from({ length: 12 }, join));
        const author = await join();
        const ids = [await write(author), await write(author, { visibility: 'followers' })];
        for (const [n, reader] of readers.entries()) {
          if (n % 2 === 0) await follow(reader, author);
          if (n % 3 === 0) await write(reader);
        }
        const at = { ...page(3), now: open.clock.now() };
        for (let time = 0; time < 2; time++) {
          const found = await Promise.all(readers.map((reader) => truth.page(reader, ids, at)));
          for (const [n, reader] of readers.entries()) {
            expect(found[n]?.reader).toEqual(await truth.reader(reader, at));
            expect(found[n]?.posts.map((post) => post?.id ?? null)).toEqual(
              n % 2 === 0 ? ids : [ids[0], null],
            );
          }
        }
      });
    });

    it('reads the newest posts of several authors, and whether there are more', async () => {
      const [many, few, none] = [await join(), await join(), await join()];
      const ids: Id[] = [];
      for (let i = 0; i < 6; i++) {
        ids.push(await write(many));
        open.clock.advance(DAY_MS * 20);
      }
      const lone = await write(few, { visibility: 'followers' });
      await write(few, { status: 'flagged' });
      const found = await truth.outboxes([many, few, none, many], 4);
      expect(new Map(found)).toEqual(
        new Map([
          [many, { ids: down(ids).slice(0, 4), more: true }],
          [few, { ids: [lone], more: false }],
        ]),
      );
      expect((await truth.outboxes([many], 6)).get(many)).toEqual({ ids: down(ids), more: false });
      expect((await truth.outboxes([], 6)).size).toBe(0);
    });

    it('reads the newest public posts with hashtags below a position', async () => {
      const author = await join();
      const sun = [await write(author, {}, ['sun']), await write(author, {}, ['sun', 'moon'])];
      const moon = [...sun.slice(1), await write(author, {}, ['moon'])];
      const found = await truth.tagged(['sun', 'moon', 'star'], page(2));
      expect(new Map(found)).toEqual(
        new Map([
          ['sun', { ids: down(sun), more: false }],
          ['moon', { ids: down(moon), more: false }],
        ]),
      );
      expect((await truth.tagged(['moon'], page(1))).get('moon')).toEqual({ ids: [moon[1]], more: true });
      expect((await truth.tagged(['moon'], page(5, moon[1]))).get('moon')).toEqual({
        ids: [moon[0]],
        more: false,
      });
      expect((await truth.tagged([], page(5))).size).toBe(0);
    });

    it('says whom of several authors somebody follows', async () => {
      const [reader, one, two, three] = [await join(), await join(), await join(), await join()];
      await follow(reader, one);
      await follow(reader, three);
      await follow(two, reader);
      expect([...(await truth.followedAmong(reader, [one, two, three, reader]))].sort(compareIds)).toEqual(
        [one, three].sort(compareIds),
      );
      expect(await truth.followedAmong(reader, [])).toEqual([]);
    });

    it('counts what an author published since an id', async () => {
      const author = await join();
      await write(author);
      const since = open.ids.next();
      open.clock.advance(1);
      await write(author);
      await write(author);
      await write(author, { status: 'deleted' });
      expect(await truth.countSince(author, since)).toBe(2);
    });
  });
}
