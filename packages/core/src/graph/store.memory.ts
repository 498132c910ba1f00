import type { AccountState, Viewer } from '../access/index.js';
import { compareIds, type Id } from '../kernel/ids.js';
import { keyOf, type MemorySession, type MemoryTables } from '../kernel/memory.js';
import type {
  Edge,
  EdgeQuery,
  Follow,
  FollowReader,
  FollowRequest,
  FollowRequestReader,
  FollowRequestWriter,
  FollowWriter,
  FriendReader,
  FriendWriter,
  GraphStores,
} from './store.js';
import { createMemoryLimits } from './store.limits.memory.js';
import { createMemoryTopics } from './store.topics.memory.js';
import {
  type EdgeRow,
  edgesOf,
  type FriendRequestRow,
  type FriendshipRow,
  isBlocked,
  type Lists,
  rowsOf,
} from './tables.memory.js';

const follows = (tables: MemoryTables) => tables.table<Follow>('follows');
const requests = (tables: MemoryTables) => tables.table<FollowRequest>('follow_requests');
const friendships = (tables: MemoryTables) => tables.table<FriendshipRow>('friendships');
const friendRequests = (tables: MemoryTables) => tables.table<FriendRequestRow>('friend_requests');

const ascending = (a: { accountId: Id }, b: { accountId: Id }) => compareIds(a.accountId, b.accountId);

function createMemoryFollows(session: MemorySession, lists: Lists): FollowReader & FollowWriter {
  const all = (tables: MemoryTables) => rowsOf(follows(tables));
  const mutuals = (tables: MemoryTables, userId: Id): EdgeRow[] =>
    all(tables)
      .filter((row) => row.followerId === userId && follows(tables).has(keyOf(row.followeeId, userId)))
      .map((row) => ({ accountId: row.followeeId, id: row.id }));
  const known = (tables: MemoryTables, userId: Id, viewer: Id): EdgeRow[] =>
    all(tables)
      .filter((row) => row.followerId === viewer && row.followeeId !== userId)
      .filter((row) => follows(tables).has(keyOf(row.followeeId, userId)))
      .map((row) => ({ accountId: row.followeeId, id: row.id }));
  const listed = (pick: (tables: MemoryTables) => EdgeRow[], query: EdgeQuery): Promise<readonly Edge[]> =>
    session.run((tables) => lists.page(tables, pick(tables), query));
  return {
    find: (followerId, followeeId) =>
      session.run((tables) => follows(tables).get(keyOf(followerId, followeeId)) ?? null),
    isFollowing: (followerId, followeeId) =>
      session.run((tables) => follows(tables).has(keyOf(followerId, followeeId))),
    followers: (userId, query) =>
      listed(
        (tables) =>
          all(tables)
            .filter((row) => row.followeeId === userId)
            .map((row) => ({ accountId: row.followerId, id: row.id })),
        query,
      ),
    following: (userId, query) =>
      listed(
        (tables) =>
          all(tables)
            .filter((row) => row.followerId === userId)
            .map((row) => ({ accountId: row.followeeId, id: row.id })),
        query,
      ),
    mutuals: (userId, query) => listed((tables) => mutuals(tables, userId), query),
    countMutuals: (userId, viewer, cap) =>
      session.run((tables) => lists.count(tables, mutuals(tables, userId), viewer, cap)),
    known: (userId, query) => listed((tables) => known(tables, userId, query.viewer), query),
    countKnown: (userId, viewer, cap) =>
      session.run((tables) => lists.count(tables, known(tables, userId, viewer), viewer, cap)),
    followerPage: (authorId, { after, limit }) =>
      session.run((tables) => {
        const ids = all(tables)
          .filter((row) => row.followeeId === authorId)
          .map((row) => row.followerId)
          .filter((id) => after === null || compareIds(id, after) > 0)
          .sort(compareIds);
        const page = ids.slice(0, limit);
        return { ids: page.join(','), next: page.length < limit ? null : (page.at(-1) ?? null) };
      }),
    followeesOf: (userId, { after, limit }) =>
      session.run((tables) => {
        const page = all(tables)
          .filter((row) => row.followerId === userId)
          .map((row) => ({ accountId: row.followeeId, hideReposts: row.hideReposts }))
          .filter(({ accountId }) => after === null || compareIds(accountId, after) > 0)
          .sort(ascending)
          .slice(0, limit);
        return {
          ids: page.map((row) => row.accountId),
          hideReposts: page.filter((row) => row.hideReposts).map((row) => row.accountId),
          next: page.length < limit ? null : (page.at(-1)?.accountId ?? null),
        };
      }),
    insert: (follow) =>
      session.run((tables) => {
        const key = keyOf(follow.followerId, follow.followeeId);
        if (follows(tables).has(key)) return false;
        follows(tables).put(key, { ...follow });
        return true;
      }),
    insertMany: (edges) =>
      session.run((tables) =>
        edges.flatMap(({ followerId, followeeId, id }) => {
          const key = keyOf(followerId, followeeId);
          const blocked = [key, keyOf(followeeId, followerId)].some((pair) =>
            tables.table('blocks').has(pair),
          );
          if (blocked || follows(tables).has(key)) return [];
          follows(tables).put(key, { followerId, followeeId, id, hideReposts: false });
          requests(tables).remove(key);
          return [{ followerId, followeeId }];
        }),
      ),
    setHideReposts: (followerId, followeeId, hideReposts) =>
      session.run((tables) => {
        const key = keyOf(followerId, followeeId);
        const row = follows(tables).get(key);
        if (!row || row.hideReposts === hideReposts) return false;
        follows(tables).put(key, { ...row, hideReposts });
        return true;
      }),
    remove: (followerId, followeeId) =>
      session.run((tables) => follows(tables).remove(keyOf(followerId, followeeId))),
  };
}

function createMemoryFollowRequests(
  session: MemorySession,
  lists: Lists,
): FollowRequestReader & FollowRequestWriter {
  return {
    find: (requesterId, targetId) =>
      session.run((tables) => requests(tables).get(keyOf(requesterId, targetId)) ?? null),
    received: (userId, query) =>
      session.run((tables) =>
        lists.page(tables, edgesOf(requests(tables), 'targetId', userId, 'requesterId'), query),
      ),
    sent: (userId, query) =>
      session.run((tables) =>
        lists.page(tables, edgesOf(requests(tables), 'requesterId', userId, 'targetId'), query),
      ),
    pending: (targetId, { after, limit }) =>
      session.run((tables) =>
        edgesOf(requests(tables), 'targetId', targetId, 'requesterId')
          .filter((edge) => after === null || compareIds(edge.id, after) > 0)
          .sort((a, b) => compareIds(a.id, b.id))
          .slice(0, limit),
      ),
    insert: (request) =>
      session.run((tables) => {
        const key = keyOf(request.requesterId, request.targetId);
        if (requests(tables).has(key)) return false;
        requests(tables).put(key, { ...request });
        return true;
      }),
    setHideReposts: (requesterId, targetId, hideReposts) =>
      session.run((tables) => {
        const key = keyOf(requesterId, targetId);
        const row = requests(tables).get(key);
        if (!row || row.hideReposts === hideReposts) return false;
        requests(tables).put(key, { ...row, hideReposts });
        return true;
      }),
    take: (requesterId, targetId) =>
      session.run((tables) => {
        const key = keyOf(requesterId, targetId);
        const row = requests(tables).get(key) ?? null;
        requests(tables).remove(key);
        return row;
      }),
  };
}

function createMemoryFriends(session: MemorySession, lists: Lists): FriendReader & FriendWriter {
  return {
    areFriends: (a, b) => session.run((tables) => friendships(tables).has(keyOf(a, b))),
    friends: (userId, query) =>
      session.run((tables) =>
        lists.page(tables, edgesOf(friendships(tables), 'userId', userId, 'friendId'), query),
      ),
    hasRequest: (requesterId, targetId) =>
      session.run((tables) => friendRequests(tables).has(keyOf(requesterId, targetId))),
    receivedRequests: (userId, query) =>
      session.run((tables) =>
        lists.page(tables, edgesOf(friendRequests(tables), 'targetId', userId, 'requesterId'), query),
      ),
    sentRequests: (userId, query) =>
      session.run((tables) =>
        lists.page(tables, edgesOf(friendRequests(tables), 'requesterId', userId, 'targetId'), query),
      ),
    insert: (a, b, id) =>
      session.run((tables) => {
        if (friendships(tables).has(keyOf(a, b))) return false;
        friendships(tables).put(keyOf(a, b), { userId: a, friendId: b, id });
        friendships(tables).put(keyOf(b, a), { userId: b, friendId: a, id });
        return true;
      }),
    remove: (a, b) =>
      session.run((tables) => {
        const had = friendships(tables).remove(keyOf(a, b));
        friendships(tables).remove(keyOf(b, a));
        return had;
      }),
    insertRequest: (requesterId, targetId, id) =>
      session.run((tables) => {
        const key = keyOf(requesterId, targetId);
        if (friendRequests(tables).has(key)) return false;
        friendRequests(tables).put(key, { requesterId, targetId, id });
        return true;
      }),
    removeRequest: (requesterId, targetId) =>
      session.run((tables) => friendRequests(tables).remove(keyOf(requesterId, targetId))),
  };
}

const stateOf = (tables: MemoryTables, accountId: Id): AccountState | undefined =>
  tables.table<{ readonly state: AccountState }>('accounts').get(accountId)?.state;

/** Whether an account of the reference tables takes part: it exists and is neither suspended nor deactivated. */
export const isActiveInMemory = (tables: MemoryTables, accountId: Id): boolean => {
  const state = stateOf(tables, accountId);
  return state === 'active' || state === 'limited';
};

/**
 * The reference stores of the graph.
 * @param isActive whether an account is listed at all; it stands for the join a database makes
 */
export function createMemoryGraph(
  session: MemorySession,
  isActive: (tables: MemoryTables, accountId: Id) => boolean = isActiveInMemory,
): GraphStores {
  // The same words as the policy's `canViewAccount`: one's own account, or an active one without a block either way.
  const isListed = (tables: MemoryTables, viewer: Viewer, accountId: Id): boolean =>
    accountId === viewer || (isActive(tables, accountId) && !isBlocked(tables, viewer, accountId));
  const lists: Lists = {
    page: (tables, edges, { viewer, after, limit }) =>
      edges
        .filter((edge) => after === null || compareIds(edge.id, after) < 0)
        .filter((edge) => isListed(tables, viewer, edge.accountId))
        .sort((a, b) => compareIds(b.id, a.id))
        .slice(0, limit),
    count: (tables, edges, viewer, cap) =>
      Math.min(cap, edges.filter((edge) => isListed(tables, viewer, edge.accountId)).length),
  };
  return {
    follows: createMemoryFollows(session, lists),
    followRequests: createMemoryFollowRequests(session, lists),
    friends: createMemoryFriends(session, lists),
    topics: createMemoryTopics(session),
    ...createMemoryLimits(session, lists),
  };
}
