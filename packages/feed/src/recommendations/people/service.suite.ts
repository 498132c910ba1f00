import {
  createHooks,
  type Id,
  isSocialError,
  noTracer,
  type Runtime,
  silentLogger,
  userActor,
} from '@socialkit/core';
import type { OpenBackend, SuiteBackend } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../ranking/random.js';
import type { DiscoverySuiteHandle } from '../../ranking/store.suite.js';
import { createPeople, type People } from './people-service.js';
import { expectNeighbourhood, type PeopleWorld, randomPeople, writePeople } from './sample-world.js';
import { DISMISSED_MS, PEOPLE } from './types.js';

/** How {@link peopleSuite} plays. */
export interface PeopleSuiteOptions {
  /** Reads made while relations change. @default 300 */
  readonly reads?: number;
}

/** People to follow through their public service, whatever the storage. */
export function peopleSuite(
  backend: SuiteBackend<DiscoverySuiteHandle>,
  options: PeopleSuiteOptions = {},
): void {
  const reads = options.reads ?? 300;
  describe(`people to follow: ${backend.name}`, () => {
    let open: OpenBackend<DiscoverySuiteHandle>;
    let people: People;
    let write: ReturnType<typeof writePeople>;
    beforeEach(async () => {
      open = await backend.open();
      write = writePeople(open);
      const runtime: Runtime = {
        clock: open.clock,
        ids: open.ids,
        logger: silentLogger,
        tracer: noTracer,
        hooks: createHooks(),
      };
      const { unitOfWork, readers, discovery } = open.a;
      people = createPeople({ unitOfWork, readers, stores: discovery, runtime }, { deadlineMs: 20_000 });
    });
    afterEach(() => open.close());

    const read = async (userId: Id, limit = 100) =>
      (await people.service.people(userActor(userId), { limit })).items;
    const idsFor = async (userId: Id) => (await read(userId)).map(({ account }) => account.id);
    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => null,
        (error: unknown) => (isSocialError(error) ? error.code : error),
      );

    /** me follows z1 and z2, who follow v; f follows me. */
    const circle = async () => {
      const [me, z1, z2, v, f] = [
        await write.join(),
        await write.join(),
        await write.join(),
        await write.join(),
        await write.join(),
      ] as const;
      await write.follow([
        [me, z1],
        [me, z2],
        [z1, v],
        [z2, v],
        [f, me],
        [z1, me],
      ]);
      return { me, z1, z2, v, f };
    };

    it('says truly why, with names', async () => {
      const { me, z1, z2, v, f } = await circle();
      const items = await read(me);
      const of = (id: Id) => items.find(({ account }) => account.id === id)?.because;
      expect(of(v)).toEqual([{ kind: 'followed_by', users: [z2, z1], count: 2 }]);
      expect(of(f)).toEqual([{ kind: 'follows_you' }]);
      expect(items.map(({ account }) => account.id)).not.toContain(z1);
    });

    it('honours follows, dismissals, blocks and mutes with the next read, also of a kept list', async () => {
      const { me, z1, z2, v, f } = await circle();
      const w = await write.join();
      await write.follow([[z1, w]]);
      expect(await idsFor(me)).toEqual(expect.arrayContaining([v, f, w]));
      await people.service.dismissPerson(userActor(me), { userId: v });
      expect(await idsFor(me)).not.toContain(v);
      expect(await people.service.restorePerson(userActor(me), { userId: v })).toEqual({ changed: true });
      expect(await idsFor(me)).toContain(v);
      await write.mute(me, f);
      expect(await idsFor(me)).not.toContain(f);
      // Without its go-betweens nothing is left to be said of v; w loses its only one.
      await write.unfollow(me, z1);
      const left = await read(me);
      expect(left.map(({ account }) => account.id)).not.toContain(w);
      expect(left.find(({ account }) => account.id === v)?.because).toEqual([
        { kind: 'followed_by', users: [z2], count: 1 },
      ]);
      await write.block(v, me);
      expect(await idsFor(me)).not.toContain(v);
    });

    it('forgets a dismissal after 90 days, and takes none of accounts that cannot be seen', async () => {
      const { me, v } = await circle();
      expect(await people.service.dismissPerson(userActor(me), { userId: v })).toEqual({ changed: true });
      expect(await people.service.dismissPerson(userActor(me), { userId: v })).toEqual({ changed: false });
      open.clock.advance(DISMISSED_MS - 1);
      expect(await idsFor(me)).not.toContain(v);
      open.clock.advance(1);
      expect(await idsFor(me)).toContain(v);
      await write.block(v, me);
      const code = codeOf(people.service.dismissPerson(userActor(me), { userId: v }));
      expect(await code).toBe('account.not_found');
    });

    it('does not suggest whom one has asked to follow', async () => {
      const { me, v } = await circle();
      await open.a.unitOfWork.transact(({ followRequests }) =>
        followRequests.insert({ requesterId: me, targetId: v, id: open.ids.next(), hideReposts: false }),
      );
      expect(await idsFor(me)).not.toContain(v);
    });

    it('keeps names behind a private account to itself, and a single one wholly', async () => {
      const [me, z1, z2] = [await write.join(), await write.join(), await write.join()];
      const [one, two] = [await write.join({ isPrivate: true }), await write.join({ isPrivate: true })];
      await write.follow([
        [me, z1],
        [me, z2],
        [z1, one],
        [z1, two],
        [z2, two],
      ]);
      const items = await read(me);
      const of = (id: Id) => items.find(({ account }) => account.id === id)?.because;
      expect(of(two)).toEqual([{ kind: 'followed_by', count: 2 }]);
      expect((of(one) ?? []).map(({ kind }) => kind)).not.toContain('followed_by');
    });

    it('offers what is popular to who follows nobody', async () => {
      const { me, v } = await circle();
      const fresh = await write.join();
      const items = await read(fresh);
      expect(items.find(({ account }) => account.id === v)?.because).toEqual([{ kind: 'popular', count: 2 }]);
      expect(items.map(({ account }) => account.id)).toContain(me);
    });

    it('gives the same page again, and pages that share nobody', async () => {
      const world = await randomPeople(open, 'pages', 30);
      const me = world.accounts[3] as Id;
      const all = await idsFor(me);
      const actor = userActor(me);
      const paged: Id[] = [];
      let cursor: string | undefined;
      do {
        const page = await people.service.people(actor, { limit: 4, ...(cursor ? { cursor } : {}) });
        const again = await people.service.people(actor, { limit: 4, ...(cursor ? { cursor } : {}) });
        expect(again).toEqual(page);
        paged.push(...page.items.map(({ account }) => account.id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect(all.length).toBeGreaterThan(5);
      expect(paged).toEqual(all);
      const first = await people.service.people(actor, { limit: 2 });
      const stranger = userActor(world.accounts[4] as Id);
      const code = codeOf(people.service.people(stranger, { cursor: first.nextCursor ?? '' }));
      expect(await code).toBe('cursor.invalid');
    });

    it('makes the same lists in a batch as for one', async () => {
      const world = await randomPeople(open, 'batch', 30);
      const live = new Map<Id, unknown>();
      for (const me of world.accounts) live.set(me, await read(me));
      await open.a.discovery.ranking.lists.drop(PEOPLE, world.accounts);
      expect(await people.batch.refresh(world.accounts)).toBe(world.accounts.length);
      let batched = 0;
      for (const me of world.accounts) {
        const list = await open.a.discovery.ranking.lists.latest(PEOPLE, me);
        const followsAny = world.follows.some(([from]) => from === me);
        if (!followsAny || world.suspended.has(me)) continue;
        const before = list?.snapshot;
        const items = await read(me);
        expect((await open.a.discovery.ranking.lists.latest(PEOPLE, me))?.snapshot).toBe(before);
        const scores = (of: typeof items) =>
          new Map(
            of
              .filter(({ because }) => because[0]?.kind !== 'popular')
              .map(({ account, score }) => [account.id, score]),
          );
        const [a, b] = [scores(items), scores(live.get(me) as typeof items)];
        for (const [id, score] of a)
          expect(Math.abs(score - (b.get(id) ?? 0)), `${me} ${id}`).toBeLessThan(0.1001);
        if (a.size > 0) batched += 1;
      }
      expect(batched).toBeGreaterThan(10);
    });

    it('trains factors, uses them, and refuses a worse model', async () => {
      await randomPeople(open, 'train', 40);
      const first = await people.batch.train();
      expect(first).toMatchObject({ activated: true, before: null });
      expect(await open.a.discovery.models.active(PEOPLE)).toMatchObject({
        version: first?.version,
        factors: 64,
      });
      await open.a.discovery.models.activate({
        kind: PEOPLE,
        version: open.ids.next(),
        factors: 64,
        recall: Math.min(1, (first?.recall ?? 0) * 1.06 + 0.001),
      });
      const held = (await open.a.discovery.models.active(PEOPLE))?.version;
      expect(await people.batch.train()).toMatchObject({ activated: false });
      expect((await open.a.discovery.models.active(PEOPLE))?.version).toBe(held);
    });

    it('lists similar accounts only where connections may be seen', async () => {
      const { me, z1, z2, v } = await circle();
      const twin = await write.join();
      const hidden = await write.join({ isPrivate: true });
      await write.follow([
        [twin, z1],
        [twin, z2],
        [hidden, z1],
      ]);
      const { items } = await people.service.similar(userActor(v), { userId: me });
      expect(items.map(({ account }) => account.id)).toEqual([twin]);
      expect(items[0]?.because).toEqual([{ kind: 'similar_to', subject: me }]);
      expect(await codeOf(people.service.similar(userActor(v), { userId: hidden }))).toBe('account.private');
      expect(await codeOf(people.service.similar(userActor(v), { userId: '7' }))).toBe('account.not_found');
    });

    it(
      'never shows anybody it may not, while relations change between batch and read',
      async () => {
        const seed = process.env.SOCIALKIT_SEED ?? String(Math.floor(Math.random() * 2 ** 31));
        const where = `SOCIALKIT_SEED=${seed}`;
        const random = createRandom(`fuzz:${seed}`);
        const start = await randomPeople(open, seed, 16);
        const follows = [...start.follows];
        const [blocks, mutes] = [[...start.blocks], [...start.mutes]];
        const dismissed: [Id, Id][] = [];
        const world: PeopleWorld = { ...start, follows, blocks, mutes };
        const pick = () => world.accounts[Math.floor(random() * world.accounts.length)] as Id;
        const has = (pairs: readonly (readonly [Id, Id])[], a: Id, b: Id) =>
          pairs.some(([x, y]) => x === a && y === b);
        await people.batch.refresh(world.accounts);
        let shown = 0;
        for (let n = 0; n < reads; n++) {
          const [a, b] = [pick(), pick()];
          const dice = random();
          if (a !== b && dice < 0.15 && !has(follows, a, b)) {
            await write.follow([[a, b]]);
            follows.push([a, b]);
          } else if (dice < 0.3 && has(follows, a, b)) {
            await write.unfollow(a, b);
            follows.splice(
              follows.findIndex(([x, y]) => x === a && y === b),
              1,
            );
          } else if (a !== b && dice < 0.34 && blocks.length < 12 && !has(blocks, a, b)) {
            await write.block(a, b);
            blocks.push([a, b]);
          } else if (a !== b && dice < 0.38 && mutes.length < 20 && !has(mutes, a, b)) {
            await write.mute(a, b);
            mutes.push([a, b]);
          } else if (dice < 0.42 && !world.suspended.has(a) && a !== b && dismissed.length < 20) {
            if ((await codeOf(people.service.dismissPerson(userActor(a), { userId: b }))) === null)
              dismissed.push([a, b]);
          } else if (dice < 0.44) await people.batch.refresh([a]);
          const me = pick();
          const expected = expectNeighbourhood(world, me);
          for (const { account, because } of await read(me, 20)) {
            shown += 1;
            expect(expected.eligible(account.id), where).toBe(true);
            expect(has(dismissed, me, account.id), where).toBe(false);
            expect(because.length > 0 && because.length <= 3, where).toBe(true);
            for (const { kind, users = [], count = 0 } of because) {
              const between = expected.between(account.id);
              if (kind === 'follows_you') expect(expected.fans.has(account.id), where).toBe(true);
              if (kind !== 'followed_by') continue;
              expect(count, where).toBe(between.length);
              for (const z of users) expect(between, where).toContain(z);
              if (world.isPrivate.has(account.id)) expect(users.length === 0 && count >= 2, where).toBe(true);
            }
          }
        }
        expect(shown).toBeGreaterThan(reads);
      },
      60_000 + reads * 200,
    );
  });
}
