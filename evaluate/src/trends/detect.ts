import { createMemoryStorage } from '@socialkit/adapters/memory';
import {
  anonymous,
  createFakeClock,
  createHooks,
  createIds,
  noTracer,
  type Runtime,
  silentLogger,
} from '@socialkit/core';
import { createTrends, lookFor, WINDOW_PLANS } from '@socialkit/feed';
import { JUDGED, type Listing, type Stream } from './stream.js';

/** Minute 0 of a stream: any Monday will do. */
const START = Date.UTC(2026, 0, 5);
const MINUTE = 60_000;
/** Minutes between two looks. A kit looks every minute; what is judged is what it says every 15. */
const LOOK_EVERY = 15;

/**
 * The trends of a stream by the shipped detector: the uses are loaded into its stores, the look of its worker runs as time
 * passes, and the public service is asked as anybody would ask it.
 */
export async function detectTrends({ uses, regions }: Stream): Promise<readonly Listing[]> {
  const clock = createFakeClock(START);
  const ids = createIds({ clock, node: 1 });
  const runtime: Runtime = { clock, ids, logger: silentLogger, tracer: noTracer, hooks: createHooks() };
  const { unitOfWork, readers, discovery } = createMemoryStorage({ clock, ids });
  const trends = createTrends({ unitOfWork, readers, stores: discovery.trends, runtime });
  const listings: Listing[] = [];
  const last = uses.at(-1)?.minute ?? 0;
  let next = 0;
  for (let tick = LOOK_EVERY; tick <= last + JUDGED.every; tick += LOOK_EVERY) {
    for (let use = uses[next]; use !== undefined && use.minute < tick; use = uses[++next]) {
      const [source, postId] = [`post:${next + 1}`, String(next + 1)];
      const cell = regions.get(use.user) ?? '';
      const at = START + use.minute * MINUTE;
      await discovery.trends.uses.replace(source, [
        {
          kind: 'hashtag',
          subject: use.tag,
          actorId: String(BigInt(use.user) + 1n),
          source,
          postId,
          cell,
          at,
        },
      ]);
    }
    clock.set(START + tick * MINUTE);
    await lookFor({ stores: discovery.trends, readers }, WINDOW_PLANS['1h'], 'hashtag', clock.now());
    if (tick < JUDGED.from || tick % JUDGED.every !== 0) continue;
    const { items } = await trends.service.hashtags(anonymous, { limit: JUDGED.tags });
    listings.push({ tick, tags: items.map(({ subject }) => subject) });
  }
  return listings;
}
