import { createFakeClock } from '@socialkit/core';
import { rateLimiterSuite } from '@socialkit/core/testing';
import { describe, expect, it } from 'vitest';
import { createMemoryRateLimiter } from './rate-limiter.js';

rateLimiterSuite('memory', async () => {
  const clock = createFakeClock();
  const limiter = createMemoryRateLimiter({ clock });
  return { a: limiter, b: limiter, elapse: (ms) => clock.advance(ms), close: () => limiter.close() };
});

describe('the memory rate limiter', () => {
  it('stays within its bound by forgetting the keys unused for longest', async () => {
    const limiter = createMemoryRateLimiter({ clock: createFakeClock() }, { maxKeys: 3 });
    const rule = { name: 'one', limit: 1, windowMs: 60_000 };
    const allowed = async (key: string) => (await limiter.consume([{ rule, key }]))[0]!.allowed;
    for (const key of ['1', '2', '3', '4']) expect(await allowed(key)).toBe(true);
    expect(await allowed('4')).toBe(false);
    expect(await allowed('2')).toBe(false);
    expect(await allowed('1')).toBe(true);
  });
});
