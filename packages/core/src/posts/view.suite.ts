import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Viewer } from '../access/index.js';
import { samplePost } from '../comments/suite-samples.js';
import { sampleAccount } from '../graph/suite-samples.js';
import type { Account } from '../identity/types.js';
import { type Id, timeOfId } from '../kernel/ids.js';
import type { OpenBackend, SuiteBackend } from '../suite-backend.js';
import type { ViewOptions } from './store.js';
import type { Post } from './types.js';

const DAY_MS = 24 * 60 * 60_000;

/** The contract of `PostViewReader`: what it gives, to whom, and that it is fresh. */
export function postViewsSuite(backend: SuiteBackend): void {
  describe(`views of posts: ${backend.name}`, () => {
    let open: OpenBackend;
    let ann: Id;
    let bob: Id;
    beforeEach(async () => {
      open = await backend.open();
      [ann, bob] = [await account(), await account()];
    });
    afterEach(() => open.close());

    const next = () => open.ids.next();
    const account = async (overrides: Partial<Account> = {}): Promise<Id> => {
      const id = next();
      await open.a.unitOfWork.transact(({ accounts }) => accounts.insert(sampleAccount(id, overrides)));
      return id;
    };
    const write = async (overrides: Partial<Post> = {}, authorId = ann): Promise<Id> => {
      const id = next();
      await open.a.unitOfWork.transact(({ posts }) => posts.insert(samplePost(id, authorId, overrides)));
      return id;
    };
    const views = (viewer: Viewer, ids: readonly Id[], options?: ViewOptions) =>
      open.b.readers.postViews.views(viewer, ids, options);
    const view = async (viewer: Viewer, id: Id) => (await views(viewer, [id]))[0]?.view ?? null;

    it('gives one entry per id, in order: null for what is not there', async () => {
      expect(await views(bob, [])).toEqual([]);
      const [one, two] = [await write(), await write()];
      const found = await views(bob, [two, '5', one, two, next()]);
      expect(found.map((post) => post?.id ?? null)).toEqual([two, null, one, two, null]);
    });

    it('gives everything about a post and what holds between it and the viewer', async () => {
      const text = 'tab\t line\n "quote" \\ \u2028 é 🐢';
      const entities = [{ type: 'hashtag' as const, start: 0, end: 3, tag: 'tab' }];
      const media = [{ ref: 'https://cdn.example/1.jpg', type: 'image' as const, alt: 'a "cat"\n' }];
      const link = { url: 'https://a.com/', title: 't\t', description: null, image: null };
      const author = await account({
        displayName: 'Ann "A"',
        avatar: { ref: 'a.png', alt: null },
        verifiedIssuer: 'the "press"',
        verifiedAt: 5,
        label: 'satire',
      });
      const id = await write(
        {
          type: 'image',
          text,
          entities,
          media,
          link,
          contentWarning: 'cats',
          label: 'graphic',
          language: 'pl',
          commentPolicy: 'following',
          publishedAt: 1_767_000_000_001,
          editedAt: 1_767_000_000_002,
          expiresAt: 1_900_000_000_000,
          revision: 3,
        },
        author,
      );
      const expected = {
        id,
        author: {
          id: author,
          handle: `user${author}`,
          displayName: 'Ann "A"',
          avatar: { ref: 'a.png', alt: null },
          verified: { issuer: 'the "press"', at: 5 },
          isPrivate: false,
          label: 'satire',
        },
        status: 'published',
        type: 'image',
        visibility: 'public',
        text,
        entities,
        media,
        link,
        contentWarning: 'cats',
        label: 'graphic',
        commentPolicy: 'following',
        language: 'pl',
        createdAt: timeOfId(id),
        publishedAt: 1_767_000_000_001,
        scheduledAt: null,
        editedAt: 1_767_000_000_002,
        expiresAt: 1_900_000_000_000,
        revision: 3,
        poll: null,
        counts: { comments: 0, reactions: 0, byKind: {}, reposts: 0, quotes: 0, bookmarks: 0 },
        viewer: {
          reacted: [],
          bookmarked: false,
          reposted: false,
          canComment: false,
          canShare: false,
          canEdit: false,
          muted: false,
        },
        repostOf: null,
        quoteOf: null,
      };
      const [post] = await views(null, [id]);
      expect(post?.view).toEqual(expected);
      expect(JSON.parse(post?.json ?? '')).toEqual(expected);
      expect(await view(bob, id)).toMatchObject({
        viewer: { canShare: true, canComment: false, canEdit: false },
      });
      expect(await view(author, id)).toMatchObject({
        viewer: { canShare: true, canComment: true, canEdit: true },
      });
    });

    it('counts what others did and shows what the viewer did', async () => {
      const id = await write();
      await open.a.unitOfWork.transact(async (stores) => {
        for (const [kind, userId] of [
          ['love', bob],
          ['like', bob],
          ['like', ann],
        ] as const)
          await stores.reactions.insert({ id: next(), targetKind: 'post', targetId: id, userId, kind });
        await stores.bookmarks.insert({ userId: bob, postId: id, id: next() });
        await stores.reposts.insert({ authorId: bob, originalId: id, postId: next() });
        await stores.counters.repair('post', [id]);
      });
      const counts = { reactions: 3, byKind: { like: 2, love: 1 }, reposts: 1, bookmarks: 1 };
      expect(await view(bob, id)).toMatchObject({
        counts,
        viewer: { reacted: ['like', 'love'], bookmarked: true, reposted: true },
      });
      expect(await view(ann, id)).toMatchObject({
        counts,
        viewer: { reacted: ['like'], bookmarked: false, reposted: false },
      });
      expect((await view(null, id))?.viewer.reacted).toEqual([]);
    });

    it('shows the viewer’s first reaction, bookmark and repost on a post he has looked at before', async () => {
      const id = await write();
      for (let look = 0; look < 2; look++)
        expect(await view(bob, id)).toMatchObject({
          viewer: { reacted: [], bookmarked: false, reposted: false },
        });
      await open.a.unitOfWork.transact(async ({ reactions, bookmarks, reposts, counters }) => {
        await reactions.insert({ id: next(), targetKind: 'post', targetId: id, userId: bob, kind: 'like' });
        await bookmarks.insert({ userId: bob, postId: id, id: next() });
        await reposts.insert({ authorId: bob, originalId: id, postId: next() });
        await counters.repair('post', [id]);
      });
      expect(await view(bob, id)).toMatchObject({
        viewer: { reacted: ['like'], bookmarked: true, reposted: true },
      });
      expect(await view(ann, id)).toMatchObject({
        viewer: { reacted: [], bookmarked: false, reposted: false },
      });
    });

    it('decides alike for somebody who blocks, is blocked and mutes by the dozen', async () => {
      const people: Id[] = [];
      for (let n = 0; n < 70; n++) people.push(await account());
      await open.a.unitOfWork.transact(async ({ blocks, mutes }) => {
        for (const [n, person] of people.entries()) {
          if (n < 68) await blocks.insert(...((n % 2 ? [bob, person] : [person, bob]) as [Id, Id]), next());
          await mutes.set({ muterId: bob, mutedId: person, scope: 'all', id: next(), expiresAt: null }, 1);
        }
        for (const person of people.slice(0, 68)) await blocks.insert(bob, person, next());
      });
      const ids: Id[] = [];
      for (const person of [people[0], people[1], people[67], people[68], ann] as Id[])
        ids.push(await write({}, person));
      for (let look = 0; look < 2; look++) {
        const found = await views(bob, ids);
        expect(found.map((post) => post?.view.viewer.muted ?? null)).toEqual([null, null, null, true, false]);
        expect((await views(null, ids)).filter(Boolean)).toHaveLength(5);
      }
    });

    it('is fresh: every change of post, author, counts or relations holds for the next call', async () => {
      const id = await write({ visibility: 'followers' });
      const work = open.a.unitOfWork;
      expect(await view(bob, id)).toBeNull();
      await work.transact(({ follows }) =>
        follows.insert({ followerId: bob, followeeId: ann, id: next(), hideReposts: false }),
      );
      expect(await view(bob, id)).toMatchObject({ text: `post ${id}`, revision: 1 });
      await work.transact(({ posts }) => posts.update(id, 1, { text: 'edited' }));
      expect(await view(bob, id)).toMatchObject({ text: 'edited', revision: 2 });
      await work.transact(({ accounts }) => accounts.update(ann, { displayName: 'Renamed' }, 1));
      expect(await view(bob, id)).toMatchObject({ author: { displayName: 'Renamed' } });
      await work.transact(({ counters }) =>
        counters.add([{ subject: 'post', id, counter: 'commentCount', delta: 2 }]),
      );
      expect((await view(bob, id))?.counts.comments).toBe(2);
      await work.transact(({ blocks }) => blocks.insert(ann, bob, next()));
      expect(await view(bob, id)).toBeNull();
      await work.transact(({ blocks }) => blocks.remove(ann, bob));
      expect(await view(bob, id)).not.toBeNull();
      await work.transact(({ accounts }) =>
        accounts.moveState(ann, { from: 'active', to: 'suspended', reason: null, resumeState: null }, 1),
      );
      expect(await view(bob, id)).toBeNull();
      await work.transact(({ accounts }) =>
        accounts.moveState(ann, { from: 'suspended', to: 'active', reason: null, resumeState: null }, 1),
      );
      await work.transact(({ follows }) => follows.remove(bob, ann));
      expect(await view(bob, id)).toBeNull();
      expect(await view(ann, id)).toMatchObject({ text: 'edited' });
      await work.transact(({ posts }) => posts.update(id, 2, { status: 'deleted' }));
      expect(await view(ann, id)).toBeNull();
    });

    it('does not take what a failed unit of work wrote for what is there', async () => {
      const id = await write();
      await expect(
        open.b.unitOfWork.transact(async ({ posts }) => {
          await posts.update(id, 1, { text: 'never' });
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect(await view(bob, id)).toMatchObject({ revision: 1 });
      await open.a.unitOfWork.transact(({ posts }) => posts.update(id, 1, { text: 'ever' }));
      expect(await view(bob, id)).toMatchObject({ text: 'ever', revision: 2 });
    });

    it('shows originals and quotes as far as they may be seen, over months', async () => {
      const original = await write({ text: 'old' });
      open.clock.advance(100 * DAY_MS);
      const quote = await write({ text: 'quote', quoteOfId: original }, bob);
      const outer = await write({ text: 'outer', quoteOfId: quote }, ann);
      const repost = await write({ text: '', repostOfId: quote }, ann);
      const [a, b, c] = await views(null, [repost, outer, quote]);
      expect(a?.view.repostOf).toMatchObject({ id: quote, quoteOf: { id: original, text: 'old' } });
      expect(a).toMatchObject({
        repostOfId: quote,
        original: { id: quote, quoted: { id: original } },
        quoted: null,
      });
      expect(b?.view.quoteOf).toMatchObject({ id: quote, quoteOf: { collapsed: true, id: original } });
      expect(c?.view.quoteOf).toMatchObject({ id: original, quoteOf: null });
      await open.a.unitOfWork.transact(({ posts }) => posts.update(original, 1, { visibility: 'private' }));
      expect((await view(bob, quote))?.quoteOf).toEqual({ unavailable: true });
      expect((await view(ann, quote))?.quoteOf).toMatchObject({ text: 'old' });
      await open.a.unitOfWork.transact(({ posts }) => posts.update(quote, 1, { status: 'deleted' }));
      expect(await view(ann, repost)).toBeNull();
      expect((await view(ann, outer))?.quoteOf).toEqual({ unavailable: true });
    });

    it('shows a poll with the results only to those who may see them', async () => {
      const now = open.clock.now();
      const id = await write({ type: 'poll' });
      await open.a.unitOfWork.transact(async ({ polls }) => {
        const options = ['yes "really"', 'no'].map((text, position) => ({ position, text, voteCount: 0 }));
        await polls.put({
          postId: id,
          multiple: true,
          durationMs: 1000,
          expiresAt: null,
          voterCount: 0,
          options,
        });
        await polls.open(id, now + 1000);
        await polls.cast(id, bob, [0, 1]);
      });
      const carol = await account();
      const poll = async (viewer: Viewer) => (await view(viewer, id))?.poll;
      const base = { multiple: true, expiresAt: now + 1000, closed: false, voterCount: 1 };
      const options = (a: number | null, b: number | null) => [
        { text: 'yes "really"', votes: a },
        { text: 'no', votes: b },
      ];
      expect(await poll(carol)).toEqual({ ...base, voted: null, options: options(null, null) });
      expect(await poll(null)).toEqual({ ...base, voted: null, options: options(null, null) });
      expect(await poll(bob)).toEqual({ ...base, voted: [0, 1], options: options(1, 1) });
      expect(await poll(ann)).toEqual({ ...base, voted: null, options: options(1, 1) });
      open.clock.advance(1000);
      expect(await poll(carol)).toEqual({ ...base, closed: true, voted: null, options: options(1, 1) });
    });

    it('tells listings what they decide with', async () => {
      const limited = await account({ state: 'limited', discoverable: false });
      const id = await write({}, limited);
      await open.a.unitOfWork.transact(async ({ follows, mutes }) => {
        await follows.insert({ followerId: bob, followeeId: limited, id: next(), hideReposts: true });
        await mutes.set({ muterId: bob, mutedId: limited, scope: 'all', id: next(), expiresAt: null }, 1);
      });
      expect((await views(bob, [id], { follows: true }))[0]?.relation).toMatchObject({
        accountId: limited,
        self: false,
        state: 'limited',
        discoverable: false,
        follows: true,
        muted: true,
        repostsHidden: true,
      });
      expect((await views(limited, [id], { follows: true }))[0]?.relation).toMatchObject({
        self: true,
        follows: false,
      });
      expect((await view(bob, id))?.viewer.muted).toBe(true);
    });

    it('tells listings of a demotion, as soon as there is one and for as long', async () => {
      const [id, other] = [await write(), await write()];
      const discoverable = async () => {
        const found = await views(bob, [id, other]);
        const facts = await open.b.readers.facts.posts(bob, [id, other]);
        return [
          ...found.map((post) => post?.relation),
          ...[id, other].map((of) => facts.get(of)?.author),
        ].map((relation) => relation?.discoverable);
      };
      const demote = (demoted: boolean, revision: number) =>
        open.a.unitOfWork.transact(({ posts }) => posts.update(id, revision, { demoted }));
      expect(await discoverable()).toEqual([true, true, true, true]);
      await demote(true, 1);
      for (let looks = 0; looks < 2; looks++)
        expect(await discoverable()).toEqual([false, true, false, true]);
      await demote(false, 2);
      expect(await discoverable()).toEqual([true, true, true, true]);
    });

    it('reads a page of old and new posts of many authors at once', async () => {
      const ids: Id[] = [];
      for (let n = 0; n < 30; n++) {
        if (n % 6 === 0) open.clock.advance(40 * DAY_MS);
        ids.push(await write({ text: `n ${n}` }, n % 3 === 0 ? await account() : bob));
      }
      const shuffled = [...ids].sort((a, b) => (a.slice(-3) < b.slice(-3) ? -1 : 1));
      const found = await views(ann, shuffled);
      expect(found.map((post) => post?.id)).toEqual(shuffled);
      expect(await views(ann, shuffled).then((again) => again.map((post) => post?.json))).toEqual(
        found.map((post) => post?.json),
      );
    });
  });
}
