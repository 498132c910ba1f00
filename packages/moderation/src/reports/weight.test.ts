import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BURST_MS, crowdOf, crowdWeight, weightOf } from './weight.js';

describe('the weight of reports', () => {
  it('is 1 for somebody unknown, and moves towards 2 and 0 with what became of earlier ones', () => {
    expect(weightOf({ upheld: 0, declined: 0 })).toBe(1);
    expect(weightOf({ upheld: 1, declined: 0 })).toBeCloseTo(1.2);
    expect(weightOf({ upheld: 96, declined: 0 })).toBeCloseTo(1.96);
    expect(weightOf({ upheld: 0, declined: 96 })).toBeCloseTo(0.04);
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (upheld, declined) => {
        const weight = weightOf({ upheld, declined });
        expect(weight).toBeGreaterThan(0);
        expect(weight).toBeLessThan(2);
        expect(weightOf({ upheld: upheld + 1, declined })).toBeGreaterThan(weight);
        expect(weightOf({ upheld, declined: declined + 1 })).toBeLessThan(weight);
      }),
    );
  });

  it('counts new accounts of one burst as one, and friends of each other too', () => {
    const report = (id: string, overrides = {}) => ({
      id,
      reporterId: `r${id}`,
      crowd: id,
      young: false,
      muted: false,
      weight: 1,
      at: 1000,
      ...overrides,
    });
    const earlier = [report('1', { young: true }), report('2'), report('3', { at: 1000 - BURST_MS - 1 })];
    const nobody = new Set<string>();
    expect(crowdOf(report('9', { young: true }), earlier, nobody)).toBe('1');
    expect(crowdOf(report('9'), earlier, nobody)).toBe('9');
    expect(crowdOf(report('9'), earlier, new Set(['r2']))).toBe('2');
    expect(crowdOf(report('9'), earlier, new Set(['r3']))).toBe('9');
    expect(crowdOf(report('9', { young: true, at: 1000 + 2 * BURST_MS }), earlier, nobody)).toBe('9');
    const crowd = [report('1', { weight: 0.5 }), report('4', { crowd: '1', weight: 1.5 }), report('2')];
    expect(crowdWeight(crowd)).toBe(2.5);
    expect(crowdWeight([...crowd, report('5', { muted: true, weight: 2 })])).toBe(2.5);
    expect(crowdWeight([])).toBe(0);
  });
});
