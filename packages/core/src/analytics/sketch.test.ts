import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hash64 } from './hash.js';
import { createSketch, EXACT_LIMIT, MAX_SKETCH_BYTES, mergeSketches, sketchFromBytes } from './sketch.js';

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const id = fc.bigInt({ min: 1n, max: (1n << 63n) - 1n }).map(String);
const range = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => String(from + index));

describe(`distinct sketch (seed ${seed})`, () => {
  test('an id keeps its 63 bits: neighbours, halves and lengths never meet', () => {
    const undo = (high: number, low: number) => `${high}/${low}`;
    fc.assert(
      fc.property(fc.uniqueArray(id, { maxLength: 200 }), (ids) => {
        const hashes = new Set(ids.map((one) => hash64(one)).map(({ high, low }) => undo(high, low)));
        expect(hashes.size).toBe(ids.length);
      }),
      { seed, numRuns: 100 },
    );
    const near = [
      '999999999',
      '1000000000',
      '4294967295',
      '4294967296',
      '9223372036854775807',
      '9223372036854775806',
    ];
    expect(new Set(near.map((one) => JSON.stringify(hash64(one)))).size).toBe(near.length);
  });

  test('counts exactly up to the limit, whatever comes twice', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(id, fc.string()), { maxLength: EXACT_LIMIT }), (ids) => {
        const sketch = createSketch([...ids, ...ids]);
        expect(sketch.exact).toBe(true);
        expect(sketch.count()).toBe(new Set(ids).size);
      }),
      { seed, numRuns: 100 },
    );
    const full = createSketch(range(1, EXACT_LIMIT));
    expect([full.exact, full.count()]).toEqual([true, EXACT_LIMIT]);
    full.add('7000');
    expect(full.exact).toBe(false);
  });

  test('stays within four standard errors at every size, for neighbours and for time-ordered ids', () => {
    for (const [size, stride] of [
      [257, 1n],
      [1_000, 4_194_304n],
      [5_000, 1n],
      [40_000, 4_194_304n],
      [200_000, 1n],
    ] as const) {
      const sketch = createSketch();
      for (let index = 0n; index < BigInt(size); index += 1n)
        sketch.add((3_561_234_567_890_123_456n + index * stride).toString());
      expect(Math.abs(sketch.count() - size) / size, `size ${size}`).toBeLessThan(4 * 0.0081);
    }
  });

  test('the bytes depend on the ids alone, not on order, parts or the way through storage', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 900 }),
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 900, maxLength: 900 }),
        (size, parts) => {
          const ids = range(10_000, size);
          const whole = createSketch(ids);
          const shares = Array.from({ length: 6 }, () => createSketch());
          for (const [index, one] of [...ids].reverse().entries()) {
            shares[parts[index] ?? 0]?.add(one);
            if (index % 3 === 0) shares[(index + 1) % 6]?.add(one);
          }
          const merged = mergeSketches(shares.map((share) => sketchFromBytes(share.toBytes())));
          expect(merged.toBytes()).toEqual(whole.toBytes());
          expect(merged.count()).toBe(whole.count());
          expect(merged.toBytes().length).toBeLessThanOrEqual(MAX_SKETCH_BYTES);
        },
      ),
      { seed, numRuns: 30 },
    );
  });

  test('merging leaves the other sketch as it was', () => {
    const small = createSketch(['1', '2']);
    const large = createSketch(range(1, 1_000));
    const before = [small.toBytes(), large.toBytes()];
    createSketch(['9']).merge(small);
    small.merge(large);
    expect(small.toBytes()).toEqual(before[1]);
    expect(large.toBytes()).toEqual(before[1]);
    small.add('5000');
    expect(large.toBytes()).toEqual(before[1]);
  });

  test('refuses what is not a sketch', () => {
    const dense = createSketch(range(1, 9_000)).toBytes();
    dense[5] = 99;
    for (const bytes of [[], [0], [1, 2, 3], [2, 255, 255, 1], [2, 0, 0, 99], [3, 1], [9, 9]])
      expect(() => sketchFromBytes(Uint8Array.from(bytes)), String(bytes)).toThrow(TypeError);
    expect(() => sketchFromBytes(dense)).toThrow(TypeError);
    expect(() => sketchFromBytes(new Uint8Array(40_000).fill(1))).toThrow(TypeError);
  });
});
