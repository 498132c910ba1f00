import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PostedText, PostHistory } from './post-history.js';
import { distanceOf, NEAR } from './simhash.js';

/** Windows and room that the suite's histories are opened with. */
export const HISTORY_OF_SUITE = { fastMs: 60_000, slowMs: 120_000, copiesMs: 300_000, capacity: 25 } as const;

/** The contract of {@link PostHistory}, held against a naive scan. */
export function postHistorySuite(
  name: string,
  open: () => Promise<PostHistory> | PostHistory,
  options: {
    /** Texts the history keeps. @default that of {@link HISTORY_OF_SUITE} */
    readonly capacity?: number;
    /** Random worlds. @default 100 */
    readonly runs?: number;
  } = {},
): void {
  describe(`PostHistory: ${name}`, () => {
    it('counts a first text as the only one', async () => {
      const history = await open();
      expect(await history.record({ authorId: 'a', at: 1, simhash: null })).toEqual({
        authorTexts: 0,
        inFastWindow: 1,
        inSlowWindow: 1,
        ownCopies: 0,
        othersCopies: 0,
        otherAuthors: 0,
        newDomains: 0,
      });
    });

    it('knows domains that nobody linked before the last day', async () => {
      const history = await open();
      const link = async (hours: number, ...domains: readonly string[]) => {
        const at = 1000 + hours * 3_600_000;
        return (await history.record({ authorId: 'a', at, simhash: null, domains })).newDomains;
      };
      expect(await link(0, 'old.example', 'old.example')).toBe(1);
      expect(await link(1, 'old.example', 'new.example')).toBe(2);
      expect(await link(24.5, 'old.example', 'new.example')).toBe(1);
      expect(await link(26, 'old.example', 'new.example')).toBe(0);
    });

    it('counts what a naive scan counts, in random worlds', async () => {
      const { fastMs, slowMs, copiesMs } = HISTORY_OF_SUITE;
      const { capacity = HISTORY_OF_SUITE.capacity, runs = 100 } = options;
      const world = fc.array(
        fc.record({
          authorId: fc.constantFrom('a', 'b', 'c'),
          gap: fc.integer({ min: 0, max: 40_000 }),
          low: fc.constantFrom(0, 1, 3, 0xffff, null),
        }),
        { maxLength: 60 },
      );
      await fc.assert(
        fc.asyncProperty(world, async (steps) => {
          const history = await open();
          let kept: PostedText[] = [];
          let at = 0;
          for (const { authorId, gap, low } of steps) {
            at += gap;
            const simhash = low === null ? null : { high: 7, low };
            kept = kept.filter((one) => one.at >= at - copiesMs);
            if (kept.length >= capacity) kept = kept.slice(1 - capacity);
            const near = kept.filter(
              (one) => one.simhash !== null && simhash !== null && distanceOf(one.simhash, simhash) <= NEAR,
            );
            const others = near.filter((one) => one.authorId !== authorId);
            const own = kept.filter((one) => one.authorId === authorId);
            expect(await history.record({ authorId, at, simhash })).toEqual({
              authorTexts: own.length,
              inFastWindow: own.filter((one) => one.at > at - fastMs).length + 1,
              inSlowWindow: own.filter((one) => one.at > at - slowMs).length + 1,
              ownCopies: near.length - others.length,
              othersCopies: others.length,
              otherAuthors: new Set(others.map((one) => one.authorId)).size,
              newDomains: 0,
            });
            kept = [...kept, { authorId, at, simhash }];
          }
        }),
        { numRuns: runs },
      );
    });
  });
}
