import { oracleSeesAccount } from '@socialkit/core/testing';
import { accountOf, expectSummary } from './oracle-accounts.js';
import { memberOf, standsIn } from './oracle-conversations.js';
import type { PlainConversation, PlainPresence, PlainWorld } from './plain-world.js';

// What presence must show, by looking at plain data. It shares no code with the product.

const NEVER: Omit<PlainPresence, 'userId'> = {
  connected: false,
  state: 'online',
  lastSeen: 'contacts',
  lastSeenAt: null,
};

export const presenceOf = (world: PlainWorld, userId: string): Omit<PlainPresence, 'userId'> =>
  world.presences.find((presence) => presence.userId === userId) ?? NEVER;

/** What others see, those who may. */
export function shownOf(world: PlainWorld, userId: string): string {
  const { connected, state } = presenceOf(world, userId);
  return connected && state !== 'invisible' ? state : 'offline';
}

const follows = (world: PlainWorld, from: string, to: string): boolean =>
  world.follows.some((edge) => edge.from === from && edge.to === to);
const befriended = (world: PlainWorld, a: string, b: string): boolean =>
  world.friendships.some(({ from, to }) => (from === a && to === b) || (from === b && to === a));

const seesPresence = (world: PlainWorld, viewer: string, userId: string): boolean =>
  oracleSeesAccount(world, viewer, userId) &&
  (viewer === userId ||
    !accountOf(world, userId).isPrivate ||
    follows(world, viewer, userId) ||
    follows(world, userId, viewer) ||
    befriended(world, viewer, userId));

function seesLastSeen(world: PlainWorld, viewer: string, userId: string): boolean {
  if (viewer === userId) return true;
  const { lastSeen } = presenceOf(world, userId);
  if (lastSeen === 'contacts') return follows(world, userId, viewer) || befriended(world, viewer, userId);
  return lastSeen === 'everyone';
}

/** An account as a viewer gets it. */
export function expectPresence(world: PlainWorld, viewer: string, userId: string) {
  const exists = world.accounts.some(({ id }) => id === userId);
  if (!exists || !seesPresence(world, viewer, userId)) return { userId, state: 'offline', lastSeenAt: null };
  const state = shownOf(world, userId);
  const told = state === 'offline' && seesLastSeen(world, viewer, userId);
  return { userId, state, lastSeenAt: told ? presenceOf(world, userId).lastSeenAt : null };
}

/** An account as it sees itself. */
export function expectOwnPresence(world: PlainWorld, userId: string) {
  const { state, lastSeen, connected } = presenceOf(world, userId);
  return {
    state,
    shown: shownOf(world, userId),
    lastSeen,
    devices: connected ? [{ device: 'web', state: 'online' }] : [],
  };
}

/** The connected ones of those a viewer follows, or of his friends, the newest tie first. */
export function expectContacts(world: PlainWorld, viewer: string, of: 'following' | 'friends') {
  const ids =
    of === 'following'
      ? world.follows.filter(({ from }) => from === viewer).map(({ to }) => to)
      : world.friendships.flatMap(({ from, to }) => (from === viewer ? [to] : to === viewer ? [from] : []));
  return ids
    .reverse()
    .map((id) => expectPresence(world, viewer, id))
    .filter(({ state }) => state !== 'offline')
    .map(({ userId, state }) => ({ user: expectSummary(world, userId), state }));
}

/** Who of a conversation is connected, in order of ids; null for who does not take part. */
export function expectConversationPresence(
  world: PlainWorld,
  viewer: string,
  conversation: PlainConversation,
) {
  if (standsIn(world, viewer, conversation) !== 'active') return null;
  const active = conversation.members.filter(({ state }) => state === 'active').map(({ userId }) => userId);
  const items = active
    .filter((userId) => oracleSeesAccount(world, viewer, userId) && memberOf(conversation, userId))
    .map((userId) => ({ userId, state: shownOf(world, userId) }))
    .filter(({ state }) => state !== 'offline')
    .sort((a, b) => (a.userId < b.userId ? -1 : 1));
  return { members: active.length, online: items.length, items };
}
