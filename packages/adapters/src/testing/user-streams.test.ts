import {
  createUserStreamSource,
  type Id,
  silentLogger,
  trimMemoryUserStreams,
  userActor,
} from '@socialkit/core';
import { streamSourceSuite } from '@socialkit/core/testing';
import { describe, expect, it } from 'vitest';
import { createMaintenance } from '../postgres/maintenance.js';
import { type Backend, describeBackends, type OpenStorage } from './backends.js';

const DAY_MS = 24 * 60 * 60_000;

const append = (open: OpenStorage, userId: Id, count: number) =>
  open.a.unitOfWork.transact(({ streams }) =>
    streams.append(Array.from({ length: count }, () => ({ userId, type: 'thing.happened', data: {} }))),
  );

/** What the upkeep of the back-end removes from the log. */
async function maintain({ a, clock, memory, postgres }: OpenStorage): Promise<number | undefined> {
  if (memory) return trimMemoryUserStreams(memory, clock.now() - 14 * DAY_MS);
  if (!postgres) return undefined;
  const deps = { postgres: postgres.a, unitOfWork: a.unitOfWork, clock, logger: silentLogger };
  return (await createMaintenance(deps).run()).expired.user_stream_events;
}

async function openSource(backend: Backend) {
  const open = await backend.open();
  const [first = '', second = '', stranger = '', missing = ''] = [0, 1, 2, 3].map(() => open.ids.next());
  return {
    source: createUserStreamSource(open.b.readers.userStreams),
    streams: [first, second] as const,
    readers: [userActor(first), userActor(second)] as const,
    stranger: userActor(stranger),
    missing,
    append: async (id: Id, count: number) => void (await append(open, id, count)),
    close: open.close,
  };
}

describeBackends('user streams', (backend) => {
  streamSourceSuite('user streams', () => openSource(backend));

  describe('retention', () => {
    it('removes what is older than its days, and says so to whoever stands before it', async () => {
      const open = await backend.open();
      try {
        const [a, b] = [open.ids.next(), open.ids.next()];
        await append(open, a, 3);
        await append(open, b, 1);
        open.clock.advance(10 * DAY_MS);
        await append(open, a, 2);
        open.clock.advance(5 * DAY_MS);
        expect(await maintain(open)).toBe(4);
        const { userStreams } = open.b.readers;
        expect(await userStreams.after(a, 0, 10)).toBeNull();
        expect(await userStreams.after(a, 2, 10)).toBeNull();
        expect((await userStreams.after(a, 3, 10))?.map(({ offset }) => offset)).toEqual([4, 5]);
        expect(await userStreams.after(b, 0, 10)).toBeNull();
        expect(await userStreams.after(b, 1, 10)).toEqual([]);
        expect((await append(open, b, 1))[0]?.offset).toBe(2);
      } finally {
        await open.close();
      }
    });
  });
});
