import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenBackend, SuiteBackend, SuiteHandle } from '../suite-backend.js';
import { userActor } from './actor.js';
import type { AnyEvent } from './events.js';
import { compareIds, timeOfId } from './ids.js';
import { NO_RACES, RACERS, race, sampleEvent, samplePayload, sampleType } from './suite-samples.js';

/** The contracts of {@link import('./outbox.js').Outbox} and {@link import('./outbox.js').SubscriptionStore}. */
export function outboxSuite(backend: SuiteBackend): void {
  describe(`Outbox: ${backend.name}`, () => {
    let open: OpenBackend;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const publish = (handle: SuiteHandle, name: string, payload?: object) => {
      // Two handles order what they write in the same millisecond by their node, not by who came first.
      open.clock.advance(1);
      return handle.unitOfWork.transact(({ outbox }) => outbox.append(sampleEvent(name, payload)));
    };
    const deliveries = async (subscriber: string) =>
      (await open.b.jobs.claim(subscriber, 1000, 1000)).map((job) => job.payload as AnyEvent);

    it('returns the event with id, time, version and actor', async () => {
      const stored = await open.a.unitOfWork.transact(({ outbox }) =>
        outbox.append({ ...sampleEvent('happened'), actor: userActor('77') }),
      );
      expect(stored).toMatchObject({
        type: 'sample.happened',
        version: 1,
        actorId: '77',
        occurredAt: open.clock.now(),
      });
      expect(timeOfId(stored.id)).toBe(open.clock.now());
      const second = await open.a.unitOfWork.transact(({ outbox }) =>
        outbox.append({ ...sampleEvent('happened'), version: 3 }),
      );
      expect(second).toMatchObject({ version: 3, actorId: 'system:suite' });
      expect(compareIds(stored.id, second.id)).toBeLessThan(0);
    });

    it('delivers the whole envelope to every subscriber of the type, and to nobody else', async () => {
      await open.a.subscriptions.subscribe('suite.one', [sampleType('happened')]);
      await open.b.subscriptions.subscribe('suite.two', [sampleType('happened'), sampleType('other')]);
      await open.a.subscriptions.subscribe('suite.three', [sampleType('other')]);
      const payload = {
        id: '3561234567890123456',
        text: '"ż" 🐢 \\ \u2028',
        nested: { list: [1, null, true] },
      };
      const stored = await publish(open.a, 'happened', payload);
      expect(await deliveries('suite.one')).toEqual([stored]);
      expect(await deliveries('suite.two')).toEqual([stored]);
      expect(await deliveries('suite.three')).toEqual([]);
    });

    it('keeps events that nobody subscribes to from becoming jobs', async () => {
      await publish(open.a, 'lonely');
      expect(await open.a.jobs.stats()).toEqual({ due: 0, scheduled: 0, dead: 0 });
    });

    it('is not changed by what happens to the payload after the call', async () => {
      await open.a.subscriptions.subscribe('suite', [sampleType('happened')]);
      const payload = { list: [1] };
      await open.a.unitOfWork.transact(async ({ outbox }) => {
        const stored = await outbox.append(sampleEvent('happened', payload));
        payload.list.push(2);
        expect(samplePayload(stored).list).toEqual([1]);
      });
      expect((await deliveries('suite')).map((event) => samplePayload(event).list)).toEqual([[1]]);
    });

    it('takes several events at once as it takes one after the other', async () => {
      await open.a.subscriptions.subscribe('suite', [sampleType('happened'), sampleType('other')]);
      const stored = await open.a.unitOfWork.transact(({ outbox }) =>
        outbox.appendAll([
          sampleEvent('happened', { n: 0 }),
          sampleEvent('lonely', { n: 1 }),
          sampleEvent('other', { n: 2 }),
        ]),
      );
      expect(stored.map((event) => samplePayload(event).n)).toEqual([0, 1, 2]);
      expect(await deliveries('suite')).toEqual([stored[0], stored[2]]);
      expect(await open.a.unitOfWork.transact(({ outbox }) => outbox.appendAll([]))).toEqual([]);
    });

    it('delivers in the order of occurrence', async () => {
      await open.a.subscriptions.subscribe('suite', [sampleType('happened')]);
      for (let n = 0; n < 5; n++) {
        await publish(n % 2 === 0 ? open.a : open.b, 'happened', { n });
      }
      expect((await deliveries('suite')).map((event) => samplePayload(event).n)).toEqual([0, 1, 2, 3, 4]);
    });

    it('lets a subscription made later miss earlier events, and a replaced one stop', async () => {
      await publish(open.a, 'happened', { n: 1 });
      await open.a.subscriptions.subscribe('suite', [sampleType('happened')]);
      await publish(open.b, 'happened', { n: 2 });
      await open.b.subscriptions.subscribe('suite', [sampleType('other')]);
      await publish(open.a, 'happened', { n: 3 });
      await publish(open.a, 'other', { n: 4 });
      await open.a.subscriptions.subscribe('suite', []);
      await publish(open.a, 'other', { n: 5 });
      expect((await deliveries('suite')).map((event) => samplePayload(event).n)).toEqual([2, 4]);
    });

    it('gives deliveries the attempts their subscriber asks for, as of the last word', async () => {
      const type = sampleType('happened');
      const attempts = async () => {
        await publish(open.a, 'happened');
        return (await open.b.jobs.claim('suite', 10, 1000)).map(({ maxAttempts }) => maxAttempts);
      };
      await open.a.subscriptions.subscribe('suite', [type]);
      expect(await attempts()).toEqual([12]);
      await open.b.subscriptions.subscribe('suite', [type], { maxAttempts: 3 });
      expect(await attempts()).toEqual([3]);
    });

    it('subscribes the same twice, or a type twice, without delivering twice', async () => {
      const type = sampleType('happened');
      await open.a.subscriptions.subscribe('suite', [type, type]);
      await open.b.subscriptions.subscribe('suite', [type]);
      await publish(open.a, 'happened');
      expect(await deliveries('suite')).toHaveLength(1);
    });

    (backend.concurrent ? it : it.skip)(
      `loses and doubles no delivery when ${RACERS} publish at once${backend.concurrent ? '' : ` ${NO_RACES}`}`,
      async () => {
        await open.a.subscriptions.subscribe('suite.one', [sampleType('happened')]);
        await open.a.subscriptions.subscribe('suite.two', [sampleType('happened')]);
        await race(RACERS, [open.a, open.b], async (handle, n) => {
          const work = handle.unitOfWork.transact(async ({ outbox }) => {
            await outbox.append(sampleEvent('happened', { n }));
            if (n % 4 === 3) throw new Error('rolled back');
          });
          await work.catch(() => {});
        });
        const kept = Array.from({ length: RACERS }, (_, n) => n).filter((n) => n % 4 !== 3);
        for (const subscriber of ['suite.one', 'suite.two']) {
          const got = (await deliveries(subscriber)).map((event) => Number(samplePayload(event).n));
          expect(got.sort((x, y) => x - y)).toEqual(kept);
        }
      },
    );

    (backend.concurrent ? it : it.skip)(
      `ends with one subscription when many start at once${backend.concurrent ? '' : ` ${NO_RACES}`}`,
      async () => {
        await race(RACERS, [open.a, open.b], (handle) =>
          handle.subscriptions.subscribe('suite', [sampleType('happened'), sampleType('other')]),
        );
        await publish(open.a, 'happened');
        expect(await deliveries('suite')).toHaveLength(1);
      },
    );
  });
}
