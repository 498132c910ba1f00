import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cache } from './cache.js';

/** Two handles on one cache: two nodes for a shared one, twice the same for the cache of a process. */
export interface CacheHarness {
  readonly a: Cache;
  readonly b: Cache;
  /** Lets `ms` milliseconds pass for the cache. */
  elapse(ms: number): Promise<void>;
  close(): Promise<void>;
}

const MINUTE = 60_000;

/** A promise and the function that keeps it. */
function gate<T>(): { readonly promise: Promise<T>; open(value: T): void } {
  let open!: (value: T) => void;
  const promise = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

/** The contract of {@link Cache}. */
export function cacheSuite(name: string, open: () => Promise<CacheHarness>): void {
  describe(`Cache: ${name}`, () => {
    let harness: CacheHarness;
    let a: Cache;
    let b: Cache;
    beforeEach(async () => {
      harness = await open();
      ({ a, b } = harness);
    });
    afterEach(() => harness.close());

    const one = async (cache: Cache, key: string) => (await cache.getMany('profile', [key])).get(key);
    const put = (cache: Cache, key: string, value: string, ttlMs = MINUTE) =>
      cache.setMany('profile', new Map([[key, value]]), ttlMs);

    it('answers an empty map for nothing asked and nothing held', async () => {
      expect([...(await a.getMany('profile', []))]).toEqual([]);
      expect([...(await a.getMany('profile', ['1', '2']))]).toEqual([]);
    });

    it('gives back what was set, on every node, and leaves out what is missing', async () => {
      await a.setMany(
        'profile',
        new Map([
          ['1', 'one'],
          ['2', 'two'],
        ]),
        MINUTE,
      );
      for (const cache of [a, b])
        expect(new Map(await cache.getMany('profile', ['2', '3', '1']))).toEqual(
          new Map([
            ['1', 'one'],
            ['2', 'two'],
          ]),
        );
    });

    it('replaces a value', async () => {
      await put(a, '1', 'old');
      await put(a, '1', 'new');
      expect(await one(a, '1')).toBe('new');
    });

    it('keeps namespaces and keys apart, whatever characters they hold', async () => {
      const keys = ['a:b', 'a', '', '{x}', 'ключ', '𝒳\u0000y', 'k'.repeat(2000)];
      for (const namespace of ['profile', 'profile:a', 'a'])
        await a.setMany(namespace, new Map(keys.map((key) => [key, `${namespace}|${key}`])), MINUTE);
      for (const namespace of ['profile', 'profile:a', 'a']) {
        const found = await b.getMany(namespace, keys);
        for (const key of keys) expect(found.get(key)).toBe(`${namespace}|${key}`);
      }
    });

    it('holds empty, unicode and large values unchanged', async () => {
      const values = ['', 'Vx', 'L', '\u0000', 'naïve 𝒳 🎈', 'x'.repeat(200_000)];
      for (const [i, value] of values.entries()) await put(a, String(i), value);
      for (const [i, value] of values.entries()) expect(await one(b, String(i))).toBe(value);
    });

    it('forgets after the time to live, and not before', async () => {
      const began = performance.now();
      await put(a, 'short', 'x', 150);
      await put(a, 'long', 'y', MINUTE);
      const early = await one(a, 'short');
      // On a busy machine its time may be up by now, where the store keeps a clock of its own.
      if (performance.now() - began < 100) expect(early).toBe('x');
      await harness.elapse(200);
      expect(await one(a, 'short')).toBeUndefined();
      expect(await one(a, 'long')).toBe('y');
    });

    it('forgets an invalidated key on every node and leaves the others', async () => {
      await put(a, '1', 'one');
      await put(a, '2', 'two');
      expect(await one(b, '1')).toBe('one');
      await a.invalidate('profile', ['1', 'never set']);
      expect(await one(a, '1')).toBeUndefined();
      await vi.waitFor(async () => expect(await one(b, '1')).toBeUndefined());
      expect(await one(b, '2')).toBe('two');
    });

    it('leaves the same key of another namespace alone when invalidating', async () => {
      await put(a, '1', 'one');
      await a.setMany('counts', new Map([['1', 'other']]), MINUTE);
      await a.invalidate('counts', ['1']);
      expect(await one(a, '1')).toBe('one');
    });

    it('loads a missing value once and gives it out until it expires', async () => {
      const load = vi.fn(async () => 'loaded');
      const began = performance.now();
      expect(await a.fetch('profile', '1', 300, load)).toBe('loaded');
      expect(await a.fetch('profile', '1', 300, load)).toBe('loaded');
      expect(await b.fetch('profile', '1', 300, load)).toBe('loaded');
      const kept = await one(b, '1');
      const before = load.mock.calls.length;
      if (performance.now() - began < 250) expect([kept, before]).toEqual(['loaded', 1]);
      await harness.elapse(400);
      expect(await a.fetch('profile', '1', 300, load)).toBe('loaded');
      expect(load).toHaveBeenCalledTimes(before + 1);
    });

    it('shares one load between twenty callers of one process', async () => {
      const answer = gate<string>();
      const load = vi.fn(() => answer.promise);
      const callers = Array.from({ length: 20 }, () => a.fetch('profile', '1', MINUTE, load));
      await vi.waitFor(() => expect(load).toHaveBeenCalled());
      answer.open('shared');
      expect(new Set(await Promise.all(callers))).toEqual(new Set(['shared']));
      expect(load).toHaveBeenCalledTimes(1);
    });

    it('passes a failed load on to all who wait for it and tries again next time', async () => {
      const failing = async () => {
        await turn();
        throw new Error('no row');
      };
      const callers = [a.fetch('profile', '1', MINUTE, failing), a.fetch('profile', '1', MINUTE, failing)];
      for (const caller of callers) await expect(caller).rejects.toThrow('no row');
      expect(await a.fetch('profile', '1', MINUTE, async () => 'better')).toBe('better');
      await vi.waitFor(async () => {
        await a.fetch('profile', '1', MINUTE, async () => 'better');
        expect(await one(b, '1')).toBe('better');
      });
    });

    for (const where of ['the loading node', 'another node'] as const)
      it(`does not store what was loaded before an invalidation on ${where}`, async () => {
        const answer = gate<string>();
        const load = vi.fn(() => answer.promise);
        const loading = a.fetch('profile', '1', MINUTE, load);
        await vi.waitFor(() => expect(load).toHaveBeenCalled());
        await (where === 'the loading node' ? a : b).invalidate('profile', ['1']);
        answer.open('stale');
        expect(await loading).toBe('stale');
        expect(await one(b, '1')).toBeUndefined();
        expect(await b.fetch('profile', '1', MINUTE, async () => 'fresh')).toBe('fresh');
        await vi.waitFor(async () => expect(await one(a, '1')).toBe('fresh'));
      });

    it('does not let a call after an invalidation join the load before it', async () => {
      const before = gate<string>();
      const load = vi.fn(() => before.promise);
      const stale = a.fetch('profile', '1', MINUTE, load);
      await vi.waitFor(() => expect(load).toHaveBeenCalled());
      await a.invalidate('profile', ['1']);
      const fresh = a.fetch('profile', '1', MINUTE, async () => 'fresh');
      expect(await fresh).toBe('fresh');
      before.open('stale');
      expect(await stale).toBe('stale');
      expect(await a.fetch('profile', '1', MINUTE, async () => 'fresh')).toBe('fresh');
    });

    it('still loads after it was closed, and throws nothing', async () => {
      await a.close();
      expect(await a.fetch('profile', '1', MINUTE, async () => 'x')).toBe('x');
      await a.invalidate('profile', ['1']);
      await put(a, '1', 'y');
      await a.close();
    });
  });
}
