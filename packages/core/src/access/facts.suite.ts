import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenBackend, SuiteBackend } from '../suite-backend.js';
import { loadWorld } from './testing/load.js';
import { disagreements } from './testing/proof.js';
import { typescriptForm } from './testing/typescript-form.js';
import { inSpace, type World, worldRuns, worlds } from './testing/world.js';

/** The contract of {@link import('./facts.js').FactsReader}: what a naive oracle says of random worlds. */
export function factsSuite(backend: SuiteBackend): void {
  describe(`FactsReader: ${backend.name}`, () => {
    const runs = worldRuns(`facts, ${backend.name}`, 20);
    let open: OpenBackend;
    let now: number;
    let space = 0;
    beforeAll(async () => {
      open = await backend.open();
      now = open.clock.now();
    });
    afterAll(() => open.close());

    const differences = async (world: World) => {
      const placed = inSpace(world, ++space);
      await loadWorld(open.a.unitOfWork, placed);
      return disagreements(placed, typescriptForm(backend.name, open.b.readers.facts));
    };

    it(
      'reads what the policy decides on as a naive oracle sees it',
      async () => {
        // One world at a time in one test: shrinking needs the same worlds again.
        const seeded = fc.sample(worlds(now), { numRuns: runs.numRuns, seed: runs.seed });
        for (const world of seeded) expect(await differences(world)).toEqual([]);
      },
      runs.timeoutMs,
    );

    it('leaves out what does not exist, for anybody', async () => {
      const { facts } = open.a.readers;
      for (const viewer of [null, '5']) {
        expect((await facts.relations(viewer, ['9', '10'])).size).toBe(0);
        expect((await facts.requests(viewer, ['9'])).size).toBe(0);
        expect((await facts.posts(viewer, ['9'])).size).toBe(0);
        expect((await facts.comments(viewer, ['9'])).size).toBe(0);
        expect((await facts.posts(viewer, [])).size).toBe(0);
      }
    });

    it('reads through the unit of work inside of one', async () => {
      const [world] = fc.sample(worlds(now, { accounts: 2, posts: 1, comments: 0 }), 1);
      if (!world) throw new Error('no world');
      const placed = inSpace(world, ++space);
      const [one, other] = [placed.accounts[0]?.id ?? '', placed.accounts[1]?.id ?? ''];
      await loadWorld(open.a.unitOfWork, { ...placed, blocks: [] });
      const blocked = async (facts: typeof open.a.readers.facts) =>
        (await facts.relations(one, [other])).get(other)?.blocked;
      await expect(
        open.a.unitOfWork.transact(async ({ blocks, facts }) => {
          await blocks.insert(other, one, placed.posts[0]?.id ?? '7');
          expect(await blocked(facts)).toBe(true);
          throw new Error('undone');
        }),
      ).rejects.toThrow('undone');
      expect(await blocked(open.b.readers.facts)).toBe(false);
    });
  });
}
