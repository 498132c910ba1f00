import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenBackend, SuiteBackend, SuiteHandle } from '../suite-backend.js';
import { createJobQueue, workSubscribers } from './job-queue.js';
import { RETRY_MAX_MS } from './job-runner.js';
import type { EnqueueOptions, Job, JobQueue, JobStore } from './jobs.js';
import type { Subscriber } from './outbox.js';
import { type Clock, noTracer, silentLogger } from './runtime.js';
import { gate, sampleEvent, samplePayload, sampleType } from './suite-samples.js';

/** An engine that works the jobs of a store. */
export interface JobEngine {
  readonly name: string;
  /** A queue of one process. The suite closes it. */
  create(deps: { readonly store: JobStore; readonly clock: Clock }): JobQueue | Promise<JobQueue>;
}

const ownEngine: JobEngine = {
  name: 'own engine',
  create: ({ store, clock }) => createJobQueue({ store, clock, logger: silentLogger, tracer: noTracer }),
};

/** The contract of {@link JobQueue}, over the jobs of a storage back-end. @param engine default: `createJobQueue` */
export function jobQueueSuite(backend: SuiteBackend, engine: JobEngine = ownEngine): void {
  describe(`JobQueue: ${engine.name} on ${backend.name}`, () => {
    let open: OpenBackend;
    let queues: JobQueue[];
    beforeEach(async () => {
      open = await backend.open();
      queues = [];
    });
    afterEach(async () => {
      await Promise.all(queues.map((queue) => queue.close()));
      await open.close();
    });

    const start = async (handle: SuiteHandle, register: (queue: JobQueue) => void): Promise<JobQueue> => {
      const queue = await engine.create({ store: handle.jobs, clock: open.clock });
      queues.push(queue);
      handle.onCommit(() => queue.signal());
      register(queue);
      queue.start();
      return queue;
    };
    const enqueue = (payloads: readonly unknown[], options?: EnqueueOptions, queue = 'q') =>
      open.a.unitOfWork.transact(async ({ jobs }) => {
        for (const payload of payloads) await jobs.enqueue(queue, payload, options);
      });
    const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
    const NOTHING = { due: 0, scheduled: 0, dead: 0 };

    it('handles what was enqueued before the start and after it, each once', async () => {
      const seen: Job[] = [];
      await enqueue(numbers(5));
      const queue = await start(open.a, (worker) =>
        worker.work('q', async ([job]) => void seen.push(job as Job)),
      );
      await enqueue([5, 6], { maxAttempts: 3 });
      expect(await queue.idle()).toEqual(NOTHING);
      expect(seen.map(({ payload }) => payload).sort()).toEqual(numbers(7));
      expect(seen.every(({ attempt, queue: name }) => attempt === 1 && name === 'q')).toBe(true);
      expect(seen.filter(({ maxAttempts }) => maxAttempts === 3)).toHaveLength(2);
    });

    it('does nothing before its start', async () => {
      const queue = await engine.create({ store: open.a.jobs, clock: open.clock });
      queues.push(queue);
      let runs = 0;
      queue.work('q', async () => void runs++);
      await enqueue([1]);
      queue.signal();
      expect((await open.a.jobs.stats()).due).toBe(1);
      expect(runs).toBe(0);
      queue.start();
      expect(await queue.idle()).toEqual(NOTHING);
      expect(runs).toBe(1);
    });

    it('is idle at once when there is nothing', async () => {
      const queue = await start(open.a, () => {});
      expect(await queue.idle()).toEqual(NOTHING);
    });

    it('takes one handler a queue', async () => {
      await start(open.a, (queue) => {
        queue.work('q', async () => {});
        expect(() => queue.work('q', async () => {})).toThrow(TypeError);
        queue.work('other', async () => {});
      });
    });

    it('hands batches to a handler, and fails single jobs of one', async () => {
      const sizes: number[] = [];
      let refused = 0;
      await enqueue(numbers(10));
      const queue = await start(open.a, (worker) =>
        worker.work(
          'q',
          async (jobs, { fail }) => {
            sizes.push(jobs.length);
            for (const job of jobs)
              if (job.payload === 3) {
                refused++;
                fail(job, new Error('not this one'));
              }
          },
          { batch: 4, concurrency: 2 },
        ),
      );
      expect(await queue.idle()).toEqual({ due: 0, scheduled: 1, dead: 0 });
      expect(Math.max(...sizes)).toBeLessThanOrEqual(4);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(10);
      expect(refused).toBe(1);
    });

    it('runs at most `concurrency` handlers side by side', async () => {
      let running = 0;
      let most = 0;
      const queue = await start(open.a, (worker) =>
        worker.work(
          'q',
          async () => {
            most = Math.max(most, ++running);
            await new Promise(setImmediate);
            running--;
          },
          { concurrency: 3 },
        ),
      );
      await enqueue(numbers(30));
      expect(await queue.idle()).toEqual(NOTHING);
      expect(most).toBeLessThanOrEqual(3);
    });

    it('tries a failed job again later, each time later, and buries it after its attempts', async () => {
      const attempts: number[] = [];
      await enqueue(['poison'], { maxAttempts: 3 });
      const queue = await start(open.a, (worker) =>
        worker.work('q', async ([job]) => {
          attempts.push(job?.attempt ?? 0);
          throw new Error(`failed at ${job?.attempt}`);
        }),
      );
      expect(await queue.idle()).toEqual({ due: 0, scheduled: 1, dead: 0 });
      for (const expected of [
        { due: 0, scheduled: 1, dead: 0 },
        { due: 0, scheduled: 0, dead: 1 },
      ]) {
        open.clock.advance(RETRY_MAX_MS);
        expect(await queue.idle()).toEqual(expected);
      }
      expect(attempts).toEqual([1, 2, 3]);
      const [dead] = await open.b.jobs.dead({ limit: 10 });
      expect(dead).toMatchObject({
        queue: 'q',
        payload: 'poison',
        attempts: 3,
        lastError: 'Error: failed at 3',
      });

      await open.b.jobs.replay([dead?.id ?? '']);
      expect(await queue.idle()).toEqual({ due: 0, scheduled: 1, dead: 0 });
      expect(attempts).toEqual([1, 2, 3, 1]);
    });

    it('does not let a poison job hold up the others', async () => {
      const done: unknown[] = [];
      await enqueue(['poison', ...numbers(5)]);
      const queue = await start(open.a, (worker) =>
        worker.work(
          'q',
          async ([job]) => {
            if (job?.payload === 'poison') throw new Error('no');
            done.push(job?.payload);
          },
          { concurrency: 1 },
        ),
      );
      expect(await queue.idle()).toEqual({ due: 0, scheduled: 1, dead: 0 });
      expect(done).toEqual(numbers(5));
    });

    it('runs a scheduled job when its time comes, and is idle until then', async () => {
      const done: unknown[] = [];
      const queue = await start(open.a, (worker) =>
        worker.work('q', async ([job]) => void done.push(job?.payload)),
      );
      await enqueue(['later'], { runAt: open.clock.now() + 5000 });
      expect(await queue.idle()).toEqual({ due: 0, scheduled: 1, dead: 0 });
      expect(done).toEqual([]);
      open.clock.advance(5000);
      expect(await queue.idle()).toEqual(NOTHING);
      expect(done).toEqual(['later']);
    });

    it('says that it is not idle when nobody works a queue', async () => {
      const queue = await start(open.a, () => {});
      await enqueue([1], {}, 'unattended');
      await expect(queue.idle(100)).rejects.toMatchObject({ code: 'jobs.not_idle', category: 'timeout' });
    });

    it('shares the work among processes: every job once', async () => {
      const done: [string, unknown][] = [];
      await enqueue(numbers(40));
      const worker = (name: string) => (queue: JobQueue) =>
        queue.work('q', async ([job]) => {
          await new Promise(setImmediate);
          done.push([name, job?.payload]);
        });
      const [one, two] = [await start(open.a, worker('a')), await start(open.b, worker('b'))];
      await enqueue(numbers(80).slice(40));
      expect(await one.idle()).toEqual(NOTHING);
      expect(await two.idle()).toEqual(NOTHING);
      expect(done.map(([, payload]) => Number(payload)).sort((x, y) => x - y)).toEqual(numbers(80));
    });

    it('waits in idle for what another process is running', async () => {
      const [begun, finish] = [gate(), gate()];
      await enqueue(['slow']);
      await start(open.a, (worker) =>
        worker.work('q', async () => {
          begun.open();
          await finish.opened;
        }),
      );
      const watcher = await start(open.b, () => {});
      await begun.opened;
      await expect(watcher.idle(50)).rejects.toMatchObject({ code: 'jobs.not_idle' });
      finish.open();
      expect(await watcher.idle()).toEqual(NOTHING);
    });

    it('lets another worker take over when a lease ran out; what the late one says counts for nothing', async () => {
      const [begun, finish] = [gate(), gate()];
      const runs: [string, number][] = [];
      await enqueue(['work']);
      // One at a time: the late worker cannot take its own job over.
      const late = await start(open.a, (worker) =>
        worker.work(
          'q',
          async ([job]) => {
            runs.push(['late', job?.attempt ?? 0]);
            begun.open();
            await finish.opened;
            throw new Error('too late');
          },
          { concurrency: 1 },
        ),
      );
      await begun.opened;
      open.clock.advance(30_000);
      const prompt = await start(open.b, (worker) =>
        worker.work('q', async ([job]) => void runs.push(['prompt', job?.attempt ?? 0])),
      );
      expect(await prompt.idle()).toEqual(NOTHING);
      finish.open();
      expect(await late.idle()).toEqual(NOTHING);
      expect(runs).toEqual([
        ['late', 1],
        ['prompt', 2],
      ]);
    });

    it('waits at its close for what runs, starts nothing new, and leaves the rest for others', async () => {
      const [begun, finish] = [gate(), gate()];
      const done: unknown[] = [];
      await enqueue(numbers(3));
      const queue = await start(open.a, (worker) =>
        worker.work(
          'q',
          async ([job]) => {
            begun.open();
            await finish.opened;
            done.push(job?.payload);
          },
          { concurrency: 1 },
        ),
      );
      await begun.opened;
      const closing = queue.close();
      finish.open();
      await closing;
      expect(done).toEqual([0]);
      // A job that was claimed but never begun comes back with its lease at the latest.
      open.clock.advance(30_000);
      const next = await start(open.b, (worker) =>
        worker.work('q', async ([job]) => void done.push(job?.payload)),
      );
      expect(await next.idle()).toEqual(NOTHING);
      expect(done.sort()).toEqual(numbers(3));
    });

    it('aborts at its close what runs for longer than the grace', async () => {
      const begun = gate();
      let aborted = false;
      await enqueue(['endless']);
      const queue = await start(open.a, (worker) =>
        worker.work('q', async (_, { signal }) => {
          begun.open();
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          aborted = true;
          throw signal.reason;
        }),
      );
      await begun.opened;
      await queue.close(20);
      expect(aborted).toBe(true);
      const stats = await open.a.jobs.stats();
      expect(stats.due + stats.scheduled).toBe(1);
    });

    it('delivers events to subscribers independently of each other', async () => {
      const got: Record<string, unknown[]> = { steady: [], failing: [] };
      const subscriber = (name: string, fails: boolean): Subscriber => ({
        name: `suite.${name}`,
        types: [sampleType('happened')],
        async handle(event, { attempt, signal }) {
          got[name]?.push([samplePayload(event).n, attempt, signal.aborted]);
          if (fails && attempt === 1) throw new Error('first time');
        },
      });
      const subscribers = [subscriber('steady', false), subscriber('failing', true)];
      for (const { name, types } of subscribers) await open.a.subscriptions.subscribe(name, types);
      const queue = await start(open.a, (worker) => workSubscribers(worker, subscribers));
      await open.b.unitOfWork.transact(({ outbox }) => outbox.append(sampleEvent('happened', { n: 7 })));
      expect(await queue.idle()).toEqual({ due: 0, scheduled: 1, dead: 0 });
      expect(got.steady).toEqual([[7, 1, false]]);
      open.clock.advance(RETRY_MAX_MS);
      expect(await queue.idle()).toEqual(NOTHING);
      expect(got).toEqual({
        steady: [[7, 1, false]],
        failing: [
          [7, 1, false],
          [7, 2, false],
        ],
      });
    });
  });
}
