import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryDatabase } from '../../kernel/memory.js';
import { createFakeClock } from '../../kernel/runtime.js';
import { createMemoryFacts } from '../facts.memory.js';
import { type RuleName, VISIBILITY_RULES } from '../rules.js';
import { loadWorldIntoMemory } from './load.memory.js';
import { disagreements } from './proof.js';
import { typescriptForm } from './typescript-form.js';
import { type World, worldRuns, worlds } from './world.js';

const NOW = Date.UTC(2026, 0, 1, 12);

async function differences(world: World, without: ReadonlySet<RuleName> = new Set()) {
  const { session } = createMemoryDatabase();
  await loadWorldIntoMemory(session, world);
  return disagreements(
    world,
    typescriptForm('TypeScript', createMemoryFacts(session, createFakeClock(world.now)), without),
  );
}

it('is held against an oracle that shares no code with it', async () => {
  const source = await readFile(new URL('./oracle.ts', import.meta.url), 'utf8');
  expect([...source.matchAll(/^import .*$/gm)].map(([line]) => line)).toEqual([
    "import type { World, WorldPost } from './world.js';",
  ]);
});

describe('the visibility policy in TypeScript', () => {
  const runs = worldRuns('policy, TypeScript', 1000);
  it(
    'agrees with the naive oracle about every viewer and item of random worlds',
    async () => {
      await fc.assert(
        fc.asyncProperty(worlds(NOW), async (world) => {
          expect(await differences(world)).toEqual([]);
        }),
        runs,
      );
    },
    runs.timeoutMs,
  );

  for (const { name, says } of VISIBILITY_RULES) {
    it(`is found out when it forgets that ${says}`, async () => {
      const { failed, counterexample, seed } = await fc.check(
        fc.asyncProperty(
          worlds(NOW),
          async (world) => (await differences(world, new Set([name]))).length === 0,
        ),
        { numRuns: 200, endOnFailure: true },
      );
      expect(failed, `200 worlds of seed ${seed} do not miss the rule ${name}`).toBe(true);
      const [world] = counterexample ?? [];
      expect(world && (await differences(world))).toEqual([]);
    });
  }
});
