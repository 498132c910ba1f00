import { describe, expect, it } from 'vitest';
import { createBatch } from './batch.js';
import { gate } from './suite-samples.js';

describe('questions put together', () => {
  it('are one when they come in one turn, each with its own answer', async () => {
    const asked: number[][] = [];
    const square = createBatch(async (all: readonly number[]) => {
      asked.push([...all]);
      return all.map((n) => n * n);
    });
    expect(await Promise.all([1, 2, 3].map(square))).toEqual([1, 4, 9]);
    expect(await square(4)).toBe(16);
    expect(asked).toEqual([[1, 2, 3], [4]]);
  });

  it('wait for a free lane, and are then asked together', async () => {
    const sizes: number[] = [];
    const door = gate();
    const ask = createBatch(async (all: readonly number[]) => {
      sizes.push(all.length);
      if (sizes.length <= 2) await door.opened;
      return all;
    });
    const answers: Promise<number>[] = [];
    for (let n = 0; n < 50; n++) {
      answers.push(ask(n));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sizes).toEqual([1, 1]);
    door.open();
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(sizes).toEqual([1, 1, 48]);
  });

  it('are at most a thousand', async () => {
    const sizes: number[] = [];
    const ask = createBatch(async (all: readonly number[]) => {
      sizes.push(all.length);
      return all;
    });
    await Promise.all(Array.from({ length: 2500 }, (_, n) => ask(n)));
    expect(sizes).toEqual([1000, 1000, 500]);
  });

  it('fail together, and the next ones do not', async () => {
    let broken = true;
    const ask = createBatch(async (all: readonly number[]) => {
      if (broken) throw new Error('down');
      return all;
    });
    const [one, two] = [ask(1), ask(2)];
    await expect(one).rejects.toThrow('down');
    await expect(two).rejects.toThrow('down');
    broken = false;
    expect(await ask(3)).toBe(3);
  });
});
