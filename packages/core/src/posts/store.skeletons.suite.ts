import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { samplePost } from '../comments/suite-samples.js';
import { sampleAccount } from '../graph/suite-samples.js';
import type { Id } from '../kernel/ids.js';
import type { OpenBackend, SuiteBackend } from '../suite-backend.js';
import type { PostEntry, PostListing, PostSkeletonReader } from './store.js';
import type { Post } from './types.js';

const DAY_MS = 24 * 60 * 60_000;

/** The contract of `PostSkeletonReader`. */
export function postSkeletonsSuite(backend: SuiteBackend): void {
  describe(`listings of posts: ${backend.name}`, () => {
    let open: OpenBackend;
    let ann: Id;
    let bob: Id;
    beforeEach(async () => {
      open = await backend.open();
      [ann, bob] = [open.ids.next(), open.ids.next()];
      await open.a.unitOfWork.transact(async ({ accounts }) => {
        for (const id of [ann, bob]) await accounts.insert(sampleAccount(id));
      });
    });
    afterEach(() => open.close());

    const write = async (
      authorId: Id,
      overrides: Partial<Post> = {},
      tags: readonly string[] = [],
    ): Promise<Id> => {
      const post = samplePost(open.ids.next(), authorId, overrides);
      await open.a.unitOfWork.transact(async ({ posts }) => {
        await posts.insert(post);
        if (tags.length > 0) await posts.setHashtags(post.id, tags);
      });
      return post.id;
    };
    const skeletons = (): PostSkeletonReader => open.b.readers.postSkeletons;
    const idsOf = (entries: readonly PostEntry[]) => entries.map(({ id }) => id);
    /** Walks a listing to its end in pages. */
    const walk = async (read: (listing: PostListing) => Promise<readonly PostEntry[]>, limit: number) => {
      const seen: Id[] = [];
      for (;;) {
        const page = await read({ after: seen.at(-1) ?? null, limit });
        seen.push(...idsOf(page));
        if (page.length < limit) return seen;
      }
    };

    it('are empty where nothing was published', async () => {
      const page = { after: null, limit: 10 };
      await write(ann, { status: 'draft', publishedAt: null });
      await write(ann, { status: 'deleted' });
      await write(ann, { status: 'under_review' });
      await write(ann, { status: 'flagged' });
      await write(ann, { status: 'scheduled' });
      for (const entries of [
        await skeletons().byAuthor(ann, page),
        await skeletons().byAuthors([ann, bob], page),
        await skeletons().byAuthors([], page),
        await skeletons().byHashtag('none', page),
        await skeletons().recentPublic(page),
        await skeletons().quotesOf('5', page),
      ])
        expect(entries).toEqual([]);
    });

    it('give posts newest first over years, in pages that neither repeat nor skip while rows arrive', async () => {
      const mine: Id[] = [];
      const all: Id[] = [];
      for (const days of [0, 10, 50, 200, 700]) {
        open.clock.advance(days * DAY_MS);
        mine.unshift(await write(ann, {}, ['tag']));
        all.unshift(mine[0] ?? '');
        all.unshift(await write(bob, {}, ['tag']));
      }
      const { byAuthor, byAuthors, byHashtag, recentPublic } = skeletons();
      for (const size of [1, 3, 50]) {
        expect(await walk((page) => byAuthor(ann, page), size)).toEqual(mine);
        expect(await walk((page) => byAuthors([bob, ann], page), size)).toEqual(all);
        expect(await walk((page) => byHashtag('tag', page), size)).toEqual(all);
        expect(await walk((page) => recentPublic(page), size)).toEqual(all);
      }
      const first = await recentPublic({ after: null, limit: 4 });
      await write(ann);
      const rest = await recentPublic({ after: first.at(-1)?.id ?? null, limit: 50 });
      expect([...idsOf(first), ...idsOf(rest)]).toEqual(all);
      expect(first[0]).toEqual({ id: all[0], authorId: bob, repostOfId: null });
    });

    it('leave out reposts, or everything without attachments, when they are asked to', async () => {
      const media = [{ ref: 'm', type: 'image' as const, alt: null }];
      const plain = await write(ann);
      const image = await write(ann, { type: 'image', media });
      const repost = await write(ann, { repostOfId: image, text: '' });
      const list = async (listing: Partial<PostListing>) =>
        idsOf(await skeletons().byAuthor(ann, { after: null, limit: 10, ...listing }));
      expect(await list({})).toEqual([repost, image, plain]);
      expect(await list({ reposts: false })).toEqual([image, plain]);
      expect(await list({ mediaOnly: true })).toEqual([image]);
      expect(idsOf(await skeletons().byAuthor(ann, { after: null, limit: 1, mediaOnly: true }))).toEqual([
        image,
      ]);
      expect((await skeletons().byAuthor(ann, { after: null, limit: 1 }))[0]).toEqual({
        id: repost,
        authorId: ann,
        repostOfId: image,
      });
    });

    it('list what is for everybody where everybody looks', async () => {
      const open_ = await write(ann);
      const followers = await write(ann, { visibility: 'followers' });
      expect(idsOf(await skeletons().recentPublic({ after: null, limit: 10 }))).toEqual([open_]);
      expect(idsOf(await skeletons().byAuthor(ann, { after: null, limit: 10 }))).toEqual([followers, open_]);
    });

    it('follow a post out of its hashtags and out of what is published', async () => {
      const id = await write(ann, {}, ['tag', 'ünï']);
      const list = async () => [
        idsOf(await skeletons().byHashtag('ünï', { after: null, limit: 10 })),
        idsOf(await skeletons().byAuthor(ann, { after: null, limit: 10 })),
      ];
      expect(await list()).toEqual([[id], [id]]);
      await open.a.unitOfWork.transact(({ posts }) => posts.setHashtags(id, ['tag']));
      expect(await list()).toEqual([[], [id]]);
      await open.a.unitOfWork.transact(({ posts }) => posts.update(id, 1, { status: 'flagged' }));
      expect(await list()).toEqual([[], []]);
    });

    it('list the published quotes of a post, newest first, in pages', async () => {
      const original = await write(ann);
      const quotes: Id[] = [];
      for (const days of [0, 70, 300]) {
        open.clock.advance(days * DAY_MS);
        quotes.unshift(await write(bob, { quoteOfId: original }));
      }
      await write(bob, { quoteOfId: original, status: 'draft' });
      await write(bob, { quoteOfId: quotes[0] ?? null });
      for (const size of [1, 10])
        expect(await walk((page) => skeletons().quotesOf(original, page), size)).toEqual(quotes);
    });
  });
}
