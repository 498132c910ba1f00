import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveFeedOptions } from './options.js';
import { decideDelivery, isWritten, nextDelivery } from './push-or-pull.js';

const options = resolveFeedOptions();
const load = (activeFollowers: number, postsPerDay = 1, pagesPerDay = 10) => ({
  activeFollowers,
  postsPerDay,
  pagesPerDay,
});

describe('push or pull', () => {
  it('pushes small authors and pulls very large ones, whatever they post', () => {
    expect(decideDelivery('push', load(9_999, 1000), options)).toBe('push');
    expect(decideDelivery('push', load(100_001, 0), options)).toBe('pull');
  });

  it('does between them what is cheaper: writing to each follower, or merging into each page', () => {
    // 10 pages at 0.5 us against posts at 1.75 us: even at 2.86 posts a day.
    expect(decideDelivery('push', load(50_000, 2), options)).toBe('push');
    expect(decideDelivery('push', load(50_000, 4), options)).toBe('pull');
    expect(decideDelivery('push', load(50_000, 4, 100), options)).toBe('push');
  });

  it('needs a fifth more than the threshold to change its mind', () => {
    for (const at of [9_000, 10_500]) expect(decideDelivery('pull', load(at, 10), options)).toBe('pull');
    expect(decideDelivery('pull', load(7_900, 10), options)).toBe('push');
    expect(decideDelivery('pull', load(90_000, 0), options)).toBe('pull');
    expect(decideDelivery('pull', load(79_000, 0), options)).toBe('push');
    expect(decideDelivery('push', load(50_000, 3), options)).toBe('push');
    expect(decideDelivery('pull', load(50_000, 2.7), options)).toBe('pull');
  });

  it('never goes back and forth on the same load', () => {
    fc.assert(
      fc.property(fc.nat({ max: 200_000 }), fc.double({ min: 0, max: 100, noNaN: true }), (active, posts) => {
        const first = decideDelivery('push', load(active, posts), options);
        expect(decideDelivery(first, load(active, posts), options)).toBe(first);
      }),
    );
  });

  it('announces a change, keeps the time of a standing one, and never pulled authors have none', () => {
    const author = { authorId: '1', mode: 'pull' } as const;
    const pulled = nextDelivery(null, author, load(7), 1000, 60);
    expect(pulled.since).toBe(1060);
    expect(nextDelivery(pulled, author, load(8), 2000, 60)).toMatchObject({ since: 1060, evaluatedAt: 2000 });
    expect(nextDelivery(null, { ...author, mode: 'push' }, load(7), 1000, 60).since).toBe(0);
    expect(isWritten(pulled, 1059)).toBe(true);
    expect(isWritten(pulled, 1060)).toBe(false);
    expect(isWritten(null, 0)).toBe(true);
    expect(isWritten({ ...pulled, mode: 'push' }, 0)).toBe(true);
  });

  it('refuses options that make no sense', () => {
    expect(() => resolveFeedOptions({ pushBelow: -1 })).toThrow(TypeError);
    expect(() => resolveFeedOptions({ pushBelow: 10, pullAbove: 5 })).toThrow(TypeError);
    expect(() => resolveFeedOptions({ collapseWindow: 17 })).toThrow(TypeError);
    expect(() => resolveFeedOptions({ pagesPerDay: Number.NaN })).toThrow(TypeError);
  });
});
