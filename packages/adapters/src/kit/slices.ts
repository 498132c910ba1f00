import {
  conversationOperations,
  createConversationStreams,
  createConversationsService,
  createMessagePreviews,
  createMessages,
  createPresence,
  createPresenceExtension,
  createReceipts,
  createTyping,
  messageOperations,
  presenceOperations,
  receiptOperations,
  typingOperations,
} from '@socialkit/chat';
import {
  analyticsOperations,
  type BoundSlice,
  type ContentGate,
  type CustomShape,
  commentOperations,
  counterOperations,
  createAnalytics,
  createCommentsService,
  createCountersService,
  createGraphService,
  createGraphSubscribers,
  createGraphWorkers,
  createHandleRules,
  createIdentityOperations,
  createIdentityService,
  createPostsService,
  createPostWorkers,
  createProfileCacheSubscriber,
  createReactionsService,
  createRealtimeSubscribers,
  createReconcileJob,
  createSearchService,
  DEFAULT_ROLES,
  graphOperations,
  type Id,
  type Operations,
  postOperations,
  type Runtime,
  reactionOperations,
  realtimeOperations,
  searchOperations,
  trackOperations,
  userActor,
} from '@socialkit/core';
import {
  createFeed,
  createInterests,
  createItems,
  createPeople,
  createRecommendedPosts,
  createTrends,
  feedOperations,
  interestOperations,
  itemOperations,
  peopleOperations,
  recommendedPostOperations,
  trendOperations,
} from '@socialkit/feed';
import type { BackEnd } from './back-end.js';
import type { Background } from './background.js';
import { bound } from './bound.js';
import { createModeration } from './moderation.js';
import type { ModerationSignals } from './moderation-signals.js';
import type { SocialKitOptions } from './options.js';
import type { KitRealtime } from './realtime.js';

/** What every slice is made of. */
export interface SliceDeps {
  readonly backEnd: BackEnd;
  readonly runtime: Runtime;
  readonly gate: ContentGate;
  readonly realtime: KitRealtime;
  /** What judging shares. @default null, without moderation of the kit's own */
  readonly signals?: ModerationSignals | null;
}

/** Assembles the slices: their services, what transports see of them, and what they do in the background. */
export function createSlices<S extends CustomShape>(deps: SliceDeps, options: SocialKitOptions<S>) {
  const { backEnd, runtime, gate, realtime } = deps;
  const { cache, storage } = backEnd;
  const { unitOfWork, readers } = storage;
  const core = { unitOfWork, readers, runtime };
  const handles = createHandleRules(options.identity?.handles);
  const writing = {
    ...core,
    gate,
    canonicalHandle: (text: string) => handles.parse(text).handle,
    roles: options.identity?.roles ?? DEFAULT_ROLES,
  };

  const identity = createIdentityService<S>({ ...core, gate, cache }, options.identity);
  const graph = createGraphService(core, options.graph);
  const posting = { ...writing, ports: options.posts ?? {} };
  const posts = createPostsService(posting);
  const comments = createCommentsService(writing, options.comments);
  const reactions = createReactionsService(core, options.reactions);
  const search = createSearchService(core);
  const reconciling = { ...core, clock: runtime.clock, logger: runtime.logger };
  const counters = createCountersService(reconciling);
  const analytics = createAnalytics(core, options.analytics);
  const reconcile = createReconcileJob(reconciling);
  const interests = createInterests({ ...core, stores: storage.discovery }, options.trends);
  const trends = createTrends({ ...core, stores: storage.discovery.trends }, options.trends);
  const recommendedPosts = createRecommendedPosts(
    {
      ...core,
      truth: storage.feed.truth,
      stores: {
        ...storage.discovery.ranking,
        ...storage.discovery.posts,
        models: storage.discovery.models,
      },
      interests: interests.hashtags,
      trending: trends.posts,
    },
    options.discovery,
  );
  const recommending = { ...core, stores: storage.discovery };
  const people = createPeople(recommending, options.people);
  const items = createItems(recommending);
  const discovery = Object.freeze({ ...recommendedPosts.service, ...people.service, ...items.service });
  const feed = createFeed(
    {
      ...core,
      stores: { ...storage.feed, timelines: backEnd.timelines },
      realtime: backEnd.transport,
      ranked: recommendedPosts,
    },
    options.feed,
  );

  realtime.hub.useFeed((actor, input) =>
    feed.service.changes(actor, { ids: [...input.ids], since: input.since }),
  );

  const previews = createMessagePreviews({ readers, clock: runtime.clock });
  const talking = { ...core, gate, publisher: realtime.hub, previews };
  const conversations = createConversationsService(talking, options.conversations);
  const messages = createMessages(
    {
      ...core,
      canonicalHandle: writing.canonicalHandle,
      ports: {
        gate,
        publisher: realtime.hub,
        rateLimiter: backEnd.rateLimiter,
        roles: writing.roles,
        ...(options.messages?.attachments ? { attachments: options.messages.attachments } : {}),
      },
    },
    options.messages,
  );
  const receipts = createReceipts({ ...core, publisher: realtime.hub }, options.receipts);
  realtime.hub.register(createConversationStreams({ readers, clock: runtime.clock }));
  const presence = createPresence(
    { ...core, store: backEnd.presence, transport: backEnd.transport, publisher: realtime.hub },
    options.presence,
  );
  realtime.hub.extend(createPresenceExtension(presence));
  storage.onCommit(presence.committed);
  const typing = createTyping({
    readers,
    runtime,
    publisher: realtime.hub,
    rateLimiter: backEnd.rateLimiter,
  });
  storage.onCommit(typing.committed);

  const moderation = createModeration(
    { backEnd, runtime, realtime, roles: writing.roles, signals: deps.signals ?? null },
    options.moderation ?? {},
  );

  const slices: readonly BoundSlice[] = [
    bound('identity', createIdentityOperations<S>(options.identity ?? {}) as unknown as Operations, identity),
    bound('graph', graphOperations, graph),
    bound('posts', postOperations, posts),
    bound('comments', commentOperations, comments),
    bound('reactions', reactionOperations, reactions),
    bound('search', searchOperations, search),
    bound('feed', feedOperations, feed.service),
    bound('discovery', { ...recommendedPostOperations, ...peopleOperations, ...itemOperations }, discovery),
    bound('trends', trendOperations, trends.service),
    bound('interests', interestOperations, interests.service),
    bound('counters', counterOperations, counters),
    bound('analytics', analyticsOperations, analytics.service),
    bound('track', trackOperations, analytics.track),
    bound('realtime', realtimeOperations, realtime.service),
    bound('conversations', conversationOperations, conversations),
    bound('messages', messageOperations, messages.service),
    bound('receipts', receiptOperations, receipts.service),
    bound('presence', presenceOperations, presence.service),
    bound('typing', typingOperations, typing.service),
    ...moderation.slices,
  ];
  const backgrounds: readonly Background[] = [
    { subscribers: [createProfileCacheSubscriber(cache)] },
    { subscribers: createGraphSubscribers(core), workers: createGraphWorkers(core) },
    { subscribers: createRealtimeSubscribers({ unitOfWork: core.unitOfWork, publisher: realtime.hub }) },
    { workers: createPostWorkers(posting) },
    { subscribers: feed.subscribers, workers: feed.workers },
    {
      subscribers: recommendedPosts.subscribers,
      workers: [recommendedPosts.tastes.worker],
      schedules: [recommendedPosts.tastes.schedule],
    },
    { workers: [people.batch.worker, items.worker], schedules: [people.batch.schedule, items.schedule] },
    { subscribers: trends.subscribers, workers: trends.workers, schedules: trends.schedules },
    { subscribers: interests.subscribers, workers: interests.workers, schedules: interests.schedules },
    { workers: messages.workers },
    { subscribers: analytics.subscribers, workers: analytics.workers },
    ...moderation.backgrounds,
    { workers: receipts.workers, schedules: receipts.schedules },
    { workers: [{ queue: reconcile.queue, handle: reconcile.handler }], schedules: [reconcile.schedule] },
    ...(backEnd.maintenance ? [backEnd.maintenance] : []),
  ];
  /** What a user sees first, read as that user, so that every cache on the way is warm. */
  const warm = async (userId: Id) => {
    await identity.get(userActor(userId), { userId });
    await Promise.all([feed.warm(userId), recommendedPosts.warm(userId), people.warm(userId)]);
  };
  return {
    services: {
      identity,
      graph,
      posts,
      comments,
      reactions,
      counters,
      analytics: analytics.service,
      track: analytics.track,
      feed: feed.service,
      discovery,
      trends: trends.service,
      interests: interests.service,
      search,
      conversations,
      messages: messages.service,
      receipts: receipts.service,
      presence: presence.service,
      typing: typing.service,
      moderation: moderation.service,
    },
    slices,
    backgrounds,
    warm,
    start: feed.start,
    close: () => presence.close().finally(() => feed.close()),
  };
}
