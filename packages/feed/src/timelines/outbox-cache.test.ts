import { describe, expect, it } from 'vitest';
import { mergeSources } from './merge.js';
import { createOutboxCache } from './outbox-cache.js';
import type { Outbox } from './store.js';

const id = (n: number) => String(1_000_000 + n);
const outbox = (newest: number, count: number, more = false): Outbox => ({
  ids: Array.from({ length: count }, (_, i) => id(newest - i)),
  more,
});

describe('the outbox cache', () => {
  const open = (load: (keys: readonly string[]) => Promise<ReadonlyMap<string, Outbox>>) => {
    let now = 0;
    const loads: string[][] = [];
    const wait = (ms: number) => {
      now += ms;
    };
    const cache = createOutboxCache(
      async (keys) => {
        loads.push([...keys]);
        return load(keys);
      },
      { depth: 3, ttlMs: 100, max: 3, now: () => now },
    );
    return { cache, loads, wait };
  };

  it('loads what it does not hold by one batch, once for all who ask', async () => {
    const { cache, loads } = open(async () => new Map([['a', outbox(5, 3, true)]]));
    const [first, second] = await Promise.all([cache.read(['a', 'b']), cache.read(['b', 'a'])]);
    expect(loads).toEqual([['a', 'b']]);
    expect(first?.map(({ floor }) => floor)).toEqual([id(3), '0']);
    expect(second?.[1]?.ids).toEqual([id(5), id(4), id(3)]);
    await cache.read(['a', 'b']);
    expect(loads).toHaveLength(1);
  });

  it('takes what is published, in order, and moves its floor when it is full', async () => {
    const { cache } = open(async () => new Map([['a', outbox(5, 2)]]));
    await cache.read(['a']);
    cache.add('a', id(9));
    cache.add('a', id(7));
    cache.add('a', id(9));
    expect(await cache.read(['a'])).toMatchObject([{ ids: [id(9), id(7), id(5)], floor: id(5) }]);
    cache.add('a', id(1));
    expect((await cache.read(['a']))[0]?.ids).toEqual([id(9), id(7), id(5)]);
  });

  it('keeps what is published while it loads', async () => {
    let finish = (_: ReadonlyMap<string, Outbox>) => {};
    const { cache } = open(() => new Promise((resolve) => (finish = resolve)));
    const reading = cache.read(['a']);
    cache.add('a', id(9));
    finish(new Map([['a', outbox(5, 1)]]));
    expect((await reading)[0]?.ids).toEqual([id(9), id(5)]);
  });

  it('reads again after a while, after a gap, and after a failure', async () => {
    let fails = false;
    const { cache, loads, wait } = open(async () => {
      if (fails) throw new Error('down');
      return new Map([['a', outbox(5, 1)]]);
    });
    await cache.read(['a']);
    wait(100);
    await cache.read(['a']);
    cache.clear();
    fails = true;
    await expect(cache.read(['a'])).rejects.toThrow('down');
    fails = false;
    await cache.read(['a']);
    expect(loads).toHaveLength(4);
  });

  it('does not keep what was loaded across a gap', async () => {
    let finish = (_: ReadonlyMap<string, Outbox>) => {};
    const { cache, loads } = open(() => new Promise((resolve) => (finish = resolve)));
    const reading = cache.read(['a']);
    cache.clear();
    finish(new Map([['a', outbox(5, 1)]]));
    expect((await reading)[0]?.ids).toEqual([id(5)]);
    void cache.read(['a']);
    expect(loads).toHaveLength(2);
  });

  it('holds a bounded number of outboxes', async () => {
    const { cache, loads } = open(async () => new Map());
    for (const key of ['a', 'b', 'c', 'd', 'a']) await cache.read([key]);
    expect(loads).toEqual([['a'], ['b'], ['c'], ['d'], ['a']]);
  });
});

describe('merging sources', () => {
  it('goes down to the newest floor and no further', () => {
    const merged = mergeSources(
      [
        { ids: [id(9), id(7), id(2)], floor: '0' },
        { ids: [id(8), id(5)], floor: id(5) },
        { ids: [id(9), id(4)], floor: '0' },
      ],
      null,
    );
    expect(merged).toEqual({ ids: [id(9), id(8), id(7), id(5)], floor: id(5) });
  });

  it('leaves out what is not below the position', () => {
    expect(mergeSources([{ ids: [id(9), id(7)], floor: '0' }], id(9)).ids).toEqual([id(7)]);
    expect(mergeSources([], null)).toEqual({ ids: [], floor: '0' });
  });
});
