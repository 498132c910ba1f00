import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatSuiteBackend } from '../suite-backend.js';
import { DEFAULT_PRESENCE, type PresenceRecord } from './store.js';

/** The contract of {@link PresenceRecordReader} and {@link PresenceRecordWriter}. */
export function presenceRecordsSuite(backend: ChatSuiteBackend): void {
  describe(`PresenceRecords: ${backend.name}`, () => {
    let open: Awaited<ReturnType<typeof backend.open>>;
    let user: string;
    beforeEach(async () => {
      open = await backend.open();
      user = open.ids.next();
    });
    afterEach(() => open.close());

    const choose = (choice: Partial<Pick<PresenceRecord, 'state' | 'lastSeen'>>, userId = user) =>
      open.a.unitOfWork.transact(({ presence }) => presence.choose(userId, choice));
    const seen = (at: number, userId = user) =>
      open.a.unitOfWork.transact(({ presence }) => presence.seen([{ userId, at }]));
    const find = async (userId = user) => (await open.b.readers.presence.find([userId])).get(userId);

    it('has an answer for everybody', async () => {
      const other = open.ids.next();
      expect(await open.a.readers.presence.find([])).toEqual(new Map());
      expect(await open.a.readers.presence.find([user, other])).toEqual(
        new Map([
          [user, DEFAULT_PRESENCE],
          [other, DEFAULT_PRESENCE],
        ]),
      );
    });

    it('changes what is chosen and leaves the rest', async () => {
      expect(await choose({ state: 'dnd' })).toEqual({ ...DEFAULT_PRESENCE, state: 'dnd' });
      expect(await choose({ lastSeen: 'nobody' })).toEqual({
        ...DEFAULT_PRESENCE,
        state: 'dnd',
        lastSeen: 'nobody',
      });
      expect(await choose({})).toEqual(await find());
      await seen(50);
      expect(await choose({ state: 'online' })).toEqual({
        state: 'online',
        lastSeen: 'nobody',
        lastSeenAt: 50,
      });
      expect(await find(open.ids.next())).toEqual(DEFAULT_PRESENCE);
    });

    it('remembers the latest sighting, whichever is written first', async () => {
      await seen(100);
      await seen(90);
      expect(await find()).toEqual({ ...DEFAULT_PRESENCE, lastSeenAt: 100 });
      await seen(101);
      expect(await find()).toEqual({ ...DEFAULT_PRESENCE, lastSeenAt: 101 });
    });

    it('writes many sightings at once', async () => {
      const users = Array.from({ length: 300 }, () => open.ids.next());
      await open.a.unitOfWork.transact(({ presence }) =>
        presence.seen(users.map((userId, i) => ({ userId, at: i + 1 }))),
      );
      await open.a.unitOfWork.transact(({ presence }) => presence.seen([]));
      const found = await open.b.readers.presence.find(users);
      expect(users.map((userId) => found.get(userId)?.lastSeenAt)).toEqual(users.map((_, i) => i + 1));
    });

    it('is blind for who is invisible', async () => {
      await seen(10);
      await choose({ state: 'invisible' });
      await seen(20);
      expect(await find()).toMatchObject({ state: 'invisible', lastSeenAt: 10 });
      await choose({ state: 'online' });
      await seen(30);
      expect(await find()).toMatchObject({ lastSeenAt: 30 });
    });

    it('undoes everything of a unit of work that fails', async () => {
      await expect(
        open.a.unitOfWork.transact(async ({ presence }) => {
          await presence.choose(user, { state: 'dnd' });
          await presence.seen([{ userId: user, at: 5 }]);
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect(await find()).toEqual(DEFAULT_PRESENCE);
    });

    it.skipIf(!backend.concurrent)(
      'lets twenty sightings of the same accounts run side by side',
      async () => {
        const users = Array.from({ length: 10 }, () => open.ids.next());
        await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            (i % 2 ? open.a : open.b).unitOfWork.transact(({ presence }) =>
              presence.seen(
                (i % 3 ? users : [...users].reverse()).map((userId) => ({ userId, at: 1000 + i })),
              ),
            ),
          ),
        );
        const found = await open.a.readers.presence.find(users);
        for (const userId of users) expect(found.get(userId)?.lastSeenAt).toBe(1019);
      },
    );
  });
}
