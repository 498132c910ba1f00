import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { people } from '../graph/suite-samples.js';
import type { Id } from '../kernel/ids.js';
import { NO_RACES, RACERS, race } from '../kernel/suite-samples.js';
import type { OpenBackend, SuiteBackend } from '../suite-backend.js';

/** The contracts of user streams, of who is connected, of epochs and of tickets. */
export function realtimeStoresSuite(backend: SuiteBackend): void {
  describe(`realtime: ${backend.name}`, () => {
    let open: OpenBackend;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const racing = backend.concurrent ? it : it.skip;
    const raceTitle = (title: string) => (backend.concurrent ? title : `${title} ${NO_RACES}`);
    const append = (userIds: readonly Id[], on = open.a) =>
      on.unitOfWork.transact(({ streams }) =>
        streams.append(userIds.map((userId) => ({ userId, type: 'thing.happened', data: { of: userId } }))),
      );
    const offsets = async (id: Id, after = 0, limit = 1000) =>
      (await open.b.readers.userStreams.after(id, after, limit))?.map(({ offset }) => offset);

    describe('user streams', () => {
      it('are empty at first', async () => {
        const id = open.ids.next();
        expect(await open.a.readers.userStreams.heads([id])).toEqual(new Map([[id, 0]]));
        expect(await open.a.readers.userStreams.after(id, 0, 10)).toEqual([]);
        expect(await open.a.readers.userStreams.heads([])).toEqual(new Map());
        expect(await append([])).toEqual([]);
      });

      it('number the events of each account for itself, densely and in order', async () => {
        const [a, b] = [open.ids.next(), open.ids.next()];
        const told = await append([b, a, a, b, a]);
        expect(told.map(({ stream, offset }) => [stream, offset])).toEqual([
          [`user:${b}`, 1],
          [`user:${a}`, 1],
          [`user:${a}`, 2],
          [`user:${b}`, 2],
          [`user:${a}`, 3],
        ]);
        expect((await append([a], open.b))[0]?.offset).toBe(4);
        expect(await open.a.readers.userStreams.heads([a, b])).toEqual(
          new Map([
            [a, 4],
            [b, 2],
          ]),
        );
        expect(await offsets(a)).toEqual([1, 2, 3, 4]);
        expect(await offsets(a, 1, 2)).toEqual([2, 3]);
        expect(await offsets(a, 4)).toEqual([]);
        expect(await offsets(a, 9)).toEqual([]);
      });

      it('give back what was told: author, time, unicode and structure', async () => {
        const [a, b] = [open.ids.next(), open.ids.next()];
        const data = { text: '𝒳 🎈 "quoted" \\\\ \\n', list: [1, null, { deep: true }], empty: {} };
        const [told] = await open.a.unitOfWork.transact(({ streams }) =>
          streams.append([{ userId: a, type: 'thing.happened', by: b, data }]),
        );
        const expected = {
          stream: `user:${a}`,
          offset: 1,
          type: 'thing.happened',
          at: open.clock.now(),
          by: b,
          data,
        };
        expect(told).toEqual(expected);
        expect(await open.b.readers.userStreams.after(a, 0, 1)).toEqual([expected]);
      });

      it('leave no hole behind a transaction that failed', async () => {
        const a = open.ids.next();
        await append([a]);
        await expect(
          open.a.unitOfWork.transact(async ({ streams }) => {
            await streams.append([{ userId: a, type: 'thing.happened', data: {} }]);
            throw new Error('rolled back');
          }),
        ).rejects.toThrow('rolled back');
        await append([a]);
        expect(await offsets(a)).toEqual([1, 2]);
      });

      it('take several appends in one transaction', async () => {
        const a = open.ids.next();
        await open.a.unitOfWork.transact(async ({ streams }) => {
          for (let n = 0; n < 3; n++)
            await streams.append([{ userId: a, type: 'thing.happened', data: { n } }]);
        });
        expect(await offsets(a)).toEqual([1, 2, 3]);
      });

      racing(
        raceTitle(`stay dense when ${RACERS} write at once, to several accounts in any order`),
        async () => {
          const ids = Array.from({ length: 4 }, () => open.ids.next());
          await race(RACERS, [open.a, open.b], async (handle, n) => {
            const mine = n % 2 ? ids : [...ids].reverse();
            await append(mine, handle);
          });
          for (const id of ids)
            expect(await offsets(id)).toEqual(Array.from({ length: RACERS }, (_, i) => i + 1));
        },
      );
    });

    describe('epochs', () => {
      it('are one for all handles, and another after a renewal', async () => {
        const first = await open.a.readers.epochs.current();
        expect(first).toMatch(/^[A-Za-z0-9_-]{4,64}$/);
        expect(await open.b.readers.epochs.current()).toBe(first);
        const second = await open.b.readers.epochs.renew();
        expect(second).not.toBe(first);
        expect(await open.a.readers.epochs.current()).toBe(second);
      });
    });

    describe('the audience', () => {
      it('is served unless it is suspended or nobody, and knows the blocks of both sides', async () => {
        const [a = '', b = '', c = ''] = await people(open, 3);
        const [gone = ''] = await people(open, 1, 'suspended');
        const [away = ''] = await people(open, 1, 'deactivated');
        const nobody = open.ids.next();
        await open.a.unitOfWork.transact(async ({ blocks }) => {
          await blocks.insert(a, b, open.ids.next());
          await blocks.insert(c, a, open.ids.next());
        });
        const standings = await open.b.readers.audience.standings([a, b, c, gone, away, nobody]);
        expect([...standings].map(([id, { served }]) => [id, served])).toEqual([
          [a, true],
          [b, true],
          [c, true],
          [gone, false],
          [away, true],
          [nobody, false],
        ]);
        expect(standings.get(a)?.blocked).toEqual(new Set([b, c]));
        expect(standings.get(b)?.blocked).toEqual(new Set([a]));
        expect(standings.get(c)?.blocked).toEqual(new Set([a]));
        expect(standings.get(nobody)?.blocked).toEqual(new Set());
      });

      it('hides from others who is suspended, deactivated or nobody', async () => {
        const [a = ''] = await people(open, 1);
        const [limited = ''] = await people(open, 1, 'limited');
        const [gone = ''] = await people(open, 1, 'suspended');
        const [away = ''] = await people(open, 1, 'deactivated');
        const nobody = open.ids.next();
        const { audience } = open.b.readers;
        expect(await audience.hiddenAmong([a, gone, limited, away, nobody])).toEqual(
          new Set([gone, away, nobody]),
        );
        expect(await audience.hiddenAmong([a])).toEqual(new Set());
        expect(await audience.hiddenAmong([])).toEqual(new Set());
      });

      it('names those who follow, or are friends of, an author', async () => {
        const [a = '', b = '', c = '', d = ''] = await people(open, 4);
        await open.a.unitOfWork.transact(async ({ follows, friends }) => {
          await follows.insert({ followerId: b, followeeId: a, id: open.ids.next(), hideReposts: false });
          await follows.insert({ followerId: c, followeeId: a, id: open.ids.next(), hideReposts: false });
          await follows.insert({ followerId: a, followeeId: d, id: open.ids.next(), hideReposts: false });
          await friends.insert(a, c, open.ids.next());
        });
        const { audience } = open.b.readers;
        expect(await audience.followersOf([a], [b, c, d])).toEqual(new Set([b, c]));
        expect(await audience.followersOf([a, d], [a, b])).toEqual(new Set([a, b]));
        expect(await audience.friendsOf([a], [b, c, d])).toEqual(new Set([c]));
        expect(await audience.followersOf([], [a])).toEqual(new Set());
      });
    });

    describe('tickets', () => {
      it('are taken once, and not after their time', async () => {
        const accountId = open.ids.next();
        const now = open.clock.now();
        const insert = (hash: string) =>
          open.a.unitOfWork.transact(({ tickets }) =>
            tickets.insert({ hash, accountId, expiresAt: now + 10 }),
          );
        const take = (hash: string, at: number) =>
          open.b.unitOfWork.transact(({ tickets }) => tickets.take(hash, at));
        await insert('one');
        await insert('two');
        expect(await take('one', now)).toBe(accountId);
        expect(await take('one', now)).toBeNull();
        expect(await take('two', now + 10)).toBeNull();
        expect(await take('three', now)).toBeNull();
      });

      racing(raceTitle(`are taken by one of ${RACERS}`), async () => {
        const accountId = open.ids.next();
        await open.a.unitOfWork.transact(({ tickets }) =>
          tickets.insert({ hash: 'raced', accountId, expiresAt: open.clock.now() + 1000 }),
        );
        const taken = await race(RACERS, [open.a, open.b], (handle) =>
          handle.unitOfWork.transact(({ tickets }) => tickets.take('raced', open.clock.now())),
        );
        expect(taken.filter((id) => id === accountId)).toHaveLength(1);
      });
    });
  });
}
