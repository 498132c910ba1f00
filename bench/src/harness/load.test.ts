import { describe, expect, it } from 'vitest';
import { closedLoop, inFlight } from './load.js';

describe('load', () => {
  it('runs every task once, with no more under way than allowed', async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await inFlight(Array.from({ length: 20 }).keys(), 3, async (task) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      done.push(task);
    });
    expect(most).toBe(3);
    expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }).map((_, n) => n));
  });

  it('counts calls of all callers and orders their times', async () => {
    const indices: number[] = [];
    const { perSecond, p50, p99 } = await closedLoop(0.05, 4, async (index) => {
      indices.push(index);
      await new Promise((resolve) => setTimeout(resolve, 1));
    });
    expect(new Set(indices).size).toBe(indices.length);
    expect(perSecond).toBeGreaterThan(0);
    expect(p99).toBeGreaterThanOrEqual(p50);
  });

  it('fails when a call fails', async () => {
    const failing = closedLoop(0.05, 1, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    await expect(closedLoop(0.01, 1, async () => {})).resolves.toBeDefined();
  });
});
