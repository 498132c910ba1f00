import {
  createHooks,
  type Id,
  isSocialError,
  noTracer,
  silentLogger,
  staffActor,
  userActor,
} from '@socialkit/core';
import { type OpenBackend, type SuiteBackend, sampleAccount } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DiscoverySuiteHandle } from '../../ranking/store.suite.js';
import { createItems, type Items } from './items-service.js';
import { ITEMS_PERMISSION } from './operations.js';

/** Items of a catalogue through their public service, whatever the storage. */
export function itemsSuite(backend: SuiteBackend<DiscoverySuiteHandle>): void {
  describe(`items: ${backend.name}`, () => {
    let open: OpenBackend<DiscoverySuiteHandle>;
    let items: Items;
    let users: Id[];
    const host = staffActor('99', { rank: 1, permissions: [ITEMS_PERMISSION] });
    beforeEach(async () => {
      open = await backend.open();
      const { unitOfWork, readers, discovery } = open.a;
      const runtime = {
        clock: open.clock,
        ids: open.ids,
        logger: silentLogger,
        tracer: noTracer,
        hooks: createHooks(),
      };
      items = createItems({ unitOfWork, readers, stores: discovery, runtime });
      users = Array.from({ length: 24 }, () => open.ids.next());
      await unitOfWork.transact(async ({ accounts }) => {
        for (const id of users) await accounts.insert(sampleAccount(id));
      });
      // Two tastes: even users take even items, odd users odd ones, each leaving two out.
      for (const [n, userId] of users.entries())
        await items.service.recordInteractions(host, {
          catalogue: 'books',
          interactions: Array.from({ length: 9 }, (_, k) => k)
            .filter((k) => k !== n % 9 && k !== (n + 4) % 9)
            .map((k) => ({ userId, item: `b${2 * k + (n % 2)}` })),
        });
    });
    afterEach(() => open.close());
    const read = async (userId: Id, limit = 100) =>
      (await items.service.items(userActor(userId), { catalogue: 'books', limit })).items;

    it('recommends what people of the same taste took, and says what it is like', async () => {
      expect(await items.rebuild('books')).toMatchObject({ activated: true, before: null });
      for (const [n, userId] of users.slice(0, 6).entries()) {
        const listed = await read(userId);
        const missing = [n % 9, (n + 4) % 9].map((k) => `b${2 * k + (n % 2)}`);
        expect(new Set(listed.slice(0, 2).map(({ item }) => item))).toEqual(new Set(missing));
        const [first] = listed;
        expect(first?.because[0]?.kind).toBe('similar_to');
        expect(await open.a.discovery.items.taken('books', userId, 50)).toContain(first?.because[0]?.subject);
      }
    });

    it('offers what is popular until three items are known, then places the user at once', async () => {
      await items.rebuild('books');
      const fresh = open.ids.next();
      await open.a.unitOfWork.transact(({ accounts }) => accounts.insert(sampleAccount(fresh)));
      expect((await read(fresh))[0]?.because).toEqual([{ kind: 'popular', count: expect.any(Number) }]);
      const interactions = ['b1', 'b3', 'b5'].map((item) => ({ userId: fresh, item }));
      await items.service.recordInteractions(host, { catalogue: 'books', interactions });
      const odd = (await read(fresh)).slice(0, 5).map(({ item }) => Number(item.slice(1)) % 2);
      expect(odd).toEqual([1, 1, 1, 1, 1]);
    });

    it('honours what is taken, dismissed and withdrawn with the next read', async () => {
      await items.rebuild('books');
      const [me] = users as [Id];
      const actor = userActor(me);
      const [first, second] = (await read(me)).map(({ item }) => item) as [string, string];
      await items.service.dismissItem(actor, { catalogue: 'books', item: first });
      expect((await read(me)).map(({ item }) => item)).not.toContain(first);
      expect(await items.service.withdrawItem(host, { catalogue: 'books', item: second })).not.toEqual({
        removed: 0,
      });
      expect((await read(me)).map(({ item }) => item)).not.toContain(second);
    });

    it('takes interactions of the host alone, and of accounts that exist', async () => {
      const interactions = [{ userId: users[0] as Id, item: 'x' }];
      const refused = items.service.recordInteractions(userActor(users[0] as Id), {
        catalogue: 'books',
        interactions,
      });
      await expect(refused).rejects.toSatisfy(
        (error) => isSocialError(error) && error.code === 'actor.missing_permission',
      );
      const unknown = [{ userId: '5', item: 'x' }];
      expect(
        await items.service.recordInteractions(host, { catalogue: 'books', interactions: unknown }),
      ).toEqual({
        recorded: 0,
      });
    });
  });
}
