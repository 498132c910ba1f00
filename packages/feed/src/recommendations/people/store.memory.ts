import {
  type Account,
  type Clock,
  canonicalHashtag,
  canViewAccount,
  canViewConnections,
  compareIds,
  type FactsReader,
  type Follow,
  type Id,
  type MemorySession,
  type Mute,
  type Post,
  type RelationFacts,
  shouldSurface,
  type Viewer,
} from '@socialkit/core';
import { joinWays } from './rank.js';
import type { Evidence, GraphExport, PeopleReader } from './store.js';
import { EVIDENCE_FOLLOWEES } from './store.js';
import {
  HUB_FOLLOWEES,
  HUB_SAMPLE,
  MAX_CO_FOLLOWERS,
  MAX_OWN_FOLLOWEES,
  NEAREST,
  PEOPLE_PER_WAY,
} from './types.js';

/** Like-minded accounts a person is remembered to be found by. */
const MAX_VIA = 5;
const MAX_COUNTED = 100;
const SAMPLE = 20_000;
const RECENT_POSTS = 200;

interface Graph {
  readonly accounts: ReadonlyMap<Id, Account>;
  /** Newest follow first. */
  readonly out: ReadonlyMap<Id, readonly Follow[]>;
  readonly in: ReadonlyMap<Id, readonly Follow[]>;
  readonly follows: readonly Follow[];
}

const grouped = (follows: readonly Follow[], key: 'followerId' | 'followeeId') => {
  const groups = new Map<Id, Follow[]>();
  for (const follow of follows) {
    const group = groups.get(follow[key]) ?? [];
    group.push(follow);
    groups.set(follow[key], group);
  }
  return groups;
};

/** The reference {@link PeopleReader}, over the memory tables of identity, graph and posts. @param facts core's, over the same */
export function createMemoryPeople(session: MemorySession, facts: FactsReader): PeopleReader {
  const read = (): Promise<Graph> =>
    session.run((tables) => {
      const follows = [...tables.table<Follow>('follows').rows()].sort((a, b) => compareIds(b.id, a.id));
      const accounts = new Map([...tables.table<Account>('accounts').rows()].map((row) => [row.id, row]));
      return { follows, accounts, out: grouped(follows, 'followerId'), in: grouped(follows, 'followeeId') };
    });
  const relationsOf = (viewer: Viewer, graph: Graph) => facts.relations(viewer, [...graph.accounts.keys()]);
  const asGoBetween = (relation: RelationFacts | undefined) =>
    canViewConnections(relation) && relation?.muted === false;
  const asSuggestion = (relation: RelationFacts | undefined) =>
    canViewAccount(relation) &&
    !relation.self &&
    !relation.follows &&
    shouldSurface(relation, 'suggestion', { isRepost: false });
  const followeesOf = ({ out }: Graph, id: Id, limit: number) =>
    (out.get(id) ?? []).slice(0, limit).map(({ followeeId }) => followeeId);
  const add = (scores: Map<Id, number>, id: Id, value: number) =>
    scores.set(id, (scores.get(id) ?? 0) + value);

  /** Accounts by the cosine of their followees with those of `userId`. */
  const nearest = (graph: Graph, userId: Id, admit: (id: Id) => boolean, limit: number) => {
    const own = (graph.out.get(userId) ?? [])
      .slice(0, MAX_OWN_FOLLOWEES)
      .filter(({ followeeId }) => admit(followeeId));
    const shared = new Map<Id, number>();
    for (const { followeeId } of own)
      for (const { followerId } of (graph.in.get(followeeId) ?? []).slice(0, MAX_CO_FOLLOWERS))
        if (followerId !== userId) add(shared, followerId, 1);
    return [...shared]
      .filter(([id]) => admit(id))
      .map(([id, both]) => {
        const followees = Math.max(1, graph.accounts.get(id)?.followingCount ?? 0);
        return { id, similarity: both / Math.sqrt(Math.max(1, own.length) * followees) };
      })
      .sort((a, b) => b.similarity - a.similarity || compareIds(a.id, b.id))
      .slice(0, limit);
  };

  const suggested = async (viewer: Viewer, graph: Graph) => {
    const relations = await relationsOf(viewer, graph);
    return [...graph.accounts.values()].filter(({ id }) => asSuggestion(relations.get(id)));
  };
  const openPlace = (account: Account | undefined): string | null =>
    account?.location && account.fieldVisibility.location === 'public' && !account.isPrivate
      ? account.location.trim().toLowerCase()
      : null;

  return {
    mark: async (userId) => {
      const { out } = await read();
      const own = out.get(userId) ?? [];
      return `${own.length}:${own[0]?.id ?? '0'}`;
    },
    async neighbourhood(userId) {
      const graph = await read();
      const relations = await relationsOf(userId, graph);
      const goesBetween = (id: Id) => asGoBetween(relations.get(id));
      const eligible = (id: Id) => asSuggestion(relations.get(id));
      const adamicAdar = new Map<Id, number>();
      for (const z of followeesOf(graph, userId, MAX_OWN_FOLLOWEES).filter(goesBetween)) {
        const count = graph.accounts.get(z)?.followingCount ?? 0;
        const weight = 1 / Math.log(2 + count);
        for (const v of followeesOf(graph, z, count > HUB_FOLLOWEES ? HUB_SAMPLE : HUB_FOLLOWEES))
          if (eligible(v)) add(adamicAdar, v, weight);
      }
      const near = nearest(graph, userId, goesBetween, NEAREST);
      const similar = new Map<Id, number>();
      for (const { id, similarity } of near)
        for (const v of followeesOf(graph, id, HUB_FOLLOWEES)) if (eligible(v)) add(similar, v, similarity);
      const followers = (graph.in.get(userId) ?? []).map(({ followerId }) => followerId);
      const following = new Set((graph.out.get(userId) ?? []).map(({ followeeId }) => followeeId));
      return {
        followers: graph.accounts.get(userId)?.followerCount ?? 0,
        mutual: followers.filter((id) => following.has(id)).length,
        people: joinWays({
          adamicAdar,
          similar,
          newestFollowers: followers.filter(eligible).slice(0, PEOPLE_PER_WAY),
          followers: new Set(followers),
          via: (v) =>
            near
              .filter(({ id }) => followeesOf(graph, id, HUB_FOLLOWEES).includes(v))
              .slice(0, MAX_VIA)
              .map(({ id }) => id),
          compare: compareIds,
        }),
      };
    },
    async popular(limit) {
      return (await suggested(null, await read()))
        .map(({ id, followerCount }) => ({ id, followers: followerCount }))
        .filter(({ followers }) => followers > 0)
        .sort((a, b) => b.followers - a.followers || compareIds(a.id, b.id))
        .slice(0, limit);
    },
    async near(userId, limit) {
      const graph = await read();
      const place = openPlace(graph.accounts.get(userId));
      if (place === null) return [];
      return (await suggested(userId, graph))
        .filter((account) => openPlace(account) === place)
        .map(({ id }) => id)
        .sort(compareIds)
        .slice(0, limit);
    },
    async interesting(userId, limit) {
      const graph = await read();
      const eligible = new Set((await suggested(userId, graph)).map(({ id }) => id));
      const counts = await session.run((tables) => {
        const posts = new Map([...tables.table<Post>('posts').rows()].map((post) => [post.id, post]));
        const tags = [
          ...tables.table<{ readonly userId: Id; readonly tag: string }>('followed_hashtags').rows(),
        ]
          .filter((row) => row.userId === userId)
          .map(({ tag }) => canonicalHashtag(tag));
        const found = new Map<Id, Map<string, number>>();
        for (const tag of tags) {
          const tagged = [
            ...tables.table<{ readonly tag: string; readonly postId: Id }>('post_hashtags').rows(),
          ]
            .filter((row) => row.tag === tag)
            .sort((a, b) => compareIds(b.postId, a.postId))
            .slice(0, RECENT_POSTS);
          for (const { postId } of tagged) {
            const post = posts.get(postId);
            if (post?.status !== 'published' || post.visibility !== 'public') continue;
            const own = found.get(post.authorId) ?? new Map<string, number>();
            own.set(tag, (own.get(tag) ?? 0) + 1);
            found.set(post.authorId, own);
          }
        }
        return found;
      });
      return [...counts]
        .filter(([id]) => eligible.has(id) && graph.accounts.get(id)?.isPrivate === false)
        .map(([id, tags]) => {
          const ordered = [...tags].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
          return { id, posts: ordered.reduce((sum, [, n]) => sum + n, 0), tag: ordered[0]?.[0] ?? '' };
        })
        .sort((a, b) => b.posts - a.posts || compareIds(a.id, b.id))
        .slice(0, limit);
    },
    async evidence(userId, asked) {
      const graph = await read();
      const relations = await relationsOf(userId, graph);
      const goesBetween = (id: Id) => asGoBetween(relations.get(id));
      const follows = (from: Id, to: Id) =>
        (graph.out.get(from) ?? []).some(({ followeeId }) => followeeId === to);
      const own = followeesOf(graph, userId, EVIDENCE_FOLLOWEES).filter(goesBetween);
      const place = openPlace(graph.accounts.get(userId));
      return new Map(
        asked.flatMap(({ id, via }): [Id, Evidence][] => {
          const account = graph.accounts.get(id);
          if (!account) return [];
          const between = own.filter((z) => follows(z, id)).slice(0, MAX_COUNTED);
          return [
            [
              id,
              {
                followedBy: between.slice(0, 3),
                followedByCount: between.length,
                followsYou: follows(id, userId),
                similarCount: via.filter((w) => goesBetween(w) && follows(w, id)).length,
                followers: account.followerCount,
                isPrivate: account.isPrivate,
                place:
                  place !== null && openPlace(account) === place ? (account.location ?? '').trim() : null,
              },
            ],
          ];
        }),
      );
    },
    async alike(userId, viewer, limit) {
      const graph = await read();
      const relations = await relationsOf(viewer, graph);
      return nearest(graph, userId, (id) => asGoBetween(relations.get(id)), MAX_COUNTED + limit)
        .filter(({ id }) => id !== viewer && id !== userId)
        .slice(0, limit);
    },
    async reciprocity() {
      const { follows, out } = await read();
      const sample = follows.slice(0, SAMPLE);
      const returned = sample.filter(({ followerId, followeeId }) =>
        (out.get(followeeId) ?? []).some((follow) => follow.followeeId === followerId),
      );
      return sample.length === 0 ? 0 : returned.length / sample.length;
    },
  };
}

/** The reference {@link GraphExport}. */
export function createMemoryGraphExport(session: MemorySession, clock: Clock): GraphExport {
  const page = <Row extends { readonly id: Id }>(rows: readonly Row[], after: Id | null, limit: number) =>
    rows
      .filter(({ id }) => after === null || compareIds(id, after) > 0)
      .sort((a, b) => compareIds(a.id, b.id))
      .slice(0, limit);
  return {
    accounts: (after, limit) =>
      session.run((tables) =>
        page(
          [...tables.table<Account>('accounts').rows()].map(({ id, state, discoverable, isPrivate }) => ({
            id,
            active: state === 'active' || state === 'limited',
            suggested: state === 'active' && discoverable,
            isPrivate,
          })),
          after,
          limit,
        ),
      ),
    followees: (after, limit) =>
      session.run((tables) => {
        const follows = [...tables.table<Follow>('follows').rows()].sort((a, b) => compareIds(b.id, a.id));
        const rows = [...grouped(follows, 'followerId')].map(([id, own]) => ({
          id,
          mark: `${own.length}:${own[0]?.id ?? '0'}`,
          followees: own
            .slice(0, MAX_OWN_FOLLOWEES)
            .map(({ followeeId }) => followeeId)
            .join(','),
        }));
        return page(rows, after, limit);
      }),
    limits: (after, limit) =>
      session.run((tables) => {
        const limits = new Map<Id, { readonly id: Id; readonly blocked: Id[]; readonly muted: Id[] }>();
        const of = (id: Id) => {
          const held = limits.get(id) ?? { id, blocked: [], muted: [] };
          limits.set(id, held);
          return held;
        };
        for (const { blockerId, blockedId } of tables
          .table<{ readonly blockerId: Id; readonly blockedId: Id }>('blocks')
          .rows())
          of(blockerId).blocked.push(blockedId);
        for (const { muterId, mutedId, scope, expiresAt } of tables.table<Mute>('mutes').rows())
          if (scope === 'all' && (expiresAt === null || expiresAt > clock.now()))
            of(muterId).muted.push(mutedId);
        return page([...limits.values()], after, limit);
      }),
  };
}
