import { canViewConnections, type RelationFacts, requireAccount, type Viewer } from '../access/index.js';
import { summaryOf } from '../identity/types.js';
import { type Actor, accountOf, viewerOf } from '../kernel/actor.js';
import { forbidden, notFound } from '../kernel/errors.js';
import { type Id, timeOfId } from '../kernel/ids.js';
import type { Page } from '../kernel/page.js';
import {
  asConnection,
  type GraphReadDeps,
  listAccounts,
  type PageInput,
  relationshipsWith,
} from './listing.js';
import type { Edge, EdgeQuery } from './store.js';
import { type Connection, MAX_COUNTED, type Overview, type Relationship } from './types.js';

type ConnectionsInput = PageInput & { readonly userId: Id };

/** @throws account.not_found when the account cannot be seen */
async function loadAccount({ readers }: GraphReadDeps, viewer: Viewer, userId: Id): Promise<RelationFacts> {
  const facts = (await readers.facts.relations(viewer, [userId])).get(userId);
  requireAccount(facts);
  return facts;
}

/**
 * @throws account.not_found when the account cannot be seen, account.private (forbidden) when its connections are for
 * its followers
 */
async function requireConnections(deps: GraphReadDeps, viewer: Viewer, userId: Id): Promise<void> {
  if (!canViewConnections(await loadAccount(deps, viewer, userId)))
    throw forbidden('account.private', 'the connections of this account are for its followers');
}

const edgesOf = (
  deps: GraphReadDeps,
  name: string,
  viewer: Viewer,
  { userId, ...page }: ConnectionsInput,
  read: (userId: Id, query: EdgeQuery) => Promise<readonly Edge[]>,
): Promise<Page<Connection>> =>
  listAccounts(deps, page, {
    viewer,
    surface: `graph.${name}:${userId}`,
    skeleton: (after, limit) => read(userId, { viewer, after, limit }),
    present: asConnection,
  });

const connectionList =
  (name: 'followers' | 'following' | 'mutuals') =>
  async (deps: GraphReadDeps, actor: Actor, input: ConnectionsInput): Promise<Page<Connection>> => {
    const viewer = viewerOf(actor);
    await requireConnections(deps, viewer, input.userId);
    return edgesOf(deps, name, viewer, input, deps.readers.follows[name]);
  };

/** Who follows an account, newest follower first. */
export const followers = connectionList('followers');
/** Whom an account follows, newest first. */
export const following = connectionList('following');
/** Who follows an account and is followed back by it, newest of its follows first. */
export const mutuals = connectionList('mutuals');

/** An account's friends, newest first. */
export async function friends(
  deps: GraphReadDeps,
  actor: Actor,
  input: ConnectionsInput,
): Promise<Page<Connection>> {
  const viewer = viewerOf(actor);
  await requireConnections(deps, viewer, input.userId);
  return edgesOf(deps, 'friends', viewer, input, deps.readers.friends.friends);
}

type Counted = Page<Connection> & { readonly count: number };

async function known(deps: GraphReadDeps, viewer: Id, input: ConnectionsInput): Promise<Counted> {
  const { follows } = deps.readers;
  const [page, count] = await Promise.all([
    edgesOf(deps, 'known', viewer, input, (userId, query) => follows.known(userId, { ...query, viewer })),
    follows.countKnown(input.userId, viewer, MAX_COUNTED),
  ]);
  return { ...page, count };
}

/** Whom the actor follows among the followers of an account, and how many they are. */
export async function followersYouKnow(
  deps: GraphReadDeps,
  actor: Actor,
  input: ConnectionsInput,
): Promise<Counted> {
  const viewer = accountOf(actor);
  await requireConnections(deps, viewer, input.userId);
  return known(deps, viewer, input);
}

/** What holds between the actor and each of the accounts, in the order asked; ids asked twice come once. */
export async function relationships(
  deps: GraphReadDeps,
  actor: Actor,
  { userIds }: { readonly userIds: readonly Id[] },
): Promise<{ readonly items: readonly (Relationship & { readonly userId: Id })[] }> {
  const ids = [...new Set(userIds)];
  const relations = await relationshipsWith(deps, accountOf(actor), ids);
  return { items: ids.map((userId) => ({ userId, ...(relations.get(userId) as Relationship) })) };
}

/** The social graph around one account: counts, first pages, and what holds between it and the actor. */
export async function overview(
  deps: GraphReadDeps,
  actor: Actor,
  { userId, limit }: { readonly userId: Id; readonly limit: number },
): Promise<Overview> {
  const { readers } = deps;
  const viewer = viewerOf(actor);
  const facts = await loadAccount(deps, viewer, userId);
  const connectionsVisible = canViewConnections(facts);
  const list = (name: 'followers' | 'following' | 'mutuals') =>
    connectionsVisible ? edgesOf(deps, name, viewer, { userId, limit }, readers.follows[name]) : null;
  const stranger = viewer !== null && viewer !== userId;
  const [accounts, relations, followerPage, followingPage, mutualPage, mutualCount, knownPage] =
    await Promise.all([
      readers.accounts.byIds([userId]),
      stranger ? relationshipsWith(deps, viewer, [userId]) : null,
      list('followers'),
      list('following'),
      list('mutuals'),
      connectionsVisible ? readers.follows.countMutuals(userId, viewer, MAX_COUNTED) : null,
      connectionsVisible && stranger ? known(deps, viewer, { userId, limit }) : null,
    ]);
  const account = accounts.get(userId);
  if (!account) throw notFound('account');
  return {
    account: summaryOf(account),
    viewer: relations?.get(userId) ?? null,
    counts: {
      followers: account.followerCount,
      following: account.followingCount,
      friends: account.friendCount,
      mutuals: mutualCount,
    },
    connectionsVisible,
    followers: followerPage,
    following: followingPage,
    mutuals: mutualPage,
    followersYouKnow: knownPage,
  };
}

type RequestItem = Connection & { readonly requestedAt: number };

const requestList =
  (name: string, read: (deps: GraphReadDeps) => (userId: Id, query: EdgeQuery) => Promise<readonly Edge[]>) =>
  async (deps: GraphReadDeps, actor: Actor, input: PageInput): Promise<Page<RequestItem>> => {
    const viewer = accountOf(actor);
    return listAccounts(deps, input, {
      viewer,
      surface: `graph.${name}:${viewer}`,
      skeleton: (after, limit) => read(deps)(viewer, { viewer, after, limit }),
      present: (connection, edge) => ({ ...connection, requestedAt: timeOfId(edge.id) }),
    });
  };

/** Who asks to follow the actor, newest first. */
export const requests = requestList('requests', ({ readers }) => readers.followRequests.received);
/** Whom the actor has asked to follow, newest first. */
export const sentRequests = requestList('sent_requests', ({ readers }) => readers.followRequests.sent);
/** Who asks to be friends with the actor, newest first. */
export const friendRequests = requestList(
  'friend_requests',
  ({ readers }) => readers.friends.receivedRequests,
);
/** Whom the actor has asked to be friends, newest first. */
export const sentFriendRequests = requestList(
  'sent_friend_requests',
  ({ readers }) => readers.friends.sentRequests,
);
