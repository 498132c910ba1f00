import {
  oracleHidesReposts,
  oracleIsInAudience,
  oracleMutes,
  oracleSeesAccount,
} from '@socialkit/core/testing';
import { PLAYED_FIELDS, type PlainAccount, type PlainWorld } from './plain-world.js';

// What the reads about accounts must say, by looking at plain data. It shares no code with the product.

type Edge = { readonly from: string; readonly to: string };
/** Somebody who looks; null is somebody without a session. */
export type Looker = string | null;

const has = (edges: readonly Edge[], from: Looker, to: string): boolean =>
  edges.some((edge) => edge.from === from && edge.to === to);
const between = (edges: readonly Edge[], a: Looker, b: string): boolean =>
  edges.some((edge) => (edge.from === a && edge.to === b) || (edge.from === b && edge.to === a));

export const accountOf = (world: PlainWorld, id: string): PlainAccount => {
  const account = world.accounts.find((candidate) => candidate.id === id);
  if (!account) throw new RangeError(`the world has no account ${id}`);
  return account;
};

/** The embedded form of an account. */
export const expectSummary = (world: PlainWorld, id: string) => {
  const { handle, displayName, isPrivate, label, issuer } = accountOf(world, id);
  return { id, handle, displayName, isPrivate, label, issuer };
};

const countsOf = (world: PlainWorld, id: string) => ({
  followers: world.follows.filter(({ to }) => to === id).length,
  following: world.follows.filter(({ from }) => from === id).length,
  friends: world.friendships.filter(({ from, to }) => from === id || to === id).length,
  posts: world.posts.filter(({ authorId, status }) => authorId === id && status === 'published').length,
});

/** The account as itself and staff see it. */
export const expectAccount = (world: PlainWorld, id: string) => {
  const { bio, fields, state, role, discoverable, externalId } = accountOf(world, id);
  return {
    ...expectSummary(world, id),
    bio,
    ...fields,
    counts: countsOf(world, id),
    state,
    role,
    discoverable,
    externalId,
  };
};

/** The profile of an account, null when the viewer must not know of it. */
export function expectProfile(world: PlainWorld, viewer: Looker, id: string) {
  if (!oracleSeesAccount(world, viewer, id)) return null;
  const { bio, fields, fieldVisibility } = accountOf(world, id);
  const shown = PLAYED_FIELDS.map((field) => [
    field,
    oracleIsInAudience(world, viewer, id, fieldVisibility[field]) ? fields[field] : null,
  ]);
  return {
    ...expectSummary(world, id),
    bio,
    ...(Object.fromEntries(shown) as PlainAccount['fields']),
    counts: countsOf(world, id),
    viewer: {
      self: viewer === id,
      following: has(world.follows, viewer, id),
      followedBy: viewer !== null && has(world.follows, id, viewer),
      requested: has(world.followRequests, viewer, id),
      requestedBy: viewer !== null && has(world.followRequests, id, viewer),
      friends: between(world.friendships, viewer, id),
      friendRequested: has(world.friendRequests, viewer, id),
      friendRequestedBy: viewer !== null && has(world.friendRequests, id, viewer),
      blocked: viewer !== null && viewer !== id && between(world.blocks, viewer, id),
      muted: oracleMutes(world, viewer, id),
      repostsHidden: oracleHidesReposts(world, viewer, id),
    },
  };
}

/** What a viewer may know of his relation to an account. */
export function expectRelationship(world: PlainWorld, viewer: string, id: string) {
  const mute = world.mutes.find(
    (entry) =>
      entry.from === viewer &&
      entry.to === id &&
      entry.scope === 'all' &&
      (entry.expiresAt === null || entry.expiresAt > world.now),
  );
  const decided = {
    blocking: has(world.blocks, viewer, id),
    muted: mute !== undefined,
    mutedUntil: mute?.expiresAt ?? null,
    repostsMuted: world.mutes.some(
      (entry) =>
        entry.from === viewer &&
        entry.to === id &&
        entry.scope === 'reposts' &&
        (entry.expiresAt === null || entry.expiresAt > world.now),
    ),
  };
  const seen = oracleSeesAccount(world, viewer, id);
  return {
    following: seen && has(world.follows, viewer, id),
    hideReposts:
      seen && (world.follows.find(({ from, to }) => from === viewer && to === id)?.hideReposts ?? false),
    followedBy: seen && has(world.follows, id, viewer),
    requested: seen && has(world.followRequests, viewer, id),
    requestedBy: seen && has(world.followRequests, id, viewer),
    friends: seen && between(world.friendships, viewer, id),
    friendRequested: seen && has(world.friendRequests, viewer, id),
    friendRequestedBy: seen && has(world.friendRequests, id, viewer),
    ...decided,
  };
}

/** An account in a listing. */
export const expectConnection = (world: PlainWorld, viewer: Looker, id: string) => ({
  account: expectSummary(world, id),
  viewer: viewer === null || viewer === id ? null : expectRelationship(world, viewer, id),
});

const newestFirst = <T>(list: readonly T[]): T[] => [...list].reverse();

/** Whether an account's connections are shown: `missing` when it must not be known of, `private` when they are for its followers. */
export function connectionsState(
  world: PlainWorld,
  viewer: Looker,
  id: string,
): 'shown' | 'private' | 'missing' {
  if (!oracleSeesAccount(world, viewer, id)) return 'missing';
  const open = viewer === id || !accountOf(world, id).isPrivate || has(world.follows, viewer, id);
  return open ? 'shown' : 'private';
}

/** Ids of an account's connections as a viewer gets them, newest first. */
export function expectConnections(
  world: PlainWorld,
  viewer: Looker,
  id: string,
  list: 'followers' | 'following' | 'friends' | 'mutuals' | 'known',
): string[] {
  const edges = newestFirst(world.follows);
  const ids = {
    followers: () => edges.filter(({ to }) => to === id).map(({ from }) => from),
    following: () => edges.filter(({ from }) => from === id).map(({ to }) => to),
    mutuals: () =>
      edges.filter(({ from, to }) => from === id && has(world.follows, to, id)).map(({ to }) => to),
    known: () =>
      edges
        .filter(({ from, to }) => from === viewer && to !== id && has(world.follows, to, id))
        .map(({ to }) => to),
    friends: () =>
      newestFirst(world.friendships).flatMap(({ from, to }) =>
        from === id ? [to] : to === id ? [from] : [],
      ),
  }[list]();
  return ids.filter((other) => oracleSeesAccount(world, viewer, other));
}

/** Ids behind the viewer's own requests, newest first. */
export function expectRequests(
  world: PlainWorld,
  viewer: string,
  list: 'requests' | 'sentRequests' | 'friendRequests' | 'sentFriendRequests',
): string[] {
  const edges: readonly Edge[] = list.includes('riend') ? world.friendRequests : world.followRequests;
  const sent = list.startsWith('sent');
  return newestFirst(edges)
    .filter(({ from, to }) => (sent ? from : to) === viewer)
    .map(({ from, to }) => (sent ? to : from))
    .filter((other) => oracleSeesAccount(world, viewer, other));
}

/** Whom the viewer blocks: the one list with accounts that cannot be seen. */
export const expectBlocked = (world: PlainWorld, viewer: string): string[] =>
  newestFirst(world.blocks)
    .filter(({ from }) => from === viewer)
    .map(({ to }) => to)
    .filter((id) => ['active', 'limited'].includes(accountOf(world, id).state));

/** Entries that have not run out, newest first. */
export const stillOn = <T extends { readonly expiresAt: number | null }>(
  world: PlainWorld,
  list: readonly T[],
): T[] => newestFirst(list).filter(({ expiresAt }) => expiresAt === null || expiresAt > world.now);
