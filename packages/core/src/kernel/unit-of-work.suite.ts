import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenBackend, SuiteBackend } from '../suite-backend.js';
import { systemActor } from './actor.js';
import { SocialError } from './errors.js';
import type { AnyEvent } from './events.js';
import type { Outbox } from './outbox.js';
import { gate, NO_RACES, RACERS, race, sampleEvent, samplePayload, sampleType } from './suite-samples.js';

const MONTH_MS = 31 * 24 * 60 * 60_000;
const SUBJECT = { kind: 'sample', id: '7' };

/** The contract of {@link import('./unit-of-work.js').UnitOfWork} and of the row locks it hands out. */
export function unitOfWorkSuite(backend: SuiteBackend): void {
  describe(`UnitOfWork: ${backend.name}`, () => {
    let open: OpenBackend;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const racing = backend.concurrent ? it : it.skip;
    const raceTitle = (title: string) => (backend.concurrent ? title : `${title} ${NO_RACES}`);

    it('returns what the work returns', async () => {
      expect(await open.a.unitOfWork.transact(async () => ({ answer: 42 }))).toEqual({ answer: 42 });
    });

    it('makes everything written visible to the other handle after the commit', async () => {
      await open.b.subscriptions.subscribe('suite', [sampleType('happened')]);
      await open.a.unitOfWork.transact(async ({ outbox, jobs, audit }) => {
        await outbox.append(sampleEvent('happened'));
        await jobs.enqueue('suite.jobs', { n: 1 });
        await audit.append({ actor: systemActor('suite'), action: 'suite.act', subject: SUBJECT });
      });
      expect(await open.b.jobs.stats()).toEqual({ due: 2, scheduled: 0, dead: 0 });
      expect(await open.b.readers.audit.bySubject(SUBJECT, { limit: 10 })).toHaveLength(1);
    });

    it('undoes every write when the work throws, and lets the error through unchanged', async () => {
      await open.a.subscriptions.subscribe('suite', [sampleType('happened')]);
      for (const error of [new SocialError('conflict', 'sample.refused', 'no'), new TypeError('a bug')]) {
        const failed = open.a.unitOfWork.transact(async ({ outbox, jobs, audit, idempotency }) => {
          await outbox.append(sampleEvent('happened'));
          await jobs.enqueue('suite.jobs', { n: 1 }, { key: 'k' });
          await audit.append({ actor: systemActor('suite'), action: 'suite.act', subject: SUBJECT });
          await idempotency.claim('1', 'suite.act', 'key');
          await idempotency.record(
            '1',
            'suite.act',
            'key',
            { fingerprint: 'f', result: '1' },
            Number.MAX_SAFE_INTEGER,
          );
          throw error;
        });
        await expect(failed).rejects.toBe(error);
      }
      expect(await open.b.jobs.stats()).toEqual({ due: 0, scheduled: 0, dead: 0 });
      expect(await open.b.readers.audit.bySubject(SUBJECT, { limit: 10 })).toEqual([]);
      const known = await open.b.unitOfWork.transact(({ idempotency }) =>
        idempotency.claim('1', 'suite.act', 'key'),
      );
      expect(known).toBeNull();
    });

    it('works again after a failure', async () => {
      await expect(
        open.a.unitOfWork.transact(async () => {
          throw new Error('once');
        }),
      ).rejects.toThrow('once');
      await open.a.unitOfWork.transact(({ jobs }) => jobs.enqueue('suite.jobs', {}));
      expect((await open.a.jobs.stats()).due).toBe(1);
    });

    it('calls commit listeners of this handle once per commit with its events, and not after a rollback', async () => {
      const seen: (readonly AnyEvent[])[] = [];
      const elsewhere: (readonly AnyEvent[])[] = [];
      open.a.onCommit((events) => seen.push(events));
      open.b.onCommit((events) => elsewhere.push(events));
      await open.a.unitOfWork.transact(async ({ outbox }) => {
        await outbox.append(sampleEvent('happened', { n: 1 }));
        await outbox.append(sampleEvent('happened', { n: 2 }));
        expect(seen).toEqual([]);
      });
      await expect(
        open.a.unitOfWork.transact(async ({ outbox }) => {
          await outbox.append(sampleEvent('happened', { n: 3 }));
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect(seen.map((events) => events.map((event) => samplePayload(event).n))).toEqual([[1, 2]]);
      expect(elsewhere).toEqual([]);
    });

    it('calls commit listeners for jobs without events, and survives a listener that throws', async () => {
      let calls = 0;
      open.a.onCommit(() => {
        calls++;
        throw new Error('a bad listener');
      });
      open.a.onCommit(() => {
        calls++;
      });
      await open.a.unitOfWork.transact(({ jobs }) => jobs.enqueue('suite.jobs', {}));
      expect(calls).toBe(2);
    });

    it('refuses a store that outlived its transaction', async () => {
      let escaped: Outbox | undefined;
      await open.a.unitOfWork.transact(async ({ outbox }) => {
        escaped = outbox;
      });
      await expect(escaped?.append(sampleEvent('happened'))).rejects.toThrow();
    });

    if (backend.concurrent)
      it.skip('fails when nested [skipped: with several connections the mistake shows as a wait for locks; the one-connection back-ends find it]', () => {});
    else
      it('fails when nested, in bounded time, and goes on working', async () => {
        const nested = open.a.unitOfWork.transact(() =>
          open.a.unitOfWork.transact(({ jobs }) => jobs.enqueue('suite.jobs', {})),
        );
        await expect(nested).rejects.toThrow();
        await open.a.unitOfWork.transact(({ jobs }) => jobs.enqueue('suite.jobs', {}));
        expect((await open.a.jobs.stats()).due).toBe(1);
      }, 120_000);

    it('writes on when the clock has jumped over several months', async () => {
      await open.a.subscriptions.subscribe('suite', [sampleType('happened')]);
      for (const months of [2, 7, 1]) {
        open.clock.advance(months * MONTH_MS);
        await open.a.unitOfWork.transact(({ outbox }) => outbox.append(sampleEvent('happened')));
      }
      expect((await open.a.jobs.stats()).due).toBe(3);
    });

    racing(raceTitle('shows nothing to others before the commit'), async () => {
      await open.a.unitOfWork.transact(async ({ jobs }) => {
        await jobs.enqueue('suite.jobs', {});
        expect((await open.b.jobs.stats()).due).toBe(0);
      });
      expect((await open.b.jobs.stats()).due).toBe(1);
    });

    racing(raceTitle('runs the whole work again after a deadlock'), async () => {
      const met = [gate(), gate()];
      let runs = 0;
      const cross = (handle: typeof open.a, mine: 0 | 1) =>
        handle.unitOfWork.transact(async ({ locks, jobs }) => {
          runs++;
          const pairs = [() => locks.pair('1', '2'), () => locks.pair('3', '4')];
          await pairs[mine]?.();
          met[mine]?.open();
          await met[1 - mine]?.opened;
          await pairs[1 - mine]?.();
          await jobs.enqueue('suite.jobs', { mine });
        });
      await Promise.all([cross(open.a, 0), cross(open.b, 1)]);
      expect(runs).toBeGreaterThanOrEqual(3);
      expect((await open.a.jobs.stats()).due).toBe(2);
    });

    racing(raceTitle('lets one at a time hold a pair, in whatever order it is named'), async () => {
      let inside = 0;
      let most = 0;
      await race(RACERS, [open.a, open.b], (handle, n) =>
        handle.unitOfWork.transact(async ({ locks, jobs }) => {
          await (n % 3 === 0 ? locks.pair('5', '17') : locks.pair('17', '5'));
          most = Math.max(most, ++inside);
          await jobs.enqueue('suite.jobs', { n });
          inside--;
        }),
      );
      expect(most).toBe(1);
      expect((await open.a.jobs.stats()).due).toBe(RACERS);
    });

    racing(raceTitle('lets many share a pair and keeps out who changes it'), async () => {
      const both = [gate(), gate()];
      const order: string[] = [];
      const share = (handle: typeof open.a, mine: 0 | 1) =>
        handle.unitOfWork.transact(async ({ locks }) => {
          await locks.pairShared([
            ['9', '5'],
            ['5', '7'],
          ]);
          both[mine]?.open();
          // Would wait for ever if the lock were not shared.
          await both[1 - mine]?.opened;
          order.push('shared');
        });
      const change = async () => {
        await Promise.all(both.map(({ opened }) => opened));
        await open.a.unitOfWork.transact(async ({ locks }) => {
          await locks.pair('5', '9');
          order.push('changed');
        });
      };
      await Promise.all([share(open.a, 0), share(open.b, 1), change()]);
      expect(order).toEqual(['shared', 'shared', 'changed']);
    });
  });
}
