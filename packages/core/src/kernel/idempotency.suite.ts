import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenBackend, SuiteBackend, SuiteHandle } from '../suite-backend.js';
import { IDEMPOTENCY_TTL_MS, once } from './idempotency.js';
import { NO_RACES, RACERS, race } from './suite-samples.js';

/** The contract of {@link import('./idempotency.js').IdempotencyStore}, through `once`. */
export function idempotencySuite(backend: SuiteBackend): void {
  describe(`IdempotencyStore: ${backend.name}`, () => {
    let open: OpenBackend;
    let runs: number;
    beforeEach(async () => {
      open = await backend.open();
      runs = 0;
    });
    afterEach(() => open.close());

    interface Call {
      readonly actorId?: string;
      readonly operation?: string;
      readonly key?: string | undefined;
      readonly input?: object;
      readonly fail?: boolean;
    }
    /** Creates a "thing": one job per run, so that a second run would show. */
    const create = (handle: SuiteHandle, call: Call = {}) => {
      const input = { text: 'ż', ...call.input, idempotencyKey: 'key' in call ? call.key : 'k-1' };
      return handle.unitOfWork.transact(({ idempotency, jobs }) =>
        once(
          {
            store: idempotency,
            actorId: call.actorId ?? '1',
            operation: call.operation ?? 'things.create',
            input,
            now: open.clock.now(),
          },
          async () => {
            const run = ++runs;
            await jobs.enqueue('things', { run });
            if (call.fail) throw new Error('failed');
            return { id: `thing-${run}`, text: '🐢 "quoted" \\' };
          },
        ),
      );
    };

    it('replays the first result on another handle, without running again', async () => {
      const first = await create(open.a);
      expect(await create(open.b)).toEqual(first);
      expect(await create(open.a)).toEqual(first);
      expect((await open.a.jobs.stats()).due).toBe(1);
    });

    it('takes payloads for equal whatever the order of their keys', async () => {
      const first = await create(open.a, { input: { x: 1, y: { p: 1, q: 2 } } });
      expect(await create(open.a, { input: { y: { q: 2, p: 1 }, x: 1 } })).toEqual(first);
    });

    it('refuses the key with another payload', async () => {
      await create(open.a);
      await expect(create(open.b, { input: { text: 'other' } })).rejects.toMatchObject({
        code: 'idempotency.mismatch',
        category: 'idempotency_mismatch',
      });
    });

    it('keeps keys of other actors, operations and names apart, also where their parts run together', async () => {
      const calls: Call[] = [
        {},
        { actorId: '2' },
        { operation: 'things.update' },
        { key: 'k-2' },
        { actorId: '1a', operation: 'b' },
        { actorId: '1', operation: 'ab' },
      ];
      const results = [];
      for (const call of calls) results.push((await create(open.a, call)).id);
      expect(new Set(results).size).toBe(calls.length);
    });

    it('runs every time without a key', async () => {
      await create(open.a, { key: undefined });
      await create(open.a, { key: undefined });
      expect((await open.a.jobs.stats()).due).toBe(2);
    });

    it('remembers nothing of a create that failed', async () => {
      await expect(create(open.a, { fail: true })).rejects.toThrow('failed');
      expect((await create(open.b)).id).toBe('thing-2');
      expect((await open.a.jobs.stats()).due).toBe(1);
    });

    it('forgets after a day, and remembers anew', async () => {
      await create(open.a);
      open.clock.advance(IDEMPOTENCY_TTL_MS - 1);
      expect((await create(open.a)).id).toBe('thing-1');
      open.clock.advance(1);
      expect((await create(open.a, { input: { text: 'other' } })).id).toBe('thing-2');
      expect((await create(open.b, { input: { text: 'other' } })).id).toBe('thing-2');
    });

    (backend.concurrent ? it : it.skip)(
      `runs once when ${RACERS} come with the same key${backend.concurrent ? '' : ` ${NO_RACES}`}`,
      async () => {
        const results = await race(RACERS, [open.a, open.b], (handle) => create(handle));
        expect(new Set(results.map(({ id }) => id)).size).toBe(1);
        expect((await open.a.jobs.stats()).due).toBe(1);
      },
    );
  });
}
