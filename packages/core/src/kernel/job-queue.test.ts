import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createIds } from './ids.js';
import { createJobQueue } from './job-queue.js';
import { RETRY_BASE_MS, RETRY_MAX_MS, retryDelayMs } from './job-runner.js';
import type { JobContext, JobStore } from './jobs.js';
import { createMemoryDatabase } from './memory.js';
import { createFakeClock, type FakeClock, noTracer, silentLogger } from './runtime.js';
import { createMemoryJobStore, createMemoryJobWriter } from './stores.memory.js';

describe('the pause before a retry', () => {
  it('doubles from a second up to ten minutes, half of it random', () => {
    for (let attempt = 1; attempt < 30; attempt++) {
      const full = Math.min(RETRY_BASE_MS * 2 ** (attempt - 1), RETRY_MAX_MS);
      expect(retryDelayMs(attempt, () => 0)).toBe(Math.round(full / 2));
      expect(retryDelayMs(attempt, () => 0.999999)).toBeLessThanOrEqual(full);
      const drawn = retryDelayMs(attempt);
      expect(drawn).toBeGreaterThanOrEqual(full / 2);
      expect(drawn).toBeLessThanOrEqual(full);
    }
  });
});

describe('a job queue in this process', () => {
  let clock: FakeClock;
  let store: JobStore;
  let enqueue: (payload: unknown) => Promise<boolean>;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    clock = createFakeClock();
    const { session } = createMemoryDatabase();
    store = createMemoryJobStore({ session, clock });
    const writer = createMemoryJobWriter({ session, clock, ids: createIds({ clock, node: 0 }) });
    enqueue = (payload) => writer.enqueue('q', payload);
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const queueOn = (of: JobStore) =>
    createJobQueue({ store: of, clock, logger: silentLogger, tracer: noTracer });
  const leaseMs = 9000;

  it('keeps the lease of a long job, and tells its handler when it is lost', async () => {
    await enqueue('long');
    let context: JobContext | undefined;
    let finish = () => {};
    const queue = queueOn(store);
    const begun = new Promise<void>((resolve) => {
      queue.work(
        'q',
        (_, given) => {
          context = given;
          resolve();
          return new Promise((done) => {
            finish = done;
          });
        },
        { leaseMs },
      );
    });
    queue.start();
    await begun;
    for (let third = 0; third < 6; third++) {
      clock.advance(leaseMs / 3);
      await vi.advanceTimersByTimeAsync(leaseMs / 3);
    }
    expect(await store.claim('q', 1, leaseMs)).toEqual([]);
    expect(context?.signal.aborted).toBe(false);

    clock.advance(leaseMs);
    expect(await store.claim('q', 1, leaseMs)).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(leaseMs / 3);
    expect(context?.signal.aborted).toBe(true);
    finish();
    await queue.close();
    expect((await store.stats()).due).toBe(1);
  });

  it('finds by polling what no signal told of', async () => {
    const done: unknown[] = [];
    const queue = queueOn(store);
    queue.work('q', async ([job]) => void done.push(job?.payload));
    queue.start();
    await enqueue('silent');
    await vi.advanceTimersByTimeAsync(1000);
    await vi.waitFor(() => expect(done).toEqual(['silent']));
    await queue.close();
  });

  it('goes on after its store failed', async () => {
    let down = true;
    let lost = 0;
    const away = new Error('the database is away');
    const flaky: JobStore = {
      ...store,
      claim: (...args) => (down ? Promise.reject(away) : store.claim(...args)),
      acknowledge: (jobs) => (++lost === 1 ? Promise.reject(away) : store.acknowledge(jobs)),
    };
    const attempts: number[] = [];
    const queue = queueOn(flaky);
    queue.work('q', async ([job]) => void attempts.push(job?.attempt ?? 0));
    await enqueue('work');
    queue.start();
    await vi.advanceTimersByTimeAsync(3000);
    expect(attempts).toEqual([]);
    down = false;
    await vi.advanceTimersByTimeAsync(1000);
    await vi.waitFor(() => expect(lost).toBe(1));
    // Done, but its acknowledgement got lost: the lease brings it back, which is why handlers are idempotent.
    clock.advance(30_000);
    expect(await queue.idle()).toEqual({ due: 0, scheduled: 0, dead: 0 });
    expect(attempts).toEqual([1, 2]);
    await queue.close();
  });
});
