import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RateLimiter, RateLimitRule } from './rate-limit.js';

/** Two handles on one limiter: two nodes for a shared one, twice the same for the limiter of a process. */
export interface RateLimiterHarness {
  readonly a: RateLimiter;
  readonly b: RateLimiter;
  /** Moves the limiter's clock; may be negative. */
  elapse(ms: number): void;
  close(): Promise<void>;
}

const rule = (name: string, limit: number, windowMs = 60_000): RateLimitRule => ({ name, limit, windowMs });

/** The contract of {@link RateLimiter}. */
export function rateLimiterSuite(name: string, open: () => Promise<RateLimiterHarness>): void {
  describe(`RateLimiter: ${name}`, () => {
    let harness: RateLimiterHarness;
    let a: RateLimiter;
    let b: RateLimiter;
    beforeEach(async () => {
      harness = await open();
      ({ a, b } = harness);
    });
    afterEach(() => harness.close());

    const take = async (limiter: RateLimiter, of: RateLimitRule, key = 'u:1', cost?: number) => {
      const [verdict] = await limiter.consume([{ rule: of, key, ...(cost === undefined ? {} : { cost }) }]);
      return verdict!;
    };

    it('has nothing to say about no demands', async () => {
      expect(await a.consume([])).toEqual([]);
    });

    it('counts down to the limit and then refuses', async () => {
      const three = rule('three', 3);
      const verdicts = [
        await take(a, three),
        await take(b, three),
        await take(a, three),
        await take(b, three),
      ];
      expect(verdicts.map((verdict) => verdict.allowed)).toEqual([true, true, true, false]);
      expect(verdicts.map((verdict) => verdict.remaining)).toEqual([2, 1, 0, 0]);
      for (const verdict of verdicts) expect(verdict.limit).toBe(3);
      expect(verdicts[0]!.retryAfterMs).toBe(0);
      expect(verdicts[3]!.retryAfterMs).toBeGreaterThan(0);
    });

    it('says exactly when the same request can succeed', async () => {
      const two = rule('two', 2);
      await take(a, two);
      harness.elapse(20_000);
      await take(a, two);
      const { retryAfterMs } = await take(a, two);
      harness.elapse(retryAfterMs - 1);
      expect((await take(a, two)).allowed).toBe(false);
      harness.elapse(1);
      expect((await take(a, two)).allowed).toBe(true);
      expect((await take(a, two)).allowed).toBe(false);
    });

    it('is whole again after the reset time it gave', async () => {
      const five = rule('five', 5);
      await take(a, five);
      harness.elapse(30_000);
      const { resetMs, remaining } = await take(a, five);
      expect(remaining).toBe(3);
      harness.elapse(resetMs);
      expect((await take(a, five)).remaining).toBe(4);
    });

    it('never allows more than the limit in any span of the window, wherever it starts', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 0, max: 1500 }), { minLength: 10, maxLength: 40 }),
          fc.integer({ min: 1, max: 6 }),
          fc.uuid(),
          async (gaps, limit, key) => {
            const of = rule('any', limit, 5000);
            let now = 0;
            const taken: number[] = [];
            for (const gap of gaps) {
              harness.elapse(gap);
              now += gap;
              if ((await take(now % 2 ? a : b, of, key)).allowed) taken.push(now);
            }
            for (const start of taken)
              expect(taken.filter((at) => at >= start && at < start + 5000).length).toBeLessThanOrEqual(
                limit,
              );
          },
        ),
        { numRuns: 40 },
      );
    });

    it('consumes nothing of any rule when one of them refuses', async () => {
      const wide = rule('wide', 10);
      const narrow = rule('narrow', 1);
      const both = (key: string) => [
        { rule: wide, key },
        { rule: narrow, key: `${key}:narrow` },
      ];
      expect((await a.consume(both('u:1'))).map((verdict) => verdict.allowed)).toEqual([true, true]);
      for (let i = 0; i < 5; i++)
        expect((await b.consume(both('u:1'))).map((verdict) => verdict.allowed)).toEqual([true, false]);
      expect((await take(a, wide)).remaining).toBe(8);
    });

    it('judges and consumes all rules of an allowed call', async () => {
      const first = rule('first', 10);
      const second = rule('second', 20);
      const verdicts = await a.consume([
        { rule: first, key: 'u:1' },
        { rule: second, key: 'u:1' },
        { rule: second, key: 'n:10.0.0.0' },
      ]);
      expect(verdicts.map((verdict) => [verdict.allowed, verdict.limit, verdict.remaining])).toEqual([
        [true, 10, 9],
        [true, 20, 19],
        [true, 20, 19],
      ]);
    });

    it('keeps keys and rules apart, whatever characters they hold', async () => {
      const keys = ['u:1', 'u:1:x', '{u}', 'n:2001:db8::/64', 'ключ', '', '%7B'];
      const rules = [rule('x', 1), rule('x:y', 1), rule('{z}', 1)];
      for (const of of rules) for (const key of keys) expect((await take(a, of, key)).allowed).toBe(true);
      for (const of of rules) for (const key of keys) expect((await take(b, of, key)).allowed).toBe(false);
    });

    it('takes several units at once, and never part of them', async () => {
      const ten = rule('ten', 10);
      expect(await take(a, ten, 'u:1', 8)).toMatchObject({ allowed: true, remaining: 2 });
      expect(await take(a, ten, 'u:1', 3)).toMatchObject({ allowed: false, remaining: 2 });
      expect(await take(a, ten, 'u:1', 2)).toMatchObject({ allowed: true, remaining: 0 });
      expect((await take(a, ten, 'u:2', 11)).allowed).toBe(false);
    });

    it('adds up the same rule and key asked for twice in one call', async () => {
      const one = rule('one', 1);
      const twice = [
        { rule: one, key: 'u:1' },
        { rule: one, key: 'u:1' },
      ];
      expect((await a.consume(twice)).map((verdict) => verdict.allowed)).toEqual([true, false]);
      expect((await take(a, one)).allowed).toBe(true);
    });

    it('gives nothing back when the clock steps back a little, and works on when it steps back far', async () => {
      const one = rule('one', 1);
      expect((await take(a, one)).allowed).toBe(true);
      harness.elapse(-30_000);
      expect((await take(a, one)).allowed).toBe(false);
      harness.elapse(-86_400_000);
      expect((await take(a, one)).allowed).toBe(true);
      expect((await take(a, one)).allowed).toBe(false);
    });

    it('allows exactly the limit to twenty racing calls on two nodes', async () => {
      const seven = rule('seven', 7);
      const verdicts = await Promise.all(
        Array.from({ length: 20 }, (_, i) => take(i % 2 ? a : b, seven, 'race')),
      );
      expect(verdicts.filter((verdict) => verdict.allowed)).toHaveLength(7);
      expect(
        verdicts
          .filter((verdict) => verdict.allowed)
          .map((verdict) => verdict.remaining)
          .sort(),
      ).toEqual([0, 1, 2, 3, 4, 5, 6]);
    });
  });
}
