import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Id } from '../kernel/ids.js';
import { NO_RACES, RACERS, race } from '../kernel/suite-samples.js';
import type { OpenBackend, SuiteBackend } from '../suite-backend.js';
import type { LevelQuery } from './store.js';
import { below, sampleComment, write } from './suite-samples.js';
import type { Comment, CommentSort } from './types.js';

const DAY_MS = 24 * 60 * 60_000;

/** The contracts of `CommentReader` and `CommentWriter`. */
export function commentsSuite(backend: SuiteBackend): void {
  describe(`comments: ${backend.name}`, () => {
    let open: OpenBackend;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const next = () => open.ids.next();
    const find = async (id: Id) => (await open.b.readers.comments.byIds([id])).get(id);
    const change = <T>(
      work: (
        comments: Parameters<Parameters<typeof open.a.unitOfWork.transact>[0]>[0]['comments'],
      ) => Promise<T>,
    ) => open.a.unitOfWork.transact((stores) => work(stores.comments));
    const level = async (
      postId: Id,
      parents: LevelQuery['parents'],
      options: Partial<Omit<LevelQuery, 'thread' | 'parents'>> = {},
    ): Promise<ReadonlyMap<Id, readonly Comment[]>> => {
      const thread = await open.b.readers.comments.thread(postId);
      if (!thread) throw new Error('the post has no thread');
      return open.b.readers.comments.levels({
        sort: 'newest',
        viewer: null,
        hidden: 'exclude',
        limit: 100,
        ...options,
        thread,
        parents,
      });
    };
    const idsOf = (comments: readonly Comment[] | undefined) => (comments ?? []).map(({ id }) => id);
    const react = (id: Id, delta: number) =>
      open.a.unitOfWork.transact(({ counters }) =>
        counters.add([{ subject: 'comment', id, counter: 'reaction:like', delta }]),
      );
    /** Walks one level to its end in pages. */
    const walk = async (postId: Id, sort: CommentSort, limit: number): Promise<readonly Id[]> => {
      const seen: Id[] = [];
      let after: LevelQuery['parents'][number]['after'] = null;
      for (;;) {
        const page: readonly Comment[] =
          (await level(postId, [{ id: postId, after }], { sort, limit })).get(postId) ?? [];
        seen.push(...idsOf(page));
        const last: Comment | undefined = page.at(-1);
        if (!last || page.length < limit) return seen;
        after = { id: last.id, count: last.reactionCount };
      }
    };

    it('knows nothing of posts without comments', async () => {
      const { comments } = open.b.readers;
      expect(await comments.thread('5')).toBeNull();
      expect(await comments.byIds([])).toEqual(new Map());
      expect(await comments.byIds(['5'])).toEqual(new Map());
      expect(await comments.ofAuthor('5', { before: null, limit: 10 })).toEqual([]);
      const thread = { postId: '5', firstId: '6', lastId: '7', pinnedId: null };
      const query = { thread, sort: 'newest', viewer: null, hidden: 'exclude', limit: 10 } as const;
      expect(await comments.levels({ ...query, parents: [] })).toEqual(new Map());
      expect(await comments.levels({ ...query, parents: [{ id: '5', after: null }] })).toEqual(new Map());
    });

    it('gives back what was written, whatever was in it', async () => {
      const post = next();
      const parent = sampleComment(next(), post);
      const text = `żółw 🐢 é\n\t"quoted" \\ ' %_ ${'語'.repeat(1900)}`;
      const reply = sampleComment(next(), post, {
        ...below(parent),
        text,
        entities: [{ type: 'mention', start: 0, end: 4, accountId: '12', handle: 'ann' }],
        label: 'sensitive',
        status: 'under_review',
        publishedAt: null,
      });
      await write(open, parent, reply);
      expect(await find(parent.id)).toEqual(parent);
      expect(await find(reply.id)).toEqual(reply);
      expect(
        [...(await open.b.readers.comments.byIds([reply.id, '5', reply.id, parent.id])).keys()].sort(),
      ).toEqual([parent.id, reply.id].sort());
    });

    it('knows where the comments of a post lie', async () => {
      const [post, other] = [next(), next()];
      const written = [
        sampleComment(next(), post),
        sampleComment(next(), post),
        sampleComment(next(), other),
      ];
      await write(open, ...written);
      const [first, last] = written;
      expect(await open.b.readers.comments.thread(post)).toEqual({
        postId: post,
        firstId: first?.id,
        lastId: last?.id,
        pinnedId: null,
      });
    });

    it('lists a level newest first and oldest first, in pages that neither repeat nor skip while rows arrive', async () => {
      const post = next();
      const written = await write(open, ...Array.from({ length: 7 }, () => sampleComment(next(), post)));
      const oldest = idsOf(written);
      expect(await walk(post, 'oldest', 3)).toEqual(oldest);
      expect(await walk(post, 'newest', 2)).toEqual([...oldest].reverse());

      const first = (await level(post, [{ id: post, after: null }], { limit: 3 })).get(post) ?? [];
      await write(open, sampleComment(next(), post));
      const after = { id: first.at(-1)?.id ?? '', count: 0 };
      const rest = (await level(post, [{ id: post, after }])).get(post);
      expect([...idsOf(first), ...idsOf(rest)]).toEqual([...oldest].reverse());
    });

    it('lists those with most reactions first, and newest first among equals', async () => {
      const post = next();
      const written = await write(open, ...Array.from({ length: 6 }, () => sampleComment(next(), post)));
      const [a = '', b = '', c = '', d = '', e = '', f = ''] = idsOf(written);
      await react(b, 5);
      await react(e, 2);
      await react(a, 2);
      expect(await walk(post, 'top', 2)).toEqual([b, e, a, f, d, c]);
      await react(b, -5);
      expect(await walk(post, 'top', 4)).toEqual([e, a, f, d, c, b]);
    });

    it('reads many levels at once, each from its own place and with its own limit', async () => {
      const post = next();
      const [one, two, three] = [next(), next(), next()].map((id) => sampleComment(id, post)) as [
        Comment,
        Comment,
        Comment,
      ];
      const under = (parent: Comment) => sampleComment(next(), post, below(parent));
      const [a, b, c, d] = [under(one), under(two), under(one), under(one)];
      await write(open, one, two, three, a, b, c, d);
      const found = await level(
        post,
        [
          { id: one.id, after: { id: a.id, count: 0 } },
          { id: two.id, after: null },
          { id: three.id, after: null },
          { id: post, after: null },
        ],
        { sort: 'oldest', limit: 2 },
      );
      expect(idsOf(found.get(one.id))).toEqual([c.id, d.id]);
      expect(idsOf(found.get(two.id))).toEqual([b.id]);
      expect(found.has(three.id)).toBe(false);
      expect(idsOf(found.get(post))).toEqual([one.id, two.id]);
    });

    it('lists what has a place in the thread, and what is the viewer’s own', async () => {
      const post = next();
      const [held, own, gone, stub] = ['under_review', 'flagged', 'published', 'published'].map((status) =>
        sampleComment(next(), post, { status: status as Comment['status'] }),
      ) as [Comment, Comment, Comment, Comment];
      const mine = { ...own, authorId: '88' };
      const reply = sampleComment(next(), post, below(stub));
      await write(open, held, mine, gone, stub, reply);
      await open.a.unitOfWork.transact(async ({ comments, counters }) => {
        await counters.add([{ subject: 'comment', id: stub.id, counter: 'replyCount', delta: 1 }]);
        await comments.erase(gone.id, 1);
        await comments.erase(stub.id, 1);
      });
      const seenBy = async (viewer: Id | null) =>
        idsOf((await level(post, [{ id: post, after: null }], { viewer })).get(post));
      expect(await seenBy(null)).toEqual([stub.id]);
      expect(await seenBy('99')).toEqual([stub.id]);
      expect(await seenBy('88')).toEqual([stub.id, mine.id]);
    });

    it('leaves hidden comments out, lists them with the others, or alone', async () => {
      const post = next();
      const [shown, hidden] = await write(open, sampleComment(next(), post), sampleComment(next(), post));
      if (!shown || !hidden) throw new Error('two were written');
      expect(await change((comments) => comments.setHidden(hidden.id, 123))).toBe(true);
      expect(await change((comments) => comments.setHidden(hidden.id, 456))).toBe(false);
      expect((await find(hidden.id))?.hiddenAt).toBe(123);
      const listed = async (mode: LevelQuery['hidden'], viewer: Id | null = null) =>
        idsOf((await level(post, [{ id: post, after: null }], { hidden: mode, viewer })).get(post));
      expect(await listed('exclude')).toEqual([shown.id]);
      expect(await listed('exclude', hidden.authorId)).toEqual([hidden.id, shown.id]);
      expect(await listed('include')).toEqual([hidden.id, shown.id]);
      expect(await listed('only')).toEqual([hidden.id]);
      expect(await change((comments) => comments.setHidden(hidden.id, null))).toBe(true);
      expect(await change((comments) => comments.setHidden(hidden.id, null))).toBe(false);
      expect(await change((comments) => comments.setHidden('5', 1))).toBe(false);
      expect(await listed('exclude')).toEqual([hidden.id, shown.id]);
    });

    it('replaces what was written and counts the revisions', async () => {
      const comment = sampleComment(next(), next());
      await write(open, comment);
      await change((comments) => comments.setLabel(comment.id, 'spoiler'));
      expect(await find(comment.id)).toEqual({ ...comment, label: 'spoiler' });
      await change((comments) => comments.setLabel('5', 'spoiler'));
      const edit = { text: 'new', entities: [], label: 'sensitive', editedAt: 99 };
      expect(await change((comments) => comments.edit(comment.id, edit))).toBe(2);
      expect(await change((comments) => comments.edit(comment.id, { ...edit, label: null }))).toBe(3);
      expect(await find(comment.id)).toEqual({ ...comment, ...edit, label: null, revision: 3 });
      expect(await change((comments) => comments.edit('5', edit))).toBeNull();
      await change((comments) => comments.erase(comment.id, 100));
      expect(await change((comments) => comments.edit(comment.id, edit))).toBeNull();
    });

    it('moves between states only from the one that was named, and remembers the first publication', async () => {
      const comment = sampleComment(next(), next(), { status: 'under_review', publishedAt: null });
      await write(open, comment);
      const move = (from: Comment['status'], to: 'published' | 'flagged', at: number) =>
        change((comments) => comments.move(comment.id, from, to, at));
      expect(await move('published', 'flagged', 1)).toBe(false);
      expect(await move('under_review', 'flagged', 2)).toBe(true);
      expect(await find(comment.id)).toMatchObject({ status: 'flagged', publishedAt: null });
      expect(await move('flagged', 'published', 3)).toBe(true);
      expect(await move('published', 'flagged', 4)).toBe(true);
      expect(await move('flagged', 'published', 5)).toBe(true);
      expect(await find(comment.id)).toMatchObject({ status: 'published', publishedAt: 3 });
      expect(await change((comments) => comments.move('5', 'published', 'flagged', 6))).toBe(false);
    });

    it('erases once what was written, keeps the place, and unpins', async () => {
      const post = next();
      const [comment, other] = [
        sampleComment(next(), post, {
          text: 'secret',
          label: 'sensitive',
          entities: [{ type: 'bold', start: 0, end: 2 }],
        }),
        sampleComment(next(), post),
      ];
      await write(open, comment, other);
      await change((comments) => comments.setPinned(post, comment.id));
      expect(await change((comments) => comments.erase(other.id, 50))).toBe(true);
      expect((await open.b.readers.comments.thread(post))?.pinnedId).toBe(comment.id);
      expect(await change((comments) => comments.erase(comment.id, 60))).toBe(true);
      expect(await change((comments) => comments.erase(comment.id, 70))).toBe(false);
      expect(await change((comments) => comments.erase('5', 70))).toBe(false);
      expect(await find(comment.id)).toEqual({
        ...comment,
        status: 'deleted',
        text: '',
        entities: [],
        label: null,
        deletedAt: 60,
      });
      expect((await open.b.readers.comments.thread(post))?.pinnedId).toBeNull();
    });

    it('pins one comment of a post at a time', async () => {
      const post = next();
      const [a, b] = idsOf(await write(open, sampleComment(next(), post), sampleComment(next(), post)));
      const pin = (id: Id | null, on = post) => change((comments) => comments.setPinned(on, id));
      expect(await pin(null)).toBe(false);
      expect(await pin(a ?? '')).toBe(true);
      expect(await pin(a ?? '')).toBe(false);
      expect(await pin(b ?? '')).toBe(true);
      expect((await open.b.readers.comments.thread(post))?.pinnedId).toBe(b);
      expect(await pin(null)).toBe(true);
      expect(await pin(a ?? '', next())).toBe(false);
    });

    it('lists what an author commented over years, newest first, without what was deleted', async () => {
      const [author, other] = [next(), next()];
      const written: Id[] = [];
      for (const days of [0, 20, 100, 700]) {
        open.clock.advance(days * DAY_MS);
        const own = sampleComment(next(), next(), { authorId: author });
        await write(open, own, sampleComment(next(), next(), { authorId: other }));
        written.unshift(own.id);
      }
      const [gone = ''] = written.splice(1, 1);
      await change((comments) => comments.erase(gone, 1));
      const read = (before: Id | null, limit: number) =>
        open.b.readers.comments.ofAuthor(author, { before, limit }).then(idsOf);
      expect(await read(null, 10)).toEqual(written);
      expect(await read(null, 1)).toEqual(written.slice(0, 1));
      expect(await read(written[0] ?? null, 10)).toEqual(written.slice(1));
      expect(await read(written.at(-1) ?? null, 10)).toEqual([]);
    });

    it('undoes what a failed unit of work wrote', async () => {
      const post = next();
      const kept = sampleComment(next(), post);
      await write(open, kept);
      const lost = sampleComment(next(), post);
      await expect(
        open.a.unitOfWork.transact(async ({ comments }) => {
          await comments.insert(lost);
          await comments.erase(kept.id, 1);
          await comments.setPinned(post, kept.id);
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect(await find(kept.id)).toEqual(kept);
      expect(await find(lost.id)).toBeUndefined();
      expect(await open.b.readers.comments.thread(post)).toEqual({
        postId: post,
        firstId: kept.id,
        lastId: kept.id,
        pinnedId: null,
      });
    });

    const racing = backend.concurrent ? it : it.skip;
    const raceTitle = (title: string) => (backend.concurrent ? title : `${title} ${NO_RACES}`);
    racing(
      raceTitle(`keeps all of ${RACERS} concurrent comments, and lets one of the erasures win`),
      async () => {
        const post = next();
        const ids = Array.from({ length: RACERS }, next);
        await race(RACERS, [open.a, open.b], (handle, n) =>
          handle.unitOfWork.transact(({ comments }) => comments.insert(sampleComment(ids[n] ?? '', post))),
        );
        expect(await walk(post, 'oldest', 7)).toEqual(ids);
        expect(await open.b.readers.comments.thread(post)).toMatchObject({
          firstId: ids[0],
          lastId: ids.at(-1),
        });
        const erased = await race(RACERS, [open.a, open.b], (handle) =>
          handle.unitOfWork.transact(({ comments }) => comments.erase(ids[0] ?? '', 1)),
        );
        expect(erased.filter(Boolean)).toHaveLength(1);
      },
    );
  });
}
