import type { SuiteBackend } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DiscoverySuiteHandle } from '../../ranking/store.suite.js';
import type { ModelStore } from './store.js';

/** The contract of {@link ModelStore}. */
export function modelStoreSuite(backend: SuiteBackend<DiscoverySuiteHandle>): void {
  describe(`ModelStore: ${backend.name}`, () => {
    let open: Awaited<ReturnType<typeof backend.open>>;
    let a: ModelStore;
    let b: ModelStore;
    beforeEach(async () => {
      open = await backend.open();
      [a, b] = [open.a.discovery.models, open.b.discovery.models];
    });
    afterEach(() => open.close());

    it('knows no model at first', async () => {
      expect(await a.active('people')).toBeNull();
      expect(await a.vectors('people', '1', 'users')).toEqual({ ids: [], values: new Float32Array() });
    });

    it('gives the shards of one side back in order, bit by bit', async () => {
      const version = open.ids.next();
      const second = { ids: ['żółw 🐢', '7'], values: Float32Array.of(0.1, -2, 3e-30, 4) };
      const first = { ids: ['1'], values: Float32Array.of(1, Math.PI) };
      await a.putVectors('people', version, 'items', 1, second);
      await a.putVectors('people', version, 'items', 0, { ids: ['9'], values: Float32Array.of(9, 9) });
      await a.putVectors('people', version, 'items', 0, first);
      await a.putVectors('people', version, 'users', 0, first);
      const read = await b.vectors('people', version, 'items');
      expect(read.ids).toEqual(['1', 'żółw 🐢', '7']);
      expect([...read.values]).toEqual([...first.values, ...second.values]);
      expect((await b.vectors('people', version, 'users')).ids).toEqual(['1']);
    });

    it('uses one version at a time and keeps the one before it', async () => {
      const versions = Array.from({ length: 4 }, () => open.ids.next());
      for (const [n, version] of versions.entries()) {
        await a.putVectors('people', version, 'users', 0, { ids: ['1'], values: Float32Array.of(n) });
        const model = { kind: 'people', version, factors: 1, recall: 0.25 };
        await a.activate(model);
        await b.activate(model);
        expect(await b.active('people')).toEqual(model);
      }
      await a.activate({ kind: 'items.books', version: versions[0] ?? '', factors: 1, recall: 0 });
      const held = await Promise.all(versions.map((version) => b.vectors('people', version, 'users')));
      expect(held.map(({ ids }) => ids.length)).toEqual([0, 0, 1, 1]);
      expect((await a.active('people'))?.version).toBe(versions[3]);
    });
  });
}
