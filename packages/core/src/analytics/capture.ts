import type { AccountReader } from '../identity/store.js';
import type { AnyEvent, EventType } from '../kernel/events.js';
import { type Id, timeOfId } from '../kernel/ids.js';
import type { JobWriter } from '../kernel/jobs.js';
import type { Subscriber } from '../kernel/outbox.js';
import type { Clock } from '../kernel/runtime.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import type { PostReader } from '../posts/store.js';
import type { Post } from '../posts/types.js';
import {
  type AnalyticsEvent,
  type AnalyticsKind,
  type AnalyticsPost,
  dayOf,
  MAX_DEPTH_OF_SHARES,
  oldestRawDay,
  RAW_DAYS,
} from './events.js';
import { planRollup } from './maintain.js';
import type { AnalyticsReaders, AnalyticsStores } from './store.js';

/** What turning events of other slices into the log works on. */
export interface CaptureDeps {
  readonly unitOfWork: UnitOfWork<Pick<AnalyticsStores, 'analytics'> & { readonly jobs: JobWriter }>;
  readonly readers: AnalyticsReaders & {
    readonly posts: Pick<PostReader, 'find'>;
    readonly accounts: Pick<AccountReader, 'byIds'>;
  };
  readonly clock: Clock;
}

/** What an event of the outbox does to the log. */
interface Captured {
  readonly events: readonly AnalyticsEvent[];
  readonly posts: readonly AnalyticsPost[];
}

const NOTHING: Captured = { events: [], posts: [] };
/** What became of something: begun, taken away, or given back after it was taken away. */
type Change = 'begun' | 'taken' | 'returned';

/** What it counts now. Beyond the log, a correction says what changes: the count there already holds what was before. */
function valueAfter(change: Change, inLog: boolean): number {
  if (inLog) return change === 'taken' ? 0 : 1;
  return change === 'begun' ? 1 : change === 'taken' ? -1 : 0;
}

/** An engagement of somebody with somebody else's post; null for one's own. */
async function engagement(
  deps: CaptureDeps,
  event: AnyEvent,
  change: Change,
  about: { readonly kind: AnalyticsKind; readonly id: Id; readonly actorId: Id; readonly postId: Id },
): Promise<AnalyticsEvent | null> {
  const post = await deps.readers.posts.find(about.postId);
  if (!post || post.authorId === about.actorId) return null;
  const ts = timeOfId(about.id);
  const inLog = dayOf(ts) >= oldestRawDay(deps.clock.now());
  const { kind, id, actorId } = about;
  return {
    kind,
    id,
    version: event.id,
    ts,
    actorId,
    subjectId: post.id,
    authorId: post.authorId,
    value: valueAfter(change, inLog),
    depth: kind === 'share' ? await depthOfShare(deps, actorId, post.id) : 0,
    source: null,
  };
}

/** One more than the number of shares through which the sharer came to the post. */
async function depthOfShare({ readers, clock }: CaptureDeps, actorId: Id, postId: Id): Promise<number> {
  const to = dayOf(clock.now()) + 1;
  const own = await readers.analytics.depthOf(actorId, postId, { from: to - RAW_DAYS, to });
  return Math.min((own ?? 0) + 1, MAX_DEPTH_OF_SHARES);
}

const tagsOf = (post: Post): string[] => [
  ...new Set(post.entities.flatMap((entity) => (entity.type === 'hashtag' ? [entity.tag] : []))),
];

async function postChanged(
  deps: CaptureDeps,
  event: AnyEvent & { readonly payload: { readonly postId: Id } },
  change: Change,
): Promise<Captured> {
  const post = await deps.readers.posts.find(event.payload.postId);
  // Drafts have no place in any count.
  if (!post || post.publishedAt === null) return NOTHING;
  const sharedId = post.repostOfId ?? post.quoteOfId;
  const share =
    sharedId === null
      ? null
      : await engagement(deps, event, change, {
          kind: 'share',
          id: post.id,
          actorId: post.authorId,
          postId: sharedId,
        });
  const author = (await deps.readers.accounts.byIds([post.authorId])).get(post.authorId);
  const own: AnalyticsPost = {
    postId: post.id,
    authorId: post.authorId,
    ts: timeOfId(post.id),
    type: post.type,
    tags: tagsOf(post),
    followers: author?.followerCount ?? 0,
    version: event.id,
    live: change !== 'taken',
  };
  return { events: share ? [share] : [], posts: post.repostOfId === null ? [own] : [] };
}

const COMMENT_CHANGES = {
  'comment.published': 'begun',
  'comment.restored': 'returned',
  'comment.released': 'returned',
  'comment.held': 'taken',
  'comment.flagged': 'taken',
  'comment.deleted': 'taken',
} as const satisfies Record<string, Change>;

/** What the log keeps of an event. */
async function captured(deps: CaptureDeps, event: AnyEvent): Promise<Captured> {
  const about = async (change: Change, what: Parameters<typeof engagement>[3]): Promise<Captured> => {
    const made = await engagement(deps, event, change, what);
    return made ? { events: [made], posts: [] } : NOTHING;
  };
  switch (event.type) {
    case 'post.published':
      return postChanged(deps, event, 'begun');
    case 'post.restored':
    case 'post.released':
      return postChanged(deps, event, 'returned');
    case 'post.held':
    case 'post.flagged':
    case 'post.deleted':
      return postChanged(deps, event, 'taken');
    case 'reaction.added':
    case 'reaction.removed': {
      const { targetKind, targetId, userId, reactionId } = event.payload;
      if (targetKind !== 'post') return NOTHING;
      const change = event.type === 'reaction.added' ? 'begun' : 'taken';
      return about(change, { kind: 'like', id: reactionId, actorId: userId, postId: targetId });
    }
    case 'bookmark.added':
    case 'bookmark.removed': {
      const { bookmarkId, postId, userId } = event.payload;
      const change = event.type === 'bookmark.added' ? 'begun' : 'taken';
      return about(change, { kind: 'bookmark', id: bookmarkId, actorId: userId, postId });
    }
    case 'comment.published':
    case 'comment.restored':
    case 'comment.released':
    case 'comment.held':
    case 'comment.flagged':
    case 'comment.deleted': {
      const { commentId, postId, authorId } = event.payload;
      return about(COMMENT_CHANGES[event.type], {
        kind: 'comment',
        id: commentId,
        actorId: authorId,
        postId,
      });
    }
    case 'follow.accepted':
    case 'follow.removed': {
      const { followerId, followeeId } = event.payload;
      const follow: AnalyticsEvent = {
        kind: event.type === 'follow.accepted' ? 'follow' : 'unfollow',
        id: event.id,
        version: event.id,
        ts: event.occurredAt,
        actorId: followerId,
        subjectId: followeeId,
        authorId: followeeId,
        value: 1,
        depth: 0,
        source: null,
      };
      return { events: [follow], posts: [] };
    }
    default:
      return NOTHING;
  }
}

const CAPTURED_TYPES: readonly EventType[] = [
  'post.published',
  'post.restored',
  'post.released',
  'post.held',
  'post.flagged',
  'post.deleted',
  'reaction.added',
  'reaction.removed',
  'bookmark.added',
  'bookmark.removed',
  'comment.published',
  'comment.restored',
  'comment.released',
  'comment.held',
  'comment.flagged',
  'comment.deleted',
  'follow.accepted',
  'follow.removed',
];

/** Fills the log from the outbox. Idempotent by the ids of what happened, and indifferent to the order it is told in. */
export const createAnalyticsSubscribers = (deps: CaptureDeps): readonly Subscriber[] => [
  {
    name: 'analytics.capture',
    types: CAPTURED_TYPES,
    async handle(event) {
      const { events, posts } = await captured(deps, event);
      if (events.length === 0 && posts.length === 0) return;
      const oldest = oldestRawDay(deps.clock.now());
      await deps.unitOfWork.transact(async ({ analytics, jobs }) => {
        if (posts.length > 0) await analytics.recordPosts(posts);
        if (events.length > 0 && (await analytics.record(events, oldest)).length > 0) await planRollup(jobs);
      });
    },
  },
  {
    name: 'analytics.accounts',
    types: ['account.created'],
    async handle(event) {
      if (event.type !== 'account.created') return;
      const { accountId } = event.payload;
      await deps.unitOfWork.transact(({ analytics }) => analytics.joined(accountId, dayOf(event.occurredAt)));
    },
  },
];
