import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Id } from '../kernel/ids.js';
import { NO_RACES, RACERS, race } from '../kernel/suite-samples.js';
import type { OpenBackend, SuiteBackend } from '../suite-backend.js';
import type { Poll } from './types.js';

/** The contracts of reposts, polls, bookmarks and pins. */
export function postSharesSuite(backend: SuiteBackend): void {
  describe(`shares of posts: ${backend.name}`, () => {
    let open: OpenBackend;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());
    const next = () => open.ids.next();
    const some = (count: number): Id[] => Array.from({ length: count }, next);
    const racing = backend.concurrent ? it : it.skip;
    const raceTitle = (title: string) => (backend.concurrent ? title : `${title} ${NO_RACES}`);

    describe('reposts', () => {
      const insert = (authorId: Id, originalId: Id, postId: Id) =>
        open.a.unitOfWork.transact(({ reposts }) => reposts.insert({ authorId, originalId, postId }));
      const remove = (authorId: Id, originalId: Id) =>
        open.a.unitOfWork.transact(({ reposts }) => reposts.remove(authorId, originalId));

      it('are one per account and original', async () => {
        const [original = '', other = '', wrapper = '', second = ''] = some(4);
        expect(await open.b.readers.reposts.find('11', original)).toBeNull();
        expect(await remove('11', original)).toBeNull();
        expect(await insert('11', original, wrapper)).toBe(true);
        expect(await insert('11', original, second)).toBe(false);
        expect(await insert('11', other, second)).toBe(true);
        expect(await open.b.readers.reposts.find('11', original)).toBe(wrapper);
        expect(await open.b.readers.reposts.find('12', original)).toBeNull();
        expect(await remove('11', original)).toBe(wrapper);
        expect(await remove('11', original)).toBeNull();
      });

      it('are listed per original, newest first, in pages', async () => {
        const original = next();
        const wrappers = some(5);
        for (const [n, wrapper] of wrappers.entries()) await insert(String(n + 1), original, wrapper);
        await insert('1', next(), next());
        const list = async (after: Id | null, limit: number) =>
          (await open.b.readers.reposts.ofOriginal(original, { after, limit })).map(({ postId }) => postId);
        const newest = [...wrappers].reverse();
        expect(await list(null, 10)).toEqual(newest);
        expect(await list(null, 2)).toEqual(newest.slice(0, 2));
        await insert('9', original, next());
        expect(await list(newest[1] ?? null, 10)).toEqual(newest.slice(2));
        expect(
          (await open.b.readers.reposts.ofOriginal(original, { after: null, limit: 1 }))[0],
        ).toMatchObject({
          authorId: '9',
          originalId: original,
        });
      });

      racing(raceTitle(`let one of ${RACERS} concurrent inserts through`), async () => {
        const original = next();
        const wrappers = some(RACERS);
        const won = await race(RACERS, [open.a, open.b], (handle, n) =>
          handle.unitOfWork.transact(({ reposts }) =>
            reposts.insert({ authorId: '11', originalId: original, postId: wrappers[n] ?? '' }),
          ),
        );
        expect(won.filter(Boolean)).toHaveLength(1);
        expect(await open.b.readers.reposts.find('11', original)).toBe(wrappers[won.indexOf(true)]);
      });
    });

    describe('polls', () => {
      const pollOf = (postId: Id, texts: readonly string[], overrides: Partial<Poll> = {}): Poll => ({
        postId,
        multiple: false,
        durationMs: 3_600_000,
        expiresAt: null,
        voterCount: 0,
        options: texts.map((text, position) => ({ position, text, voteCount: 0 })),
        ...overrides,
      });
      const put = (poll: Poll) => open.a.unitOfWork.transact(({ polls }) => polls.put(poll));
      const cast = (postId: Id, userId: Id, positions: readonly number[]) =>
        open.a.unitOfWork.transact(({ polls }) => polls.cast(postId, userId, positions));
      const find = (postId: Id) => open.b.readers.polls.find(postId);

      it('are written, replaced, opened and removed', async () => {
        const postId = next();
        expect(await find(postId)).toBeNull();
        await put(pollOf(postId, ['a', 'b', 'ç "d"']));
        expect(await find(postId)).toEqual(pollOf(postId, ['a', 'b', 'ç "d"']));
        const other = pollOf(postId, ['x', 'y'], { multiple: true, durationMs: 60_000 });
        await put(other);
        expect(await find(postId)).toEqual(other);
        await open.a.unitOfWork.transact(({ polls }) => polls.open(postId, 1_800_000_000_000));
        expect(await find(postId)).toEqual({ ...other, expiresAt: 1_800_000_000_000 });
        await cast(postId, '11', [0]);
        await open.a.unitOfWork.transact(({ polls }) => polls.remove(postId));
        expect(await find(postId)).toBeNull();
        expect(await open.b.readers.polls.ballot(postId, '11')).toBeNull();
        await open.a.unitOfWork.transact(({ polls }) => polls.remove(postId));
      });

      it('take one ballot a user and count voters and options with it', async () => {
        const [postId, other] = [next(), next()];
        await put(pollOf(postId, ['a', 'b', 'c'], { multiple: true }));
        await put(pollOf(other, ['a', 'b']));
        expect(await open.b.readers.polls.ballot(postId, '11')).toBeNull();
        expect(await cast(postId, '11', [2, 0])).toBe(true);
        expect(await cast(postId, '11', [1])).toBe(false);
        expect(await cast(postId, '12', [2])).toBe(true);
        expect(await cast(next(), '12', [0])).toBe(false);
        expect(await open.b.readers.polls.ballot(postId, '11')).toEqual([0, 2]);
        expect(await find(postId)).toMatchObject({
          voterCount: 2,
          options: [{ voteCount: 1 }, { voteCount: 0 }, { voteCount: 2 }],
        });
        expect(await find(other)).toMatchObject({
          voterCount: 0,
          options: [{ voteCount: 0 }, { voteCount: 0 }],
        });
      });

      it('take a ballot back with the unit of work that cast it', async () => {
        const postId = next();
        await put(pollOf(postId, ['a', 'b']));
        await expect(
          open.a.unitOfWork.transact(async ({ polls }) => {
            await polls.cast(postId, '11', [0]);
            throw new Error('no');
          }),
        ).rejects.toThrow('no');
        expect(await find(postId)).toEqual(pollOf(postId, ['a', 'b']));
        expect(await cast(postId, '11', [1])).toBe(true);
      });

      racing(raceTitle(`count every voter once, ${RACERS} ballots of ten users at a time`), async () => {
        const postId = next();
        await put(pollOf(postId, ['a', 'b']));
        const won = await race(RACERS, [open.a, open.b], (handle, n) =>
          handle.unitOfWork.transact(({ polls }) => polls.cast(postId, String(1 + (n % 10)), [n % 2])),
        );
        expect(won.filter(Boolean)).toHaveLength(10);
        const poll = await find(postId);
        expect(poll?.voterCount).toBe(10);
        expect(poll?.options.reduce((sum, option) => sum + option.voteCount, 0)).toBe(10);
      });
    });

    describe('bookmarks', () => {
      const insert = (userId: Id, postId: Id, id: Id) =>
        open.a.unitOfWork.transact(({ bookmarks }) => bookmarks.insert({ userId, postId, id }));
      const remove = (userId: Id, postId: Id) =>
        open.a.unitOfWork.transact(({ bookmarks }) => bookmarks.remove(userId, postId));

      it('are kept once and listed by when they were kept, newest first, in pages', async () => {
        const [a = '', b = '', c = ''] = some(3);
        expect(await open.b.readers.bookmarks.list('11', { after: null, limit: 10 })).toEqual([]);
        const kept: Id[] = [];
        for (const postId of [b, c, a]) {
          const id = next();
          expect(await insert('11', postId, id)).toBe(true);
          kept.unshift(id);
        }
        expect(await insert('11', b, next())).toBe(false);
        expect(await insert('12', b, next())).toBe(true);
        const list = async (after: Id | null, limit: number) =>
          (await open.b.readers.bookmarks.list('11', { after, limit })).map(({ postId }) => postId);
        expect(await list(null, 10)).toEqual([a, c, b]);
        expect(await list(null, 1)).toEqual([a]);
        expect(await list(kept[0] ?? null, 10)).toEqual([c, b]);
        expect(await remove('11', c)).toBe(kept[1]);
        expect(await remove('11', c)).toBeNull();
        expect(await list(null, 10)).toEqual([a, b]);
      });
    });

    describe('pins', () => {
      it('are kept once and listed last pinned first', async () => {
        const [a = '', b = ''] = some(2);
        const insert = (postId: Id) =>
          open.a.unitOfWork.transact(({ pins }) => pins.insert('11', postId, next()));
        const list = () => open.b.readers.pins.list('11');
        expect(await list()).toEqual([]);
        expect([await insert(b), await insert(a), await insert(b)]).toEqual([true, true, false]);
        expect(await list()).toEqual([a, b]);
        expect(await open.b.readers.pins.list('12')).toEqual([]);
        const remove = () => open.a.unitOfWork.transact(({ pins }) => pins.remove('11', a));
        expect([await remove(), await remove()]).toEqual([true, false]);
        expect(await list()).toEqual([b]);
      });
    });
  });
}
