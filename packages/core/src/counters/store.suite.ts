import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleComment, samplePost } from '../comments/suite-samples.js';
import { sampleAccount } from '../graph/suite-samples.js';
import type { Id } from '../kernel/ids.js';
import { NO_RACES, RACERS, race } from '../kernel/suite-samples.js';
import type { OpenBackend, SuiteBackend, SuiteHandle } from '../suite-backend.js';
import type { CounterDelta, CounterDrift, CounterSubject } from './store.js';

const SUBJECTS: readonly CounterSubject[] = ['account', 'post', 'comment', 'hashtag'];
const negative = expect.objectContaining({ code: 'counter.negative' });

/** The contracts of `CounterWriter`, `CounterReader` and `CounterReconciler`. */
export function countersSuite(backend: SuiteBackend): void {
  describe(`counters: ${backend.name}`, () => {
    let open: OpenBackend;
    let accounts: readonly Id[];
    let posts: readonly Id[];
    let comments: readonly Id[];
    beforeEach(async () => {
      open = await backend.open();
      const three = () => Array.from({ length: 3 }, () => open.ids.next());
      [accounts, posts, comments] = [three(), three(), three()];
      await open.a.unitOfWork.transact(async (stores) => {
        for (const id of accounts) await stores.accounts.insert(sampleAccount(id));
        // Drafts, so that nothing but what a test does counts for the accounts.
        for (const id of posts)
          await stores.posts.insert(samplePost(id, accounts[0] ?? '', { status: 'draft' }));
        for (const id of comments)
          await stores.comments.insert(sampleComment(id, posts[0] ?? '', { status: 'under_review' }));
      });
    });
    afterEach(() => open.close());

    const addBy = (handle: SuiteHandle, deltas: readonly CounterDelta[]) =>
      handle.unitOfWork.transact((stores) => stores.counters.add(deltas));
    const add = (...deltas: readonly CounterDelta[]) => addBy(open.a, deltas);
    /** What is stored of each subject, as far as it is not zero: nothing is there to be counted. */
    const stored = async (subject: CounterSubject): Promise<Readonly<Record<string, number>>> => {
      const { drifted } = await open.b.readers.counters.recount(subject, { after: null, limit: 1000 });
      return Object.fromEntries(drifted.map((drift) => [`${drift.id} ${drift.counter}`, drift.stored]));
    };

    it('adds every counter of every subject, summing a batch', async () => {
      const [a = '', b = ''] = accounts;
      const [p = '', q = ''] = posts;
      const [c = '', d = ''] = comments;
      await add(
        { subject: 'hashtag', id: 'tea', counter: 'postCount', delta: 2 },
        { subject: 'comment', id: d, counter: 'reaction:love', delta: 1 },
        { subject: 'comment', id: c, counter: 'replyCount', delta: 4 },
        { subject: 'post', id: q, counter: 'commentCount', delta: 5 },
        { subject: 'post', id: p, counter: 'repostCount', delta: 6 },
        { subject: 'post', id: p, counter: 'quoteCount', delta: 7 },
        { subject: 'post', id: p, counter: 'bookmarkCount', delta: 8 },
        { subject: 'post', id: p, counter: 'reaction:like', delta: 2 },
        { subject: 'post', id: p, counter: 'reaction:love', delta: 1 },
        { subject: 'post', id: p, counter: 'reaction:like', delta: 1 },
        { subject: 'account', id: b, counter: 'friendCount', delta: 3 },
        { subject: 'account', id: a, counter: 'followerCount', delta: 1 },
        { subject: 'account', id: b, counter: 'followingCount', delta: 2 },
        { subject: 'account', id: a, counter: 'postCount', delta: 9 },
      );
      await add(
        { subject: 'post', id: p, counter: 'reaction:love', delta: -1 },
        { subject: 'account', id: a, counter: 'postCount', delta: -2 },
        { subject: 'hashtag', id: 'tea', counter: 'postCount', delta: -1 },
        { subject: 'hashtag', id: 'żółw', counter: 'postCount', delta: 1 },
      );
      expect(await stored('account')).toEqual({
        [`${a} followerCount`]: 1,
        [`${a} postCount`]: 7,
        [`${b} friendCount`]: 3,
        [`${b} followingCount`]: 2,
      });
      expect(await stored('post')).toEqual({
        [`${p} repostCount`]: 6,
        [`${p} quoteCount`]: 7,
        [`${p} bookmarkCount`]: 8,
        [`${p} reaction:like`]: 3,
        [`${p} reactionCount`]: 3,
        [`${q} commentCount`]: 5,
      });
      expect(await stored('comment')).toEqual({
        [`${c} replyCount`]: 4,
        [`${d} reaction:love`]: 1,
        [`${d} reactionCount`]: 1,
      });
      expect(await stored('hashtag')).toEqual({ 'tea postCount': 1, 'żółw postCount': 1 });
      const found = (await open.b.readers.comments.byIds([d])).get(d);
      expect([found?.reactionCount, found?.reactionCounts]).toEqual([1, { love: 1 }]);
    });

    it('changes nothing for nothing, and passes over subjects that do not exist', async () => {
      const [a = ''] = accounts;
      await add();
      await add(
        { subject: 'account', id: a, counter: 'followerCount', delta: 0 },
        { subject: 'post', id: '5', counter: 'commentCount', delta: -1 },
        { subject: 'post', id: '6', counter: 'reaction:like', delta: 1 },
        { subject: 'comment', id: '5', counter: 'replyCount', delta: -1 },
        { subject: 'account', id: '5', counter: 'friendCount', delta: -1 },
      );
      for (const subject of SUBJECTS) expect(await stored(subject)).toEqual({});
    });

    it('refuses to let a counter fall below zero, and undoes everything with it', async () => {
      const [[a = ''], [p = '', q = ''], [c = '']] = [accounts, posts, comments];
      await add({ subject: 'post', id: p, counter: 'reaction:like', delta: 1 });
      const attempts: readonly CounterDelta[][] = [
        [{ subject: 'account', id: a, counter: 'followerCount', delta: -1 }],
        [{ subject: 'post', id: p, counter: 'commentCount', delta: -1 }],
        [
          { subject: 'post', id: p, counter: 'reaction:like', delta: 1 },
          { subject: 'post', id: p, counter: 'reaction:sad', delta: -1 },
        ],
        [
          { subject: 'post', id: p, counter: 'repostCount', delta: 1 },
          { subject: 'post', id: q, counter: 'reaction:like', delta: -1 },
        ],
        [{ subject: 'comment', id: c, counter: 'replyCount', delta: -1 }],
        [{ subject: 'comment', id: c, counter: 'reaction:like', delta: -1 }],
        [{ subject: 'hashtag', id: 'new', counter: 'postCount', delta: -1 }],
      ];
      for (const deltas of attempts) {
        const first: CounterDelta = { subject: 'account', id: a, counter: 'friendCount', delta: 1 };
        await expect(add(first, ...deltas)).rejects.toThrow(negative);
      }
      expect(await stored('account')).toEqual({});
      expect(await stored('post')).toEqual({ [`${p} reaction:like`]: 1, [`${p} reactionCount`]: 1 });
      expect(await stored('comment')).toEqual({});
      expect(await stored('hashtag')).toEqual({});
    });

    it('counts what is there, by its definition', async () => {
      const [a = '', b = '', c = ''] = accounts;
      const [p = ''] = posts;
      const next = () => open.ids.next();
      const top = sampleComment(next(), p);
      const gone = sampleComment(next(), p, { parentId: top.id, rootId: top.id, depth: 1 });
      const deep = sampleComment(next(), p, { parentId: gone.id, rootId: top.id, depth: 2 });
      const repost = next();
      await open.a.unitOfWork.transact(async (stores) => {
        const follow = (followerId: Id, followeeId: Id) =>
          stores.follows.insert({ followerId, followeeId, id: next(), hideReposts: false });
        await follow(a, b);
        await follow(c, b);
        await stores.friends.insert(a, c, next());
        await stores.posts.insert(samplePost(next(), b, { quoteOfId: p }));
        await stores.posts.insert(samplePost(next(), b, { quoteOfId: p, status: 'under_review' }));
        await stores.posts.insert(samplePost(repost, c, { repostOfId: p, text: '' }));
        await stores.reposts.insert({ authorId: c, originalId: p, postId: repost });
        await stores.bookmarks.insert({ userId: b, postId: p, id: next() });
        for (const comment of [top, gone, deep]) await stores.comments.insert(comment);
        await stores.comments.erase(gone.id, 1);
        await stores.reactions.insert({
          id: next(),
          targetKind: 'post',
          targetId: p,
          userId: a,
          kind: 'wow',
        });
        await stores.reactions.insert({
          id: next(),
          targetKind: 'comment',
          targetId: top.id,
          userId: a,
          kind: 'sad',
        });
        await stores.counters.add([{ subject: 'comment', id: gone.id, counter: 'replyCount', delta: 1 }]);
      });
      const actual = async (subject: CounterSubject) => {
        const { drifted } = await open.b.readers.counters.recount(subject, { after: null, limit: 1000 });
        return Object.fromEntries(drifted.map((drift) => [`${drift.id} ${drift.counter}`, drift.actual]));
      };
      expect(await actual('account')).toEqual({
        [`${a} followingCount`]: 1,
        [`${a} friendCount`]: 1,
        [`${b} followerCount`]: 2,
        [`${b} postCount`]: 1,
        [`${c} followingCount`]: 1,
        [`${c} friendCount`]: 1,
        [`${c} postCount`]: 1,
      });
      expect(await actual('post')).toEqual({
        [`${p} commentCount`]: 2,
        [`${p} repostCount`]: 1,
        [`${p} quoteCount`]: 1,
        [`${p} bookmarkCount`]: 1,
        [`${p} reaction:wow`]: 1,
        [`${p} reactionCount`]: 1,
      });
      expect(await actual('comment')).toEqual({
        [`${top.id} replyCount`]: 1,
        [`${top.id} reaction:sad`]: 1,
        [`${top.id} reactionCount`]: 1,
      });
    });

    it('walks subjects in order in bounded stretches, each once', async () => {
      const [b = '', a = '', c = ''] = accounts;
      await add(
        ...accounts.map((id): CounterDelta => ({ subject: 'account', id, counter: 'friendCount', delta: 1 })),
        ...['x', 'y', 'z'].map(
          (id): CounterDelta => ({ subject: 'hashtag', id, counter: 'postCount', delta: 1 }),
        ),
      );
      const walk = async (subject: CounterSubject) => {
        const seen: CounterDrift[] = [];
        let checked = 0;
        let after: string | null = null;
        do {
          const stretch: Awaited<ReturnType<SuiteHandle['readers']['counters']['recount']>> =
            await open.b.readers.counters.recount(subject, { after, limit: 2 });
          seen.push(...stretch.drifted);
          checked += stretch.checked;
          after = stretch.next;
        } while (after !== null);
        return [checked, seen.map(({ id }) => id)];
      };
      expect(await walk('account')).toEqual([3, [b, a, c]]);
      expect(await walk('hashtag')).toEqual([3, ['x', 'y', 'z']]);
      expect(await walk('post')).toEqual([3, []]);
      expect(await walk('comment')).toEqual([3, []]);
      const { following } = open.b.readers.counters;
      expect([
        await following('account', null),
        await following('account', a),
        await following('account', c),
      ]).toEqual([b, c, null]);
      expect([await following('hashtag', null), await following('hashtag', 'z')]).toEqual(['x', null]);
      expect(await following('post', null)).toBe(posts[0]);
      expect(await following('comment', comments[0] ?? null)).toBe(comments[1]);
      expect(await open.b.readers.counters.recount('account', { after: c, limit: 2 })).toEqual({
        checked: 0,
        drifted: [],
        next: null,
      });
    });

    it('repairs what drifted, says what it was, and leaves the rest alone', async () => {
      const [[a = '', b = ''], [p = ''], [c = '']] = [accounts, posts, comments];
      await open.a.unitOfWork.transact(({ follows }) =>
        follows.insert({ followerId: a, followeeId: b, id: open.ids.next(), hideReposts: false }),
      );
      await add(
        { subject: 'account', id: a, counter: 'friendCount', delta: 3 },
        { subject: 'post', id: p, counter: 'reaction:like', delta: 2 },
        { subject: 'post', id: p, counter: 'bookmarkCount', delta: 1 },
        { subject: 'comment', id: c, counter: 'replyCount', delta: 1 },
        { subject: 'hashtag', id: 'tea', counter: 'postCount', delta: 5 },
      );
      const repair = (subject: CounterSubject, ids: readonly string[]) =>
        open.a.unitOfWork.transact((stores) => stores.counters.repair(subject, ids));
      expect(await repair('account', [])).toEqual([]);
      expect(await repair('account', [b, a, b, '5', accounts[2] ?? ''])).toEqual(
        [
          { subject: 'account', id: a, counter: 'followingCount', stored: 0, actual: 1 },
          { subject: 'account', id: a, counter: 'friendCount', stored: 3, actual: 0 },
          { subject: 'account', id: b, counter: 'followerCount', stored: 0, actual: 1 },
        ].sort((x, y) => accounts.indexOf(x.id) - accounts.indexOf(y.id)),
      );
      expect(await repair('post', [...posts].reverse())).toEqual([
        { subject: 'post', id: p, counter: 'bookmarkCount', stored: 1, actual: 0 },
        { subject: 'post', id: p, counter: 'reaction:like', stored: 2, actual: 0 },
        { subject: 'post', id: p, counter: 'reactionCount', stored: 2, actual: 0 },
      ]);
      expect(await repair('comment', comments)).toHaveLength(1);
      expect(await repair('hashtag', ['tea', 'none'])).toEqual([
        { subject: 'hashtag', id: 'tea', counter: 'postCount', stored: 5, actual: 0 },
      ]);
      for (const subject of SUBJECTS) expect(await stored(subject)).toEqual({});
    });

    const racing = backend.concurrent ? it : it.skip;
    const raceTitle = (title: string) => (backend.concurrent ? title : `${title} ${NO_RACES}`);

    racing(raceTitle(`loses nothing when ${RACERS} add to the same rows in any order`), async () => {
      await race(RACERS, [open.a, open.b], (handle, n) => {
        const deltas = [
          ...accounts.map(
            (id): CounterDelta => ({ subject: 'account', id, counter: 'followerCount', delta: 1 }),
          ),
          ...posts.map((id): CounterDelta => ({ subject: 'post', id, counter: 'reaction:like', delta: 1 })),
          ...comments.map(
            (id): CounterDelta => ({ subject: 'comment', id, counter: 'replyCount', delta: 1 }),
          ),
          ...['x', 'y'].map(
            (id): CounterDelta => ({ subject: 'hashtag', id, counter: 'postCount', delta: 1 }),
          ),
        ];
        return addBy(handle, n % 4 < 2 ? deltas : deltas.reverse());
      });
      expect(new Set(Object.values(await stored('account')))).toEqual(new Set([RACERS]));
      expect(new Set(Object.values(await stored('post')))).toEqual(new Set([RACERS]));
      expect(new Set(Object.values(await stored('comment')))).toEqual(new Set([RACERS]));
      expect(new Set(Object.values(await stored('hashtag')))).toEqual(new Set([RACERS]));
    });

    racing(raceTitle('finds no drift while writes run, and repairs exactly beside them'), async () => {
      const [star = ''] = accounts;
      const fans = Array.from({ length: RACERS }, () => open.ids.next());
      const follow = (handle: SuiteHandle, followerId: Id) =>
        handle.unitOfWork.transact(async ({ follows, counters }) => {
          await follows.insert({ followerId, followeeId: star, id: open.ids.next(), hideReposts: false });
          await counters.add([{ subject: 'account', id: star, counter: 'followerCount', delta: 1 }]);
        });
      let running = true;
      const recounting = (async () => {
        const found: CounterDrift[] = [];
        while (running)
          found.push(
            ...(await open.b.readers.counters.recount('account', { after: null, limit: 10 })).drifted,
          );
        return found;
      })();
      await race(RACERS, [open.a, open.b], (handle, n) => follow(handle, fans[n] ?? ''));
      running = false;
      expect(await recounting).toEqual([]);

      await add({ subject: 'account', id: star, counter: 'followerCount', delta: 7 });
      const more = Array.from({ length: RACERS }, () => open.ids.next());
      await race(RACERS, [open.a, open.b], async (handle, n) => {
        if (n % 5 > 0) await follow(handle, more[n] ?? '');
        else await handle.unitOfWork.transact((stores) => stores.counters.repair('account', [star]));
      });
      expect(await stored('account')).toEqual({});
    });
  });
}
