import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenBackend, SuiteBackend, SuiteHandle } from '../suite-backend.js';
import { compareIds } from './ids.js';
import type { EnqueueOptions, Job } from './jobs.js';
import { NO_RACES, RACERS, race } from './suite-samples.js';

const LEASE_MS = 30_000;

/** The contracts of {@link import('./jobs.js').JobWriter} and {@link import('./jobs.js').JobStore}. */
export function jobsSuite(backend: SuiteBackend): void {
  describe(`JobStore: ${backend.name}`, () => {
    let open: OpenBackend;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const enqueue = (payload: unknown, options?: EnqueueOptions, queue = 'q', handle: SuiteHandle = open.a) =>
      handle.unitOfWork.transact(({ jobs }) => jobs.enqueue(queue, payload, options));
    const claim = (limit = 10, handle: SuiteHandle = open.a, queue = 'q') =>
      handle.jobs.claim(queue, limit, LEASE_MS);
    const payloads = (jobs: readonly Job[]) => jobs.map(({ payload }) => payload);
    const one = async () => (await claim(1))[0] as Job;
    const kill = async (payload: unknown) => {
      await enqueue(payload);
      await open.a.jobs.fail(await one(), 'gone', null);
    };

    it('has nothing to claim when empty', async () => {
      expect(await claim()).toEqual([]);
      expect(await open.a.jobs.stats()).toEqual({ due: 0, scheduled: 0, dead: 0 });
      expect(await open.a.jobs.acknowledge([])).toBe(0);
      expect(await open.a.jobs.extend([], LEASE_MS)).toEqual([]);
      expect(await open.a.jobs.replay([])).toBe(0);
      expect(await open.a.jobs.dead({ limit: 10 })).toEqual([]);
    });

    it('hands a job to one claimer with its payload, and takes the acknowledgement from either handle', async () => {
      await enqueue({ id: '3561234567890123456', text: 'ż 🐢', list: [1, null] }, { maxAttempts: 3 });
      const [job] = await claim(10, open.a);
      expect(job).toMatchObject({
        queue: 'q',
        key: null,
        attempt: 1,
        maxAttempts: 3,
        payload: { id: '3561234567890123456', text: 'ż 🐢', list: [1, null] },
      });
      expect(await claim(10, open.b)).toEqual([]);
      expect(await open.b.jobs.acknowledge([job as Job])).toBe(1);
      expect(await open.a.jobs.stats()).toEqual({ due: 0, scheduled: 0, dead: 0 });
    });

    it('claims only of its queue, oldest time first and by id among ties, up to the limit', async () => {
      const now = open.clock.now();
      await enqueue('late', { runAt: now - 1 });
      await enqueue('early', { runAt: now - 1000 });
      await enqueue('tie', { runAt: now - 1 });
      await enqueue('elsewhere', { runAt: now - 5000 }, 'other');
      expect(payloads(await claim(2))).toEqual(['early', 'late']);
      expect(payloads(await claim(2))).toEqual(['tie']);
    });

    it('keeps a job back until its time has come', async () => {
      await enqueue('later', { runAt: open.clock.now() + 1000 });
      expect(await claim()).toEqual([]);
      expect(await open.a.jobs.stats()).toEqual({ due: 0, scheduled: 1, dead: 0 });
      open.clock.advance(1000);
      expect(await open.a.jobs.stats()).toEqual({ due: 1, scheduled: 0, dead: 0 });
      expect(payloads(await claim())).toEqual(['later']);
    });

    it('counts a claimed job as due, whatever its lease, per queue and over all', async () => {
      await enqueue(1);
      await enqueue(2, {}, 'other');
      await claim();
      expect(await open.b.jobs.stats()).toEqual({ due: 2, scheduled: 0, dead: 0 });
      expect(await open.b.jobs.stats('q')).toEqual({ due: 1, scheduled: 0, dead: 0 });
      expect(await open.b.jobs.stats('nothing')).toEqual({ due: 0, scheduled: 0, dead: 0 });
    });

    it('gives a job to another worker when its lease ran out, and fences the late one', async () => {
      await enqueue('work');
      const late = await one();
      open.clock.advance(LEASE_MS);
      const [next] = await claim(1, open.b);
      expect(next).toMatchObject({ id: late.id, attempt: 2 });
      expect(next?.token).not.toBe(late.token);
      expect(await open.a.jobs.acknowledge([late])).toBe(0);
      expect(await open.a.jobs.extend([late], LEASE_MS)).toEqual([]);
      expect(await open.a.jobs.fail(late, 'late', null)).toBe(false);
      expect(await open.a.jobs.fail(late, 'late', open.clock.now())).toBe(false);
      expect((await open.a.jobs.stats()).due).toBe(1);
      expect(await open.b.jobs.acknowledge([next as Job])).toBe(1);
    });

    it('keeps a lease that is extended', async () => {
      await enqueue('long');
      const job = await one();
      open.clock.advance(LEASE_MS - 1);
      expect(await open.a.jobs.extend([job], LEASE_MS)).toEqual([job.id]);
      open.clock.advance(LEASE_MS - 1);
      expect(await claim(1, open.b)).toEqual([]);
      open.clock.advance(1);
      expect(await claim(1, open.b)).toHaveLength(1);
    });

    it('acknowledges many at once, and only those that are still held', async () => {
      for (let n = 0; n < 5; n++) await enqueue(n);
      const jobs = await claim();
      await open.a.jobs.acknowledge([jobs[0] as Job]);
      expect(await open.a.jobs.acknowledge(jobs)).toBe(4);
      expect(await open.a.jobs.acknowledge(jobs)).toBe(0);
    });

    it('gives a failed job back for its retry', async () => {
      await enqueue('flaky');
      const job = await one();
      expect(await open.a.jobs.fail(job, 'boom', open.clock.now() + 500)).toBe(true);
      expect(await open.a.jobs.acknowledge([job])).toBe(0);
      expect(await open.a.jobs.stats()).toEqual({ due: 0, scheduled: 1, dead: 0 });
      open.clock.advance(500);
      expect(await one()).toMatchObject({ id: job.id, attempt: 2 });
    });

    it('buries a job that used up its attempts, and replays it with fresh ones', async () => {
      await enqueue({ n: 1 }, { maxAttempts: 2 });
      const job = await one();
      expect(await open.a.jobs.fail(job, 'boom 🐢\u0000', null)).toBe(true);
      expect(await open.a.jobs.fail(job, 'again', null)).toBe(false);
      expect(await open.a.jobs.stats()).toEqual({ due: 0, scheduled: 0, dead: 1 });
      open.clock.advance(LEASE_MS * 100);
      expect(await claim()).toEqual([]);
      const [dead] = await open.b.jobs.dead({ limit: 10 });
      expect(dead).toMatchObject({ id: job.id, queue: 'q', payload: { n: 1 }, attempts: 1 });
      expect(dead?.lastError).toContain('boom 🐢');
      expect(dead?.deadAt).toBeLessThan(open.clock.now());
      expect(await open.b.jobs.replay([job.id, '1'])).toBe(1);
      expect(await open.b.jobs.replay([job.id])).toBe(0);
      expect(await open.b.jobs.dead({ limit: 10 })).toEqual([]);
      expect(await one()).toMatchObject({ id: job.id, attempt: 1, maxAttempts: 2 });
    });

    it('lists dead letters newest first, in pages, per queue', async () => {
      for (let n = 0; n < 5; n++) await kill(n);
      const first = await open.a.jobs.dead({ limit: 2 });
      await kill(5);
      const rest = await open.a.jobs.dead({ limit: 10, after: first[1]?.id ?? '' });
      expect([...first, ...rest].map(({ payload }) => payload)).toEqual([4, 3, 2, 1, 0]);
      const ids = [...first, ...rest].map(({ id }) => id);
      expect(ids).toEqual([...ids].sort(compareIds).reverse());
      expect(await open.a.jobs.dead({ queue: 'other', limit: 10 })).toEqual([]);
      expect(await open.a.jobs.dead({ queue: 'q', limit: 10 })).toHaveLength(6);
    });

    it('enqueues a live key once, per queue', async () => {
      expect(await enqueue(1, { key: 'k' })).toBe(true);
      expect(await enqueue(2, { key: 'k' })).toBe(false);
      expect(await enqueue(3, { key: 'k' }, 'other')).toBe(true);
      expect(await enqueue(4, { key: 'l' })).toBe(true);
      const jobs = await claim();
      expect(payloads(jobs)).toEqual([1, 4]);
      expect(jobs.map(({ key }) => key)).toEqual(['k', 'l']);
      expect(await enqueue(5, { key: 'k' })).toBe(false);
      await open.a.jobs.acknowledge(jobs);
      expect(await enqueue(6, { key: 'k' })).toBe(true);
    });

    it('does not let a dead letter hold its key, nor its replay take it', async () => {
      await enqueue(1, { key: 'k' });
      const job = await one();
      await open.a.jobs.fail(job, 'boom', null);
      expect(await enqueue(2, { key: 'k' })).toBe(true);
      expect(await open.a.jobs.replay([job.id])).toBe(1);
      expect(payloads(await claim()).sort()).toEqual([1, 2]);
    });

    it('cancels a live job by its key unless somebody has claimed it', async () => {
      const cancel = (key: string) => open.a.unitOfWork.transact(({ jobs }) => jobs.cancel('q', key));
      await enqueue(1, { key: 'k', runAt: open.clock.now() + 1000 });
      expect(await cancel('other')).toBe(false);
      expect(await cancel('k')).toBe(true);
      expect(await cancel('k')).toBe(false);
      await enqueue(2, { key: 'k' });
      await claim();
      expect(await cancel('k')).toBe(false);
      expect((await open.a.jobs.stats()).due).toBe(1);
    });

    it('takes 64 KiB of payload and no more', async () => {
      const text = 'ż'.repeat(32 * 1024 - 1);
      expect(await enqueue(text)).toBe(true);
      await expect(enqueue(`${text}ż`)).rejects.toMatchObject({
        code: 'job.too_large',
        category: 'too_large',
      });
      expect(payloads(await claim())).toEqual([text]);
    });

    const racing = (title: string, test: () => Promise<void>) =>
      backend.concurrent ? it(title, test) : it.skip(`${title} ${NO_RACES}`, test);

    racing(`gives each job to one of ${RACERS} claimers`, async () => {
      await open.a.unitOfWork.transact(async ({ jobs }) => {
        for (let n = 0; n < 100; n++) await jobs.enqueue('q', n);
      });
      const claims = await race(RACERS, [open.a, open.b], (handle) => claim(10, handle));
      const got = claims.flat();
      expect(got.length).toBe(100);
      expect(new Set(got.map(({ id }) => id)).size).toBe(100);
      const acknowledged = await race(RACERS, [open.a, open.b], (handle) => handle.jobs.acknowledge(got));
      expect(acknowledged.reduce((sum, count) => sum + count, 0)).toBe(100);
    });

    racing(`enqueues one key once when ${RACERS} come with it`, async () => {
      const written = await race(RACERS, [open.a, open.b], (handle, n) =>
        enqueue(n, { key: 'k' }, 'q', handle),
      );
      expect(written.filter(Boolean)).toHaveLength(1);
      expect((await open.a.jobs.stats()).due).toBe(1);
    });

    racing('lets a cancel and a claim win only once', async () => {
      for (let round = 0; round < 10; round++) {
        await enqueue(round, { key: 'k' });
        const [cancelled, claimed] = await Promise.all([
          open.a.unitOfWork.transact(({ jobs }) => jobs.cancel('q', 'k')),
          claim(1, open.b),
        ]);
        expect(Number(cancelled) + claimed.length).toBe(1);
        await open.b.jobs.acknowledge(claimed);
      }
    });
  });
}
