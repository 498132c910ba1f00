import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DETECTOR_DEFAULTS,
  type DetectorOptions,
  deviance,
  effectiveActors,
  look,
  NO_LEVEL,
  recounted,
  scoreAt,
} from './detector.js';

const HOUR = 60 * 60_000;
const options: DetectorOptions = { ...DETECTOR_DEFAULTS, halfLifeMs: HOUR, usualHalfLifeMs: 6 * HOUR };
const step = (now: number) => ({ now, sinceMs: 60_000, options });

describe('the detector', () => {
  it('measures an excess by Poisson deviance, and nothing else', () => {
    expect(deviance(5, 5)).toBe(0);
    expect(deviance(3, 5)).toBe(0);
    expect(deviance(20, 5)).toBeCloseTo(2 * (20 * Math.log(4) - 15), 10);
  });

  it('begins a trend with enough people, and says since when and why', () => {
    const few = look(NO_LEVEL, { actors: 4, uses: 4 }, 0, step(HOUR));
    expect(few.startedAt).toBeNull();
    const many = look(few, { actors: 20, uses: 24 }, 2, step(2 * HOUR));
    expect(many).toMatchObject({ startedAt: 2 * HOUR, actors: 20, uses: 24, expected: 2.3 });
    const later = look(many, { actors: 6, uses: 6 }, 5, step(2 * HOUR + 60_000));
    expect(later).toMatchObject({ startedAt: 2 * HOUR, actors: 20, peakAt: 2 * HOUR });
    expect(look(later, { actors: 0, uses: 0 }, 0, step(12 * HOUR)).startedAt).toBeNull();
  });

  it('takes few accounts that write a lot for no trend, and ends one that turns out to be theirs', () => {
    expect(look(NO_LEVEL, { actors: 9, uses: 100 }, 0, step(HOUR)).score).toBe(0);
    const early = look(NO_LEVEL, { actors: 9, uses: 9 }, 0, step(HOUR));
    expect(early.startedAt).not.toBeNull();
    expect(look(early, { actors: 9, uses: 40 }, 0, step(2 * HOUR))).toMatchObject({
      score: 0,
      startedAt: null,
    });
  });

  it('never scores more for more uses by the same people, nor less for more people', () => {
    const counts = fc.record({
      actors: fc.integer({ min: 1, max: 500 }),
      extra: fc.nat(2000),
      e: fc.nat(200),
    });
    fc.assert(
      fc.property(counts, fc.nat(500), ({ actors, extra, e }, more) => {
        const uses = actors + extra;
        const scoreOf = (people: number, times: number) =>
          look(NO_LEVEL, { actors: people, uses: times }, e, step(HOUR)).score;
        expect(scoreOf(actors, uses + more)).toBeLessThanOrEqual(scoreOf(actors, uses));
        expect(scoreOf(actors + more, uses + more)).toBeGreaterThanOrEqual(scoreOf(actors, uses));
        expect(effectiveActors({ actors, uses }, 1.5)).toBeLessThanOrEqual(actors);
      }),
    );
  });

  it('fades by half with each half-life', () => {
    const level = look(NO_LEVEL, { actors: 30, uses: 30 }, 0, step(HOUR));
    expect(scoreAt(level, 2 * HOUR, HOUR)).toBeCloseTo(level.score / 2, 10);
  });

  it('forgets people who left the counts: as if they had never been there', () => {
    const level = look(NO_LEVEL, { actors: 30, uses: 30 }, 2, step(HOUR));
    const without = look(NO_LEVEL, { actors: 10, uses: 10 }, 2, step(HOUR));
    expect(recounted(level, 10, options)).toMatchObject({ score: without.score, actors: 10, uses: 10 });
    expect(recounted(level, 0, options).score).toBe(0);
    expect(recounted(level, 31, options)).toBe(level);
  });
});
