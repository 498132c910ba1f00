import type {
  AttachmentResolver,
  ConversationOptions,
  MessageOptions,
  PresenceOptions,
  ReceiptOptions,
} from '@socialkit/chat';
import type {
  AnalyticsOptions,
  Clock,
  CommentOptions,
  ContentGate,
  CustomShape,
  GraphOptions,
  HubOptions,
  IdentityOptions,
  LinkPreview,
  Logger,
  MediaResolver,
  ReactionOptions,
  Tracer,
} from '@socialkit/core';
import type { FeedOptions, PeopleOptions, RecommendedPostOptions, TrendOptions } from '@socialkit/feed';
import type { PostgresOptions } from '../postgres/connection.js';
import type { MaintenanceOptions } from '../postgres/maintenance.js';
import type { OpenRedisOptions } from '../redis/connection.js';
import type { ModerationOptions } from './moderation-options.js';

/** Where the data lives. One of these; nothing at all is an embedded database in memory. */
export type DatabaseChoice =
  /** `postgres://…` */
  | string
  /** A PostgreSQL server with settings of its own. */
  | PostgresOptions
  /** The embedded database; with a folder it outlives the process. */
  | { readonly dataDir?: string }
  /** The reference storage: plain objects in this process, for tests. */
  | 'memory';

/** Options of {@link createSocialKit}; all are optional. */
export interface SocialKitOptions<S extends CustomShape = Record<never, never>> {
  /** @default the embedded database, in memory */
  readonly database?: DatabaseChoice;
  /** `redis://…`, or settings per purpose. @default none: caches, timelines, limits and hints stay in the process and in PostgreSQL */
  readonly redis?: string | OpenRedisOptions;
  /** Creates and updates the tables at start. @default true on an embedded database, false on a server: run `socialkit migrate` */
  readonly migrate?: boolean;
  /** What hands jobs to workers: a poll of the table and signals, or BullMQ over the same rows. @default 'database' */
  readonly jobs?: 'database' | 'bullmq';
  /** Works deliveries and jobs in this process. @default true */
  readonly worker?: boolean;
  /**
   * Plans what is done again and again: upkeep, training, looks for trends. Off while a past is told with a clock that jumps, so that
   * not every day of it is worked. @default true
   */
  readonly recurring?: boolean;
  /** Pins the node number of this process's ids (0 to 1023). @default leased in the database */
  readonly node?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** @default silent */
  readonly logger?: Logger;
  /** @default records nothing */
  readonly tracer?: Tracer;
  /** Milliseconds all `before` hooks of one call may take. @default 2000 */
  readonly hookDeadlineMs?: number;
  /** Decides about texts and media before they are written. @default everything is allowed */
  readonly contentGate?: ContentGate;
  /**
   * Judges texts with the shipped pipeline, and says how reports, cases and measures are handled. `{}` is enough: nothing else
   * is needed. A `contentGate` takes the pipeline's place. @default texts are not judged; reports and cases work
   */
  readonly moderation?: ModerationOptions;
  readonly identity?: IdentityOptions<S>;
  readonly graph?: GraphOptions;
  /** What attachments and links of posts stand for. @default refs and urls as they are */
  readonly posts?: { readonly media?: MediaResolver; readonly preview?: LinkPreview };
  readonly comments?: CommentOptions;
  readonly reactions?: ReactionOptions;
  readonly analytics?: AnalyticsOptions;
  readonly feed?: FeedOptions;
  /** Rankings of the host's own. */
  readonly discovery?: RecommendedPostOptions;
  /** How people to follow are found. */
  readonly people?: PeopleOptions;
  /** Who counts for trends, and where he is. */
  readonly trends?: TrendOptions;
  /** Times of presence; the same in all processes. */
  readonly presence?: PresenceOptions;
  readonly conversations?: ConversationOptions;
  /** How messages behave, and what their attachments stand for. */
  readonly messages?: MessageOptions & { readonly attachments?: AttachmentResolver };
  readonly receipts?: ReceiptOptions;
  /** How the node of this process keeps streams whole. */
  readonly realtime?: HubOptions;
  /** Upkeep of the database: partitions, expired rows. */
  readonly maintenance?: MaintenanceOptions;
}
