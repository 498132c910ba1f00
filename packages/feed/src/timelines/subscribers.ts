import {
  type AnyEvent,
  type CoreReaders,
  canonicalHashtag,
  firstIdAt,
  type Id,
  type JobHandler,
  type Runtime,
  type Subscriber,
  type WorkOptions,
} from '@socialkit/core';
import { EVALUATE_QUEUE, type Evaluation } from './evaluate.js';
import { type FanOut, LARGE_QUEUE } from './fan-out.js';
import type { Hints } from './hints.js';
import { CLOCK_SKEW_MS } from './home-skeleton.js';
import type { ResolvedFeedOptions } from './options.js';
import { isWritten } from './push-or-pull.js';
import type { DeliveryStore } from './store.js';

/** A queue of the feed, who works it and how: for `JobQueue.work`. */
export interface FeedWorker {
  readonly queue: string;
  readonly handle: JobHandler;
  readonly options: WorkOptions;
}

/** What the feed does when posts and follows change. */
export interface DeliveryDeps {
  readonly readers: Pick<CoreReaders, 'posts'>;
  readonly deliveries: DeliveryStore;
  /** Absent without timelines. */
  readonly fanOut: FanOut | null;
  readonly evaluation: Evaluation | null;
  readonly hints: Hints;
  readonly runtime: Pick<Runtime, 'clock'>;
  readonly options: ResolvedFeedOptions;
}

/** Milliseconds one delivery to a large author's followers may take before its lease is extended. */
const LARGE_LEASE_MS = 60_000;

/** Posts that may have become part of somebody's home, and who they are for. */
const entered = (
  event: AnyEvent,
): { readonly postId: Id; readonly authorId: Id; readonly toFollowers: boolean } | null => {
  switch (event.type) {
    case 'post.published':
      return { ...event.payload, toFollowers: event.payload.visibility !== 'private' };
    case 'post.released':
    case 'post.restored':
      return { ...event.payload, toFollowers: true };
    case 'post.visibility_changed':
      // Everything but private posts went to all followers: who of them may see it is decided at read.
      return event.payload.from === 'private' && event.payload.to !== 'private'
        ? { ...event.payload, toFollowers: true }
        : null;
    default:
      return null;
  }
};

/**
 * What the feed does when other slices' events arrive. Deletes, blocks, mutes, unfollows and narrowed audiences need nothing: they are
 * honoured at read.
 */
export function createFeedSubscribers(deps: DeliveryDeps): readonly Subscriber[] {
  const { readers, deliveries, fanOut, evaluation, hints, runtime, options } = deps;
  let distrusted = false;

  /** Under `pull` nothing is written: a timeline left from another rule must not be taken for whole later. */
  const distrustOnce = async () => {
    if (distrusted) return;
    await deliveries.distrust(firstIdAt(runtime.clock.now() + CLOCK_SKEW_MS));
    distrusted = true;
  };

  const tagsOf = async (postId: Id): Promise<readonly string[]> => {
    const post = await readers.posts.find(postId);
    if (post?.status !== 'published' || post.visibility !== 'public') return [];
    const tags = post.entities.flatMap((entity) =>
      entity.type === 'hashtag' ? [canonicalHashtag(entity.tag)] : [],
    );
    return [...new Set(tags)];
  };

  const deliver: Subscriber = {
    name: 'feed.fan_out',
    types: ['post.published', 'post.released', 'post.restored', 'post.visibility_changed'],
    concurrency: options.postsInFlight,
    async handle(event, { signal }) {
      const post = entered(event);
      if (post === null) return;
      const { postId, authorId } = post;
      const standing = options.rule === 'default' ? await deliveries.find(authorId) : null;
      const merged = options.rule === 'pull' || (standing !== null && standing.since > 0);
      await hints.published(postId, { authorId: merged ? authorId : null, tags: [] });
      if (options.rule === 'pull') await distrustOnce();
      if (!fanOut || options.rule === 'pull') return;
      const written = post.toFollowers && isWritten(standing, runtime.clock.now());
      const { active, done } = await fanOut.deliver({ ...post, toFollowers: written }, signal);
      if (post.toFollowers) await evaluation?.consider(authorId, standing, written && done ? active : null);
    },
  };

  const tag: Subscriber = {
    name: 'feed.hashtags',
    types: ['post.published', 'post.released', 'post.restored', 'post.visibility_changed', 'post.edited'],
    async handle(event) {
      if (!('postId' in event.payload)) return;
      const { postId } = event.payload;
      await hints.published(postId, { authorId: null, tags: await tagsOf(postId) });
    },
  };

  const backfill: Subscriber = {
    name: 'feed.backfill',
    types: ['follow.accepted'],
    // The timeline has none of the new followee's posts: the next read builds it with them, from the rows.
    async handle(event) {
      if (event.type === 'follow.accepted') await fanOut?.drop(event.payload.followerId);
    },
  };

  return [deliver, tag, backfill];
}

/** The queues the feed works: the lane of large authors keeps them from holding up everybody else. */
export const createFeedWorkers = (deps: {
  readonly fanOut: FanOut | null;
  readonly evaluation: Evaluation | null;
}): readonly FeedWorker[] => [
  ...(deps.fanOut
    ? [
        {
          queue: LARGE_QUEUE,
          handle: deps.fanOut.large,
          options: { concurrency: 2, leaseMs: LARGE_LEASE_MS },
        },
      ]
    : []),
  ...(deps.evaluation
    ? [
        {
          queue: EVALUATE_QUEUE,
          handle: deps.evaluation.handle,
          options: { concurrency: 1, leaseMs: LARGE_LEASE_MS },
        },
      ]
    : []),
];
