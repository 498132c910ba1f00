import { createFakeClock } from '@socialkit/core';
import { cacheSuite } from '@socialkit/core/testing';
import { describe, expect, it } from 'vitest';
import { createInvalidationLog } from './invalidations.js';
import { createLruCache, createLruStore } from './lru.js';

cacheSuite('in the process', async () => {
  const clock = createFakeClock();
  const cache = createLruCache({ clock });
  return { a: cache, b: cache, elapse: async (ms) => clock.advance(ms), close: () => cache.close() };
});

describe('the LRU store', () => {
  it('holds no more bytes than it may, and lets the least recently used go first', () => {
    const store = createLruStore({ maxBytes: 16_000 });
    for (let i = 0; i < 10; i++) store.set(`k${i}`, 'x'.repeat(500), 60_000);
    store.get('k0');
    for (let i = 10; i < 20; i++) {
      store.set(`k${i}`, 'x'.repeat(500), 60_000);
      store.get('k0');
    }
    const held = Array.from({ length: 20 }, (_, i) => store.get(`k${i}`)).filter(
      (value) => value !== undefined,
    );
    expect(held.length).toBeGreaterThan(5);
    expect(held.length * 1100).toBeLessThanOrEqual(16_000);
    expect(store.get('k0')).toBeDefined();
    expect(store.get('k1')).toBeUndefined();
  });

  it('does not let one huge value push everything else out', () => {
    const store = createLruStore({ maxBytes: 16_000 });
    store.set('small', 'x', 60_000);
    store.set('huge', 'x'.repeat(7000), 60_000);
    expect(store.get('huge')).toBeUndefined();
    expect(store.get('small')).toBe('x');
  });
});

describe('the invalidation log', () => {
  it('knows what was invalidated after a mark and says yes when it cannot know', () => {
    const log = createInvalidationLog(2);
    log.note('a');
    const mark = log.mark();
    expect(log.since('a', mark)).toBe(false);
    log.note('b');
    expect(log.since('b', mark)).toBe(true);
    expect(log.since('a', mark)).toBe(false);
    log.note('c');
    log.note('d');
    expect(log.since('a', mark)).toBe(true);
    expect(log.since('a', log.mark())).toBe(false);
  });

  it('counts everything as invalidated after all of it was', () => {
    const log = createInvalidationLog();
    const mark = log.mark();
    log.noteAll();
    expect(log.since('x', mark)).toBe(true);
    expect(log.since('x', log.mark())).toBe(false);
  });
});
