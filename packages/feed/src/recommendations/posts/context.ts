import {
  type ContentFacts,
  canViewAccount,
  firstIdAt,
  type HydratedPost,
  type Id,
  newestFirst,
} from '@socialkit/core';
import type { RankingProfile } from '../../ranking/index.js';
import type { PostRankingDeps } from './ranking.js';
import type { CoLikedPost, FollowedPost, IdSpan, PostFeedback, PostSignals, ProvenPost } from './store.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Reactions that say who is alike and whom the viewer is close to. */
const TASTE_MS = 30 * DAY_MS;
/** How long what others do now makes a post a candidate. */
const RECENT_MS = 2 * DAY_MS;
/** Half-life of closeness to an author. */
const AFFINITY_HALF_LIFE_MS = 14 * DAY_MS;
/** A candidate may be made in the same millisecond as the request. */
const AHEAD_MS = 60_000;
/** What was served is remembered this long. */
const SERVED_MS = 7 * DAY_MS;
const MAX_CANDIDATES_OF_A_SOURCE = 300;
/** Newest public posts popularity and exploration choose from. */
const FRESH = 300;
/** People behind social proof, at least: fewer would say who it is. */
const MIN_PEOPLE = 2;
const POSTS_OF_A_TAG = 40;
const MAX_INTERESTS = 50;

/** Accounts behind a post, as far as the viewer may know. */
export interface VisibleProof extends ProvenPost {
  /** Those of `users` the viewer can see. */
  readonly users: readonly Id[];
}

/** What one ranking looks up, each thing once. */
export interface PostContext {
  readonly userId: Id;
  /** Unix ms. */
  readonly now: number;
  readonly profile: RankingProfile;
  /** Ids young enough for the profile. */
  readonly span: IdSpan;
  followed(): Promise<ReadonlyMap<Id, FollowedPost>>;
  coLiked(): Promise<ReadonlyMap<Id, CoLikedPost>>;
  proven(): Promise<ReadonlyMap<Id, VisibleProof>>;
  /** Interests by canonical hashtag, the strongest 50; weights above 0. */
  interests(): Promise<ReadonlyMap<string, number>>;
  /** Newest posts with each interest. */
  tagged(): Promise<ReadonlyMap<string, readonly Id[]>>;
  /** Posts that trend now, with their scores. */
  trending(): Promise<ReadonlyMap<Id, number>>;
  /** Newest public posts that somebody did something with, with a score from 0 to 1. */
  popular(): Promise<ReadonlyMap<Id, number>>;
  /** Newest public posts of the last day. */
  fresh(): Promise<readonly Id[]>;
  /** What the factors of the viewer make of the newest public posts; only scores above 0. */
  liking(): Promise<ReadonlyMap<Id, number>>;
  feedback(): Promise<readonly PostFeedback[]>;
  /** Posts served in earlier lists of the last week. */
  served(): Promise<ReadonlySet<Id>>;
  /** What is counted about posts; what was asked before is not asked again. */
  signals(ids: readonly Id[]): Promise<ReadonlyMap<Id, PostSignals>>;
  /** Facts of the access policy, asked anew each time; `known` keeps the last answer. */
  facts(ids: readonly Id[]): Promise<ReadonlyMap<Id, ContentFacts>>;
  readonly known: ReadonlyMap<Id, ContentFacts>;
  /** Posts as they were hydrated by the last look of the rules. */
  readonly shown: Map<Id, HydratedPost>;
}

const once = <T>(load: () => Promise<T>): (() => Promise<T>) => {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load();
    return loading;
  };
};

const byId = <Row extends { readonly id: Id }>(rows: readonly Row[]): ReadonlyMap<Id, Row> =>
  new Map(rows.map((row) => [row.id, row] as const));

/** Engagement of a post in one number: what popularity is ordered by. */
const engagement = ({ reactions, replies, reposts, quotes, bookmarks }: PostSignals): number =>
  reactions + 2 * replies + 3 * (reposts + quotes + bookmarks);

/** Begins to look things up for one viewer. */
export function createPostContext(
  deps: PostRankingDeps,
  userId: Id,
  profile: RankingProfile,
  now: number,
): PostContext {
  const { candidates, feedback } = deps.stores;
  const to = firstIdAt(now + AHEAD_MS);
  const since = (ms: number): IdSpan => ({ from: firstIdAt(now - ms), to });
  const oldest = profile.maxAgeHours * HOUR_MS;
  const span = since(oldest);
  const recent = since(Math.min(RECENT_MS, oldest));
  const taste = since(TASTE_MS);
  const limit = MAX_CANDIDATES_OF_A_SOURCE;
  const counted = new Map<Id, PostSignals>();
  const known = new Map<Id, ContentFacts>();

  const context: PostContext = {
    userId,
    now,
    profile,
    span,
    shown: new Map(),
    followed: once(async () =>
      byId(await candidates.followed(userId, { span, taste, halfLifeMs: AFFINITY_HALF_LIFE_MS, limit })),
    ),
    coLiked: once(async () =>
      byId(
        (await candidates.coLiked(userId, { span: recent, taste, limit })).filter(
          ({ people }) => people >= MIN_PEOPLE,
        ),
      ),
    ),
    proven: once(async () => {
      const found = await candidates.proven(userId, { span: recent, min: MIN_PEOPLE, limit });
      const people = [...new Set(found.flatMap(({ users }) => users))];
      const relations = await deps.readers.facts.relations(userId, people);
      const visible = (id: Id) => {
        const relation = relations.get(id);
        return canViewAccount(relation) && relation.follows && !relation.muted;
      };
      return byId(
        found
          .map((post): VisibleProof => {
            const users = post.users.filter(visible);
            return { ...post, users, people: post.people - (post.users.length - users.length) };
          })
          .filter(({ users }) => users.length >= MIN_PEOPLE),
      );
    }),
    interests: once(async () => {
      const all = await deps.interests(userId);
      return new Map(
        [...all]
          .filter(([, weight]) => weight > 0)
          .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
          .slice(0, MAX_INTERESTS),
      );
    }),
    tagged: once(async () => {
      const tags = [...(await context.interests()).keys()];
      if (tags.length === 0) return new Map();
      const found = await deps.truth.tagged(tags, { before: to, limit: POSTS_OF_A_TAG });
      return new Map([...found].map(([tag, { ids }]) => [tag, ids] as const));
    }),
    trending: once(async () => new Map(await deps.trending())),
    popular: once(async () => {
      const ids = await candidates.fresh(span, FRESH);
      const signals = await context.signals(ids);
      const engaged = ids
        .flatMap((id) => {
          const post = signals.get(id);
          return post ? [[id, engagement(post)] as const] : [];
        })
        .filter(([, count]) => count > 0);
      const most = Math.max(1, ...engaged.map(([, count]) => count));
      return new Map(engaged.map(([id, count]) => [id, Math.log1p(count) / Math.log1p(most)] as const));
    }),
    liking: once(async () => {
      const score = await deps.tasteOf(userId);
      if (!score) return new Map();
      const ids = await candidates.fresh(span, FRESH);
      const signals = await context.signals(ids);
      return new Map(
        ids
          .map((id) => {
            const post = signals.get(id);
            return [id, post ? score(post) : 0] as const;
          })
          .filter(([, liking]) => liking > 0),
      );
    }),
    fresh: once(async () =>
      [...(await candidates.fresh(since(Math.min(DAY_MS, oldest)), FRESH))].sort(newestFirst),
    ),
    feedback: once(() => feedback.of(userId)),
    served: once(async () => {
      const entries = await deps.served.since(userId, deps.servedKind, firstIdAt(now - SERVED_MS));
      return new Set(entries.map(({ item }) => item));
    }),
    async signals(ids) {
      const unknown = ids.filter((id) => !counted.has(id));
      if (unknown.length > 0)
        for (const [id, signals] of await candidates.signals(unknown)) counted.set(id, signals);
      return counted;
    },
    known,
    async facts(ids) {
      const facts = await deps.readers.facts.posts(userId, ids);
      for (const id of ids) known.delete(id);
      for (const [id, of] of facts) known.set(id, of);
      return facts;
    },
  };
  return context;
}
