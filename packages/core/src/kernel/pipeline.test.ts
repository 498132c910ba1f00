import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createCursorCodec, type Page } from './page.js';
import { MAX_REFILL_BATCH, MAX_REFILL_ROUNDS, readPage } from './pipeline.js';

interface Row {
  readonly n: number;
  /** Not hydrated: gone or not permitted. */
  readonly hidden: boolean;
  /** Hydrated, then left out by a viewer rule. */
  readonly muted: boolean;
}

const codec = createCursorCodec('rows', z.int());

/** Rows are listed by `n`, highest first. */
function page(rows: readonly Row[], limit: number, cursor?: string | null, seen = { rounds: 0, most: 0 }) {
  return readPage<number, Row, Row, number>({
    limit,
    after: codec.decode(cursor ?? undefined),
    codec,
    async skeleton(after, count) {
      seen.rounds++;
      seen.most = Math.max(seen.most, count);
      return [...rows]
        .sort((a, b) => b.n - a.n)
        .filter(({ n }) => after === null || n < after)
        .slice(0, count);
    },
    position: ({ n }) => n,
    hydrate: async (entries) => entries.map((row) => (row.hidden ? null : row)),
    rules: (row) => !row.muted,
    present: ({ n }) => n,
  });
}

const world = fc
  .uniqueArray(fc.record({ n: fc.nat(500), hidden: fc.boolean(), muted: fc.boolean() }), {
    selector: ({ n }) => n,
    maxLength: 120,
  })
  .chain((rows) => fc.tuple(fc.constant(rows), fc.integer({ min: 1, max: 30 })));

const visible = (rows: readonly Row[]) =>
  rows
    .filter(({ hidden, muted }) => !hidden && !muted)
    .map(({ n }) => n)
    .sort((a, b) => b - a);

describe('a read pipeline', () => {
  it('pages through exactly what is visible, in order, full pages only but the last', async () => {
    await fc.assert(
      fc.asyncProperty(world, async ([rows, limit]) => {
        const pages: Page<number>[] = [];
        let cursor: string | null = null;
        do {
          const next: Page<number> = await page(rows, limit, cursor);
          pages.push(next);
          cursor = next.nextCursor;
        } while (cursor !== null);
        expect(pages.flatMap(({ items }) => items)).toEqual(visible(rows));
        for (const { items } of pages.slice(0, -1)) expect(items).toHaveLength(limit);
      }),
      { numRuns: 500 },
    );
  });

  it('neither repeats nor skips while rows arrive, leave and become hidden between pages', async () => {
    const changes = fc.array(fc.record({ n: fc.nat(1000), remove: fc.boolean() }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(world, fc.array(changes, { maxLength: 6 }), async ([start, limit], rounds) => {
        let rows: readonly Row[] = start;
        const items: number[] = [];
        const touched = new Set<number>();
        let cursor: string | null = null;
        for (let round = 0; round === 0 || cursor !== null; round++) {
          const next: Page<number> = await page(rows, limit, cursor);
          items.push(...next.items);
          cursor = next.nextCursor;
          for (const { n, remove } of rounds[round] ?? []) {
            touched.add(n);
            rows = rows.filter((row) => row.n !== n);
            if (!remove) rows = [...rows, { n, hidden: false, muted: false }];
          }
        }
        expect(new Set(items).size).toBe(items.length);
        expect(items).toEqual([...items].sort((a, b) => b - a));
        const steady = visible(start).filter((n) => !touched.has(n));
        expect(items.filter((n) => !touched.has(n))).toEqual(steady);
      }),
      { numRuns: 300 },
    );
  });

  it('says that there is nothing further when the last page is exactly full', async () => {
    const rows = Array.from({ length: 4 }, (_, n) => ({ n, hidden: false, muted: false }));
    const first = await page(rows, 2);
    expect(first).toMatchObject({ items: [3, 2] });
    expect(first.nextCursor).not.toBeNull();
    expect(await page(rows, 2, first.nextCursor)).toEqual({ items: [1, 0], nextCursor: null });
    expect(await page([], 2)).toEqual({ items: [], nextCursor: null });
  });

  it('bounds its work when nearly everything is hidden, and can be continued', async () => {
    const rows = Array.from({ length: 10_000 }, (_, n) => ({ n, hidden: n > 0, muted: false }));
    const seen = { rounds: 0, most: 0 };
    let cursor: string | null = null;
    const items: number[] = [];
    let calls = 0;
    do {
      seen.rounds = 0;
      const next: Page<number> = await page(rows, 20, cursor, seen);
      expect(seen.rounds).toBeLessThanOrEqual(MAX_REFILL_ROUNDS);
      items.push(...next.items);
      cursor = next.nextCursor;
      calls++;
    } while (cursor !== null);
    expect(seen.most).toBeLessThanOrEqual(MAX_REFILL_BATCH + 1);
    expect(items).toEqual([0]);
    expect(calls).toBeLessThan(10);
  });
});
