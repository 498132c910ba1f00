import type { AnalyticsTables } from './analytics/tables.js';
import type { ChatTables } from './chat/tables.js';
import type { CommentTables } from './comments/tables.js';
import type { FeedTables } from './feed/tables.js';
import type { GraphTables } from './graph/tables.js';
import type { IdentityTables } from './identity/tables.js';
import type { InterestTables } from './interests/tables.js';
import type { KernelTables } from './kernel/tables.js';
import type { MeasureTables } from './measures/tables.js';
import type { ModerationTables } from './moderation/tables.js';
import type { PostTables } from './posts/tables.js';
import type { PresenceTables } from './presence/tables.js';
import type { ReactionTables } from './reactions/tables.js';
import type { RealtimeTables } from './realtime/tables.js';
import type { RecommendationTables } from './recommendations/tables.js';
import type { RecommendedPostTables } from './recommended-posts/tables.js';
import type { TrendTables } from './trends/tables.js';

/** Every table, assembled from the slices' `tables.ts`: one interface, because `Kysely<A & B>` is not a `Kysely<A>`. */
export interface Database
  extends KernelTables,
    MeasureTables,
    IdentityTables,
    GraphTables,
    CommentTables,
    PostTables,
    AnalyticsTables,
    ReactionTables,
    RealtimeTables,
    FeedTables,
    TrendTables,
    InterestTables,
    RecommendationTables,
    RecommendedPostTables,
    PresenceTables,
    ChatTables,
    ModerationTables {}
