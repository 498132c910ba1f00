import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AGEING_MS, MAX_CROWD_WEIGHT, priorityOf, rankOf, type Weights } from './priority.js';

const weights: fc.Arbitrary<Weights> = fc.record({
  severity: fc.constantFrom(1, 2, 3, 4),
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  reach: fc.double({ min: 0, max: 1e9, noNaN: true }),
  reportWeight: fc.double({ min: 0, max: 1e6, noNaN: true }),
  trusted: fc.boolean(),
});
const untrusted = weights.map((of) => ({ ...of, trusted: false }));
const instant = fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 });

/** The heaviest and the lightest there can be. */
const MOST: Weights = { severity: 4, confidence: 1, reach: 1e12, reportWeight: 1e9, trusted: true };
const LEAST: Weights = { severity: 1, confidence: 0, reach: 0, reportWeight: 0, trusted: false };
const SPREAD_MS = AGEING_MS * Math.log2(priorityOf(MOST) / priorityOf(LEAST));

describe('the order of a queue', () => {
  it('is that of priority doubled with every hour of waiting, at whatever instant it is asked', () => {
    fc.assert(
      fc.property(weights, instant, weights, instant, fc.nat(1e10), (a, openedA, b, openedB, later) => {
        const now = Math.max(openedA, openedB) + later;
        const urgency = (of: Weights, openedAt: number) =>
          Math.log2(priorityOf(of)) + (now - openedAt) / AGEING_MS;
        const difference = urgency(a, openedA) - urgency(b, openedB);
        if (Math.abs(difference) * AGEING_MS < 2) return;
        expect(Math.sign(rankOf(a, openedA) - rankOf(b, openedB))).toBe(Math.sign(difference));
      }),
    );
  });

  it('lets no case be overtaken by one that came later than a bounded time', () => {
    expect(SPREAD_MS).toBeLessThan(24 * AGEING_MS);
    fc.assert(
      fc.property(weights, weights, instant, (early, late, openedAt) => {
        expect(rankOf(early, openedAt)).toBeGreaterThan(rankOf(late, openedAt + SPREAD_MS + 2));
      }),
    );
  });

  it('puts a trusted report before everything else that was opened with it', () => {
    fc.assert(
      fc.property(weights, untrusted, instant, (of, other, openedAt) => {
        const trusted = { ...of, trusted: true };
        expect(rankOf(trusted, openedAt)).toBeGreaterThan(rankOf(other, openedAt));
      }),
    );
  });

  it('counts a crowd of any size no more than its limit', () => {
    const of = (reportWeight: number) => priorityOf({ ...LEAST, reportWeight });
    expect(of(1e9)).toBe(of(MAX_CROWD_WEIGHT));
    expect(of(2)).toBeGreaterThan(of(1));
  });
});
