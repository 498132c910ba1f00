import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { samplePost } from '../comments/suite-samples.js';
import { sampleAccount } from '../graph/suite-samples.js';
import type { Id } from '../kernel/ids.js';
import { NO_RACES, RACERS, race } from '../kernel/suite-samples.js';
import type { CoreStores } from '../stores.js';
import type { OpenBackend, SuiteBackend } from '../suite-backend.js';
import type { Post, PostRevision } from './types.js';

const DAY_MS = 24 * 60 * 60_000;

/** The contracts of `PostReader` and `PostWriter`. */
export function postsSuite(backend: SuiteBackend): void {
  describe(`posts: ${backend.name}`, () => {
    let open: OpenBackend;
    let author: Id;
    beforeEach(async () => {
      open = await backend.open();
      author = open.ids.next();
      await open.a.unitOfWork.transact(({ accounts }) => accounts.insert(sampleAccount(author)));
    });
    afterEach(() => open.close());

    const next = () => open.ids.next();
    const change = <T>(work: (posts: CoreStores['posts']) => Promise<T>) =>
      open.a.unitOfWork.transact((stores) => work(stores.posts));
    const write = async (overrides: Partial<Post> = {}): Promise<Post> => {
      const post = samplePost(next(), author, overrides);
      await change((posts) => posts.insert(post));
      return post;
    };
    const find = (id: Id) => open.b.readers.posts.find(id);
    const lastPostId = async () =>
      (await open.b.readers.accounts.byIds([author])).get(author)?.lastPostId ?? null;

    it('knows nothing of what is not there', async () => {
      const { posts } = open.b.readers;
      expect(await posts.find('5')).toBeNull();
      expect(await posts.aliases([])).toEqual(new Map());
      expect(await posts.aliases(['5'])).toEqual(new Map());
      expect(await posts.unpublished('5', { after: null, limit: 10 })).toEqual([]);
      expect(await posts.countUnpublished('5')).toBe(0);
      expect(await posts.revisions('5', { after: null, limit: 10 })).toEqual([]);
      expect(await change((stores) => stores.update('5', 1, { text: 'x' }))).toBe(false);
      expect(await change((stores) => stores.setHashtags('5', []))).toEqual({ added: [], removed: [] });
    });

    it('gives back what was written, whatever was in it', async () => {
      const post = await write({
        type: 'image',
        text: `żółw 🐢 é\n\t"quoted" \\ ' %_ \u2028 ${'語'.repeat(4900)}`,
        entities: [
          { type: 'mention', start: 0, end: 4, accountId: '12', handle: 'ann' },
          { type: 'link', start: 5, end: 7, url: 'https://example.com/?q="\'' },
          { type: 'bold', start: 0, end: 2 },
        ],
        media: [
          { ref: 'https://cdn.example/1.jpg', type: 'image', alt: 'a "cat"\n' },
          { ref: '2', type: 'video', alt: null },
        ],
        link: { url: 'https://example.com/', title: 'title', description: null, image: null },
        contentWarning: 'heights',
        language: 'pl',
        label: 'graphic',
        status: 'under_review',
        visibility: 'friends',
        commentPolicy: 'mentioned',
        quoteOfId: '77',
        expiresAt: 1_800_000_000_001,
        scheduledAt: 1_800_000_000_002,
        publishedAt: null,
        editedAt: 1_800_000_000_003,
        deletedAt: 1_800_000_000_004,
        revision: 7,
      });
      expect(await find(post.id)).toEqual(post);
      const plain = await write();
      expect(await find(plain.id)).toEqual(plain);
    });

    it('changes a post only from the revision that was named, and counts it up', async () => {
      const post = await write();
      const edit = { text: 'edited', entities: [{ type: 'bold' as const, start: 0, end: 2 }], editedAt: 99 };
      expect(await change((posts) => posts.update(post.id, 2, edit))).toBe(false);
      expect(await change((posts) => posts.update(post.id, 1, edit))).toBe(true);
      expect(await find(post.id)).toEqual({ ...post, ...edit, revision: 2 });
      expect(await change((posts) => posts.update(post.id, 2, { status: 'flagged', label: 'x' }))).toBe(true);
      expect(await change((posts) => posts.update(post.id, 3, { label: null, link: null }))).toBe(true);
      expect(await find(post.id)).toEqual({ ...post, ...edit, status: 'flagged', revision: 4 });
    });

    it('lists drafts and scheduled posts of an author, newest first, in pages, while they are that', async () => {
      const drafts: Post[] = [];
      for (const days of [0, 40, 40]) {
        open.clock.advance(days * DAY_MS);
        drafts.unshift(
          await write({ status: drafts.length === 1 ? 'scheduled' : 'draft', publishedAt: null }),
        );
        await write();
      }
      const list = async (after: Id | null, limit: number) =>
        (await open.b.readers.posts.unpublished(author, { after, limit })).map(({ id }) => id);
      const ids = drafts.map(({ id }) => id);
      expect(await list(null, 10)).toEqual(ids);
      expect(await list(null, 2)).toEqual(ids.slice(0, 2));
      expect(await list(ids[1] ?? null, 2)).toEqual(ids.slice(2));
      expect(await list(ids[2] ?? null, 2)).toEqual([]);
      expect(await open.b.readers.posts.countUnpublished(author)).toBe(3);
      await change((posts) => posts.update(ids[1] ?? '', 1, { status: 'published' }));
      await change((posts) => posts.update(ids[2] ?? '', 1, { status: 'deleted' }));
      expect(await list(null, 10)).toEqual(ids.slice(0, 1));
      expect(await open.b.readers.posts.countUnpublished(author)).toBe(1);
      await change((posts) => posts.update(ids[0] ?? '', 1, { status: 'scheduled' }));
      expect(await list(null, 10)).toEqual(ids.slice(0, 1));
    });

    it('gives a draft another id, in another month too, and finds it under both', async () => {
      const [draft, quoted] = [await write({ status: 'draft', publishedAt: null, quoteOfId: '77' }), next()];
      await open.a.unitOfWork.transact(async ({ posts, polls }) => {
        await posts.setMentions(draft.id, ['11', '12']);
        await polls.put({
          postId: draft.id,
          multiple: false,
          durationMs: 1000,
          expiresAt: null,
          voterCount: 0,
          options: [
            { position: 0, text: 'a', voteCount: 0 },
            { position: 1, text: 'b', voteCount: 0 },
          ],
        });
      });
      open.clock.advance(45 * DAY_MS);
      const id = next();
      await change(async (posts) => {
        await posts.rename(draft.id, id);
        await posts.update(id, 1, { status: 'published' });
      });
      const post = { ...draft, id, status: 'published', revision: 2 };
      expect(await find(id)).toEqual(post);
      expect(await find(draft.id)).toEqual(post);
      expect(await open.b.readers.posts.aliases([draft.id, id, quoted])).toEqual(new Map([[draft.id, id]]));
      expect(await open.b.readers.polls.find(draft.id)).toBeNull();
      expect(await open.b.readers.polls.find(id)).toMatchObject({
        postId: id,
        options: [{ text: 'a' }, { text: 'b' }],
      });
      expect(await open.b.readers.posts.countUnpublished(author)).toBe(0);
      expect((await open.b.readers.facts.posts('12', [id])).get(id)?.mentioned).toBe(true);
      expect((await open.b.readers.facts.posts('12', [draft.id])).has(draft.id)).toBe(false);
    });

    it('keeps replaced versions, highest revision first, in pages, until they are purged', async () => {
      const post = await write();
      const versions = [1, 2, 3].map(
        (revision): PostRevision => ({
          postId: post.id,
          revision,
          text: `version ${revision} 🐢`,
          entities: [{ type: 'hashtag', start: 0, end: 3, tag: 'ab' }],
          media: [{ ref: 'm', type: 'image', alt: null }],
          link:
            revision === 2 ? { url: 'https://a.com/', title: null, description: null, image: null } : null,
          contentWarning: revision === 3 ? 'cw' : null,
          writtenAt: revision * 1000,
        }),
      );
      await change(async (posts) => {
        for (const version of versions) await posts.addRevision(version);
        await posts.setMentions(post.id, ['11']);
      });
      const list = (after: number | null, limit: number) =>
        open.b.readers.posts.revisions(post.id, { after, limit });
      expect(await list(null, 10)).toEqual([...versions].reverse());
      expect(await list(3, 1)).toEqual([versions[1]]);
      expect(await list(1, 10)).toEqual([]);
      await change((posts) => posts.purge(post.id));
      expect(await list(null, 10)).toEqual([]);
      expect((await open.b.readers.facts.posts('11', [post.id])).get(post.id)?.mentioned).toBe(false);
    });

    it('makes exactly the given accounts the mentioned ones', async () => {
      const post = await write();
      const mentioned = async () => {
        const found = [];
        for (const viewer of ['11', '12', '13'])
          if ((await open.b.readers.facts.posts(viewer, [post.id])).get(post.id)?.mentioned)
            found.push(viewer);
        return found;
      };
      await change((posts) => posts.setMentions(post.id, ['11', '12']));
      expect(await mentioned()).toEqual(['11', '12']);
      await change((posts) => posts.setMentions(post.id, ['12', '13']));
      expect(await mentioned()).toEqual(['12', '13']);
      await change((posts) => posts.setMentions(post.id, []));
      expect(await mentioned()).toEqual([]);
    });

    it('makes exactly the given hashtags the listed ones and says what changed', async () => {
      const post = await write();
      const set = async (...tags: string[]) => {
        const { added, removed } = await change((posts) => posts.setHashtags(post.id, tags));
        return { added: [...added].sort(), removed: [...removed].sort() };
      };
      expect(await set('a', 'ünï')).toEqual({ added: ['a', 'ünï'], removed: [] });
      expect(await set('a', 'ünï')).toEqual({ added: [], removed: [] });
      expect(await set('b', 'a')).toEqual({ added: ['b'], removed: ['ünï'] });
      expect(await set()).toEqual({ added: [], removed: ['a', 'b'] });
    });

    it('names the newest published post of an author, however long ago it was', async () => {
      await change((posts) => posts.touchAuthor(author));
      expect(await lastPostId()).toBeNull();
      const old = await write();
      open.clock.advance(200 * DAY_MS);
      const [draft, newer] = [await write({ status: 'draft' }), await write()];
      await write({ authorId: next() });
      await change((posts) => posts.touchAuthor(author));
      expect(await lastPostId()).toBe(newer.id);
      await change(async (posts) => {
        await posts.update(newer.id, 1, { status: 'deleted' });
        await posts.touchAuthor(author);
      });
      expect(await lastPostId()).toBe(old.id);
      await change(async (posts) => {
        await posts.update(draft.id, 1, { status: 'published' });
        await posts.touchAuthor(author);
      });
      expect(await lastPostId()).toBe(draft.id);
      await change((posts) => posts.touchAuthor('5'));
    });

    it('undoes what a failed unit of work wrote', async () => {
      const [kept, lost] = [await write({ status: 'draft' }), samplePost(next(), author)];
      await expect(
        open.a.unitOfWork.transact(async ({ posts }) => {
          await posts.insert(lost);
          await posts.update(kept.id, 1, { text: 'changed' });
          await posts.rename(kept.id, next());
          await posts.setHashtags(lost.id, ['a']);
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect(await find(kept.id)).toEqual(kept);
      expect(await find(lost.id)).toBeNull();
      expect(await open.b.readers.posts.aliases([kept.id])).toEqual(new Map());
      expect(await open.b.readers.posts.countUnpublished(author)).toBe(1);
    });

    const racing = backend.concurrent ? it : it.skip;
    const raceTitle = (title: string) => (backend.concurrent ? title : `${title} ${NO_RACES}`);
    racing(raceTitle(`lets one of ${RACERS} changes of the same revision through`), async () => {
      const post = await write();
      const won = await race(RACERS, [open.a, open.b], (handle, n) =>
        handle.unitOfWork.transact(({ posts }) => posts.update(post.id, 1, { text: `by ${n}` })),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await find(post.id)).toMatchObject({ text: `by ${won.indexOf(true)}`, revision: 2 });
    });
  });
}
