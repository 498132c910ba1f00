import { createPostgresStorage, type Postgres } from '@socialkit/adapters/postgres';
import { createHooks, noTracer, type Runtime, silentLogger, systemClock } from '@socialkit/core';
import { createFanOut, type FanOut, resolveFeedOptions, type TimelineStore } from '@socialkit/feed';
import { inFlight } from '../harness/load.js';
import type { Author } from './crowd.js';
import type { Stage } from './stage.js';

/** The runtime of the product inside the bench. */
export const runtimeOf = (stage: Pick<Stage, 'ids'>): Runtime => ({
  clock: systemClock,
  ids: stage.ids,
  logger: silentLogger,
  tracer: noTracer,
  hooks: createHooks(),
});

const never = new AbortController().signal;

/** The product's fan-out over a database and a timeline store, as the wiring makes it. */
export function openFanOut(
  deps: { readonly postgres: Postgres; readonly stage: Pick<Stage, 'ids'> },
  timelines: TimelineStore,
): FanOut {
  const { postgres, stage } = deps;
  const clock = systemClock;
  const storage = createPostgresStorage({ postgres, clock, ids: stage.ids });
  return createFanOut({
    readers: storage.readers,
    unitOfWork: storage.unitOfWork,
    timelines,
    deliveries: storage.feed.deliveries,
    view: { changed: async () => {} },
    runtime: runtimeOf(stage),
    options: resolveFeedOptions(),
  });
}

/**
 * Delivers one post to all followers: the ordinary delivery, then what the lane of large authors does with the rest, with the
 * watermark it saves after every page.
 */
export async function deliverPost(fanOut: FanOut, postId: string, authorId: string): Promise<void> {
  const { done } = await fanOut.deliver({ postId, authorId, toFollowers: true }, never);
  if (done) return;
  const job = {
    id: postId,
    queue: '',
    key: postId,
    payload: { postId, authorId },
    attempt: 1,
    maxAttempts: 1,
    token: '0',
  };
  await fanOut.large([job], {
    signal: never,
    fail(_, error) {
      throw error;
    },
  });
}

/** Delivers one post of each author, so many side by side. @returns timelines and followers a second */
export async function deliverAll(
  fanOut: FanOut,
  stage: Pick<Stage, 'ids'>,
  authors: readonly Author[],
  postsInFlight: number,
): Promise<number> {
  const begin = performance.now();
  await inFlight(authors, postsInFlight, ({ id }) => deliverPost(fanOut, stage.ids.next(), id));
  const reached = authors.reduce((sum, { followers }) => sum + followers.length, 0);
  return (reached / (performance.now() - begin)) * 1000;
}
