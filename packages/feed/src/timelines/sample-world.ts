import {
  type Actor,
  createGraphService,
  createHooks,
  createIds,
  createJobQueue,
  createMemoryTransport,
  createPostsService,
  DEFAULT_ROLES,
  type GraphService,
  type Id,
  isSocialError,
  noTracer,
  type PostsService,
  type PostView,
  type Runtime,
  silentLogger,
  staffActor,
  userActor,
  workSubscribers,
} from '@socialkit/core';
import { sampleAccount } from '@socialkit/core/testing';
import { createFeed, type Feed, type FeedService } from './feed-service.js';
import { FEED_PERMISSION } from './operations.js';
import type { FeedOptions } from './options.js';
import type { FeedGround } from './sample-ground.js';
import type { FeedStores } from './store.js';

/** A platform of graph, posts and feed over one storage, in one process. */
export interface FeedWorld {
  readonly ground: FeedGround;
  readonly graph: GraphService;
  readonly posts: PostsService;
  readonly feed: FeedService;
  readonly parts: Feed;
  readonly runtime: Runtime;
  /** A staff member who may review content and look into feeds. */
  readonly staff: Actor;
  /** Makes an account. */
  join(overrides?: Parameters<typeof sampleAccount>[1]): Promise<Actor & { readonly id: Id }>;
  /** Publishes a public text and returns its id. */
  write(author: Actor, text?: string): Promise<Id>;
  /** Delivers everything that waits. */
  idle(): Promise<void>;
  /** Ids of a whole home, read page by page. */
  home(
    actor: Actor,
    options?: { readonly limit?: number; readonly reposts?: boolean; readonly mediaOnly?: boolean },
  ): Promise<Id[]>;
  close(): Promise<void>;
}

/** @param over stores and options of the feed that differ from those of the ground */
export async function openFeedWorld(
  ground: FeedGround,
  options: FeedOptions = {},
  over: Partial<FeedStores> = {},
): Promise<FeedWorld> {
  const { unitOfWork, readers, clock, ids } = ground;
  const hooks = createHooks();
  const runtime: Runtime = { clock, ids, logger: silentLogger, tracer: noTracer, hooks };
  const core = { unitOfWork, readers, runtime };
  const realtime = createMemoryTransport();
  const parts = createFeed(
    {
      ...core,
      // Ids of builds come from elsewhere, so that those of posts are the same whoever read what.
      runtime: { ...runtime, ids: createIds({ clock, node: 9 }) },
      stores: { ...ground.feed, ...over },
      realtime,
    },
    options,
  );
  const queue = createJobQueue({ store: ground.jobs, clock, logger: silentLogger, tracer: noTracer });
  workSubscribers(queue, parts.subscribers);
  for (const worker of parts.workers) queue.work(worker.queue, worker.handle, worker.options);
  for (const { name, types } of parts.subscribers) await ground.subscriptions.subscribe(name, types);
  ground.onCommit(() => queue.signal());
  await parts.start();
  queue.start();

  const join: FeedWorld['join'] = async (overrides = {}) => {
    const id = ids.next();
    await unitOfWork.transact(({ accounts }) => accounts.insert(sampleAccount(id, overrides)));
    return userActor(id) as Actor & { readonly id: Id };
  };
  const admin = ids.next();
  await unitOfWork.transact(({ accounts }) => accounts.insert(sampleAccount(admin, { role: 'admin' })));
  const posts = createPostsService({
    ...core,
    roles: DEFAULT_ROLES,
    canonicalHandle: (text) => text.toLowerCase(),
  });
  const { service: feed } = parts;

  return {
    ground,
    graph: createGraphService(core),
    posts,
    feed,
    parts,
    runtime,
    staff: staffActor(admin, { rank: 100, permissions: ['content.review', FEED_PERMISSION] }),
    join,
    write: async (author, text = 'hello') => (await posts.create(author, { text })).id,
    async idle() {
      await queue.idle();
      // Hints travel on the next turns of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    },
    async home(actor, { limit = 7, ...input } = {}) {
      const found: Id[] = [];
      let cursor: string | undefined;
      do {
        const page: { readonly items: readonly PostView[]; readonly nextCursor: string | null } =
          await feed.home(actor, { limit, ...input, ...(cursor === undefined ? {} : { cursor }) });
        found.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return found;
    },
    async close() {
      await queue.close();
      await parts.close();
      await realtime.close();
      await ground.close();
    },
  };
}

/** Runs a call whose refusal is as good as its success. */
export async function attempt<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (isSocialError(error) && error.category !== 'internal') return null;
    throw error;
  }
}
