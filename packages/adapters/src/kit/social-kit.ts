import type {
  ConversationsService,
  MessagesService,
  PresenceService,
  ReceiptsService,
  TypingService,
} from '@socialkit/chat';
import type {
  Actor,
  AnalyticsService,
  BeforeHook,
  BoundSlice,
  Cache,
  CommentsService,
  CountersService,
  CustomShape,
  DeadJob,
  EventType,
  GraphService,
  Id,
  IdentityService,
  JobStats,
  PostsService,
  RateLimiter,
  ReactionsService,
  RealtimeTransport,
  Runtime,
  SearchService,
  SessionSubject,
  SocialEvent,
  StaffActor,
  SystemActor,
  TrackService,
} from '@socialkit/core';
import type {
  FeedService,
  InterestsService,
  ItemsService,
  PeopleService,
  RecommendedPostsService,
  TrendsService,
} from '@socialkit/feed';
import type { KitModeration } from './moderation.js';
import type { KitRealtime } from './realtime.js';

/** Works deliveries and jobs. One runs in every kit unless `worker: false`; any number of processes may run one. */
export interface Worker {
  /** Idempotent. */
  start(): void;
  /** Stops claiming, lets running handlers finish. Idempotent. */
  close(): Promise<void>;
}

/** Dead letters of deliveries and jobs. Permission `jobs.replay`. */
export interface DeadLetters {
  list(
    actor: StaffActor | SystemActor,
    options?: { readonly queue?: string; readonly after?: Id; readonly limit?: number },
  ): Promise<readonly DeadJob[]>;
  /** @returns how many live again */
  replay(actor: StaffActor | SystemActor, ids: readonly Id[]): Promise<number>;
}

/** How a kit is. */
export interface Health {
  /** The database answers. */
  readonly ready: boolean;
  /** `ok`, or `down`; Redis that is down makes things slower, not unready. */
  readonly database: 'ok' | 'down';
  readonly redis: 'ok' | 'down' | 'none';
}

/** A whole social platform inside this process. Every service call takes the actor first. */
export interface SocialKit<S extends CustomShape = Record<never, never>> {
  readonly identity: IdentityService<S>;
  readonly graph: GraphService;
  readonly posts: PostsService;
  readonly comments: CommentsService;
  readonly reactions: ReactionsService;
  readonly feed: FeedService;
  readonly discovery: RecommendedPostsService & PeopleService & ItemsService;
  readonly trends: TrendsService;
  readonly interests: InterestsService;
  readonly search: SearchService;
  readonly counters: CountersService;
  readonly analytics: AnalyticsService;
  /** What clients say their users saw. */
  readonly track: TrackService;
  readonly conversations: ConversationsService;
  readonly messages: MessagesService;
  readonly receipts: ReceiptsService;
  readonly presence: PresenceService;
  readonly typing: TypingService;
  /** Reports, cases and measures. */
  readonly moderation: KitModeration;
  /** All slices with their operations: what transports derive their routes from. */
  readonly slices: readonly BoundSlice[];
  readonly runtime: Runtime;
  readonly cache: Cache;
  readonly rateLimiter: RateLimiter;
  readonly transport: RealtimeTransport;
  /** What open connections rest on; `createGateway(kit, …)` serves it. */
  readonly realtime: KitRealtime;
  readonly deadLetters: DeadLetters;
  /** The platform itself as an actor: for the host's own scripts and jobs. */
  readonly system: SystemActor;
  /** The actor of an account whose session the host has verified. */
  actor(accountId: Id): Actor;
  /** The same with the staff grant of its role, or null when there is no such account. @throws account.suspended (forbidden) */
  actorFor(subject: SessionSubject): Promise<Actor | null>;
  /** Listens to events of this process after their commit. @returns a function that ends it */
  on<T extends EventType>(type: T, listener: (event: SocialEvent<T>) => void | Promise<void>): () => void;
  /** Registers a hook that may veto or change a write, for example `posts.create`. @returns a function that removes it */
  before(operation: string, hook: BeforeHook): () => void;
  /** The worker of this process. */
  worker(): Worker;
  /** Prepares what a user sees first: profile and first page. Permission `cache.warm`. */
  warm(actor: StaffActor | SystemActor, userId: Id): Promise<void>;
  /** Resolves when outbox and jobs have drained; see `JobQueue.idle`. */
  idle(timeoutMs?: number): Promise<JobStats>;
  health(): Promise<Health>;
  /** Stops the worker and closes everything the kit opened. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
