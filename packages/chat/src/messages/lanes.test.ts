import { describe, expect, it } from 'vitest';
import { createLanes, type Outcome } from './lanes.js';

const done = <T>(value: T): Outcome<T> => ({ ok: true, value });

describe('lanes', () => {
  it('do together what is asked for in one turn, and the rest behind it', async () => {
    const batches: string[][] = [];
    const lanes = createLanes<string, string>({
      lanes: 4,
      batch: 3,
      keyOf: (command) => command,
      async work(commands) {
        batches.push([...commands]);
        return commands.map(done);
      },
    });
    const names = ['a', 'b', 'c', 'd', 'e'];
    expect(await Promise.all(names.map((name) => lanes.put(name)))).toEqual(names);
    expect(batches).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
  });

  it('try each alone when they cannot be done together, so that one harms no other', async () => {
    const lanes = createLanes<number, number>({
      lanes: 1,
      batch: 10,
      keyOf: String,
      async work(commands) {
        if (commands.includes(3)) throw new Error('three');
        return commands.map(
          (command): Outcome<number> =>
            command === 2 ? { ok: false, error: new Error('two') } : done(command),
        );
      },
    });
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map((command) => lanes.put(command)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  });

  it('start beside a batch that is held up, but never with a key that runs, and keep its order', async () => {
    const order: string[] = [];
    let free!: () => void;
    const held = new Promise<void>((resolve) => {
      free = resolve;
    });
    const lanes = createLanes<string, string>({
      lanes: 2,
      batch: 10,
      patienceMs: 1,
      keyOf: (command) => command[0] ?? '',
      async work(commands) {
        if (commands.includes('a1')) await held;
        order.push(...commands);
        return commands.map(done);
      },
    });
    const first = lanes.put('a1');
    await new Promise(setImmediate);
    const second = lanes.put('a2');
    await lanes.put('b1');
    expect(order).toEqual(['b1']);
    free();
    await Promise.all([first, second]);
    expect(order).toEqual(['b1', 'a1', 'a2']);
  });
});
