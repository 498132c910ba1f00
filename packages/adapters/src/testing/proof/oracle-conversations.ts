import { oracleSeesAccount } from '@socialkit/core/testing';
import { expectSummary } from './oracle-accounts.js';
import { acts } from './oracle-writes.js';
import type { PlainConversation, PlainLink, PlainMember, PlainWorld } from './plain-world.js';

// What conversations must show and allow, by looking at plain data. It shares no code with the product.

const RANK = { owner: 3, admin: 2, member: 1 } as const;

export const memberOf = (conversation: PlainConversation, userId: string): PlainMember | undefined =>
  conversation.members.find((member) => member.userId === userId);

/** The other account of a direct conversation; null in a group. */
export const otherSide = (conversation: PlainConversation, userId: string): PlainMember | null =>
  conversation.kind === 'group'
    ? null
    : (conversation.members.find((member) => member.userId !== userId) ?? null);

/** Whether an account may know of a conversation, and how it stands to it. */
export function standsIn(
  world: PlainWorld,
  viewer: string,
  conversation: PlainConversation,
): 'active' | 'invited' | 'requested' | null {
  const member = memberOf(conversation, viewer);
  if (conversation.deleted || !member) return null;
  if (member.state === 'active') return 'active';
  if (member.state === 'invited')
    return member.invitedBy !== null && oracleSeesAccount(world, viewer, member.invitedBy) ? 'invited' : null;
  const other = otherSide(conversation, viewer);
  return member.state === 'requested' && other && oracleSeesAccount(world, viewer, other.userId)
    ? 'requested'
    : null;
}

/** Whether anything can be written by the viewer at all. */
const writes = (world: PlainWorld, viewer: string, conversation: PlainConversation): boolean => {
  if (!acts(world, viewer) || standsIn(world, viewer, conversation) !== 'active') return false;
  const other = otherSide(conversation, viewer);
  if (!other) return true;
  return (
    oracleSeesAccount(world, viewer, other.userId) && (other.state === 'active' || conversation.lastSeq === 0)
  );
};

const CAPABILITIES = {
  send: 'whoSends',
  invite: 'whoInvites',
  editProfile: 'whoEdits',
  editSettings: 'admin',
  manageLinks: 'admin',
  remove: 'admin',
  ban: 'admin',
  changeRoles: 'owner',
  transfer: 'owner',
  deleteGroup: 'owner',
  pinMessages: 'admin',
  deleteMessages: 'admin',
  skipSlowMode: 'admin',
} as const;
type Capability = keyof typeof CAPABILITIES;

/** Whether an account may do something in a conversation. */
export function mayIn(
  world: PlainWorld,
  userId: string,
  conversation: PlainConversation,
  capability: Capability,
): boolean {
  if (!writes(world, userId, conversation)) return false;
  if (conversation.kind === 'direct') return capability === 'send' || capability === 'pinMessages';
  const role = RANK[memberOf(conversation, userId)?.role ?? 'member'];
  const needs = CAPABILITIES[capability];
  if (needs === 'owner') return role === 3;
  if (needs === 'admin') return role >= 2;
  return conversation[needs] === 'members' || role >= 2;
}

const activeIn = (conversation: PlainConversation) =>
  conversation.members.filter(({ state }) => state === 'active');

/** Messages up to this one are not for the member. */
const floor = (conversation: PlainConversation, member: PlainMember): number =>
  Math.max(member.clearedSeq, conversation.history === 'joined' ? member.joinedSeq : 0);

const unread = (conversation: PlainConversation, member: PlainMember): number =>
  Math.max(0, conversation.lastSeq - Math.max(member.readSeq, floor(conversation, member)));

/** A conversation as a viewer gets it; null when he must not know of it. */
export function expectConversation(world: PlainWorld, viewer: string, conversation: PlainConversation) {
  const state = standsIn(world, viewer, conversation);
  const member = memberOf(conversation, viewer);
  if (state === null || !member) return null;
  const other = otherSide(conversation, viewer);
  const shown = (id: string | null) =>
    id !== null && oracleSeesAccount(world, viewer, id) ? expectSummary(world, id) : null;
  return {
    id: conversation.id,
    kind: conversation.kind,
    title: conversation.title,
    description: conversation.description,
    ownerId: activeIn(conversation).find(({ role }) => role === 'owner')?.userId ?? null,
    history: conversation.history,
    slowModeSeconds: conversation.slowModeSeconds,
    who: [conversation.whoSends, conversation.whoInvites, conversation.whoEdits],
    memberCount: activeIn(conversation).length,
    counterpartId: other?.userId ?? null,
    counterpart: shown(other?.userId ?? null),
    lastSeq: conversation.lastSeq,
    lastMessageAt: conversation.lastMessageAt,
    createdAt: conversation.createdAt,
    viewer: {
      state,
      role: member.role,
      invitedBy: state === 'invited' ? shown(member.invitedBy) : null,
      awaitsAnswer:
        state === 'active' && other !== null && other.state !== 'active' && conversation.lastSeq > 0,
      unread: state === 'invited' ? 0 : unread(conversation, member),
      lastReadSeq: member.readSeq,
      hiddenUpToSeq: state === 'invited' ? conversation.lastSeq : floor(conversation, member),
      notify: member.notify,
      mutedUntil: member.mutedUntil !== null && member.mutedUntil > world.now ? member.mutedUntil : null,
      archived: member.archived,
      pinned: member.pinned,
      capabilities: Object.fromEntries(
        (Object.keys(CAPABILITIES) as Capability[]).map((name) => [
          name,
          mayIn(world, viewer, conversation, name),
        ]),
      ),
    },
  };
}

/** What of a list to expect. */
export interface Box {
  readonly box: 'inbox' | 'archived' | 'requests';
  readonly unread?: boolean;
  readonly muted?: boolean;
}

const order = (a: number | bigint, b: number | bigint) => (a < b ? 1 : a > b ? -1 : 0);

/** A viewer's conversations: pinned first, then the newest message first. */
export const expectConversations = (world: PlainWorld, viewer: string, { box, ...wanted }: Box) =>
  world.conversations
    .filter((conversation) => {
      const member = memberOf(conversation, viewer);
      const state = standsIn(world, viewer, conversation);
      if (!member || state === null) return false;
      if (conversation.kind === 'direct' && conversation.lastSeq === 0 && conversation.createdBy !== viewer)
        return false;
      const isIn = state === 'active' ? (member.archived ? 'archived' : 'inbox') : 'requests';
      const muted = member.mutedUntil !== null && member.mutedUntil > world.now;
      const marked = world.marks.some(
        (mark) => mark.userId === viewer && mark.conversationId === conversation.id && mark.marked,
      );
      const news = marked || conversation.lastSeq > Math.max(member.readSeq, member.clearedSeq);
      return (
        isIn === box &&
        (wanted.unread === undefined || wanted.unread === news) &&
        (wanted.muted === undefined || wanted.muted === muted)
      );
    })
    .sort(
      (a, b) =>
        Number(memberOf(b, viewer)?.pinned) - Number(memberOf(a, viewer)?.pinned) ||
        order(a.lastMessageAt ?? a.createdAt, b.lastMessageAt ?? b.createdAt) ||
        order(BigInt(a.id), BigInt(b.id)),
    )
    .map((conversation) => expectConversation(world, viewer, conversation));

/** Conversations two accounts share, newest first; null when the viewer must not know of the other. */
export function expectShared(world: PlainWorld, viewer: string, userId: string) {
  if (!oracleSeesAccount(world, viewer, userId)) return null;
  if (viewer === userId) return [];
  const both = (conversation: PlainConversation) =>
    !conversation.deleted && [viewer, userId].every((id) => memberOf(conversation, id)?.state === 'active');
  return world.conversations
    .filter(both)
    .sort((a, b) => order(BigInt(a.id), BigInt(b.id)))
    .map((conversation) => expectConversation(world, viewer, conversation));
}

/** The members a viewer gets, or the code of the refusal. */
export function expectMembers(
  world: PlainWorld,
  viewer: string,
  conversation: PlainConversation,
  list: 'active' | 'invited' | 'banned',
  prefix: string,
) {
  if (standsIn(world, viewer, conversation) !== 'active') return { error: 'conversation.not_found' };
  const direct = conversation.kind === 'direct';
  if (list !== 'active') {
    if (direct) return { error: 'conversation.not_a_group' };
    if (!mayIn(world, viewer, conversation, list === 'invited' ? 'invite' : 'ban'))
      return { error: 'conversation.not_allowed' };
  }
  const role = RANK[memberOf(conversation, viewer)?.role ?? 'member'];
  return conversation.members
    .filter(({ state }) => direct || state === list)
    .filter(({ userId }) => oracleSeesAccount(world, viewer, userId))
    .filter(({ userId }) => expectSummary(world, userId).handle.startsWith(prefix))
    .sort((a, b) => RANK[b.role] - RANK[a.role] || order(BigInt(b.userId), BigInt(a.userId)))
    .map((member) => {
      const above = member.userId !== viewer && role > RANK[member.role];
      const here = member.state === 'active';
      return {
        account: expectSummary(world, member.userId),
        role: member.role,
        since: here ? member.joinedAt : member.since,
        viewer: {
          self: member.userId === viewer,
          canRemove: here && above && mayIn(world, viewer, conversation, 'remove'),
          canBan: above && member.state !== 'banned' && mayIn(world, viewer, conversation, 'ban'),
          canChangeRole: here && above && mayIn(world, viewer, conversation, 'changeRoles'),
        },
      };
    });
}

/** Whether a link lets anybody in. */
export const letsIn = (world: PlainWorld, link: PlainLink): boolean =>
  !link.revoked &&
  (link.expiresAt === null || link.expiresAt > world.now) &&
  (link.maxUses === null || link.uses < link.maxUses);

/** The links a viewer gets, or the code of the refusal. */
export function expectLinks(world: PlainWorld, viewer: string, conversation: PlainConversation) {
  if (standsIn(world, viewer, conversation) === null) return { error: 'conversation.not_found' };
  if (conversation.kind === 'direct') return { error: 'conversation.not_a_group' };
  if (!mayIn(world, viewer, conversation, 'manageLinks')) return { error: 'conversation.not_allowed' };
  return conversation.links
    .filter(({ revoked }) => !revoked)
    .sort((a, b) => order(BigInt(a.id), BigInt(b.id)))
    .map((link) => ({
      id: link.id,
      createdBy: link.createdBy,
      createdAt: link.createdAt,
      expiresAt: link.expiresAt,
      maxUses: link.maxUses,
      uses: link.uses,
      usable: letsIn(world, link),
    }));
}

/** What becomes of an account that somebody brings into a group. */
export function expectBringing(
  world: PlainWorld,
  me: string,
  conversation: PlainConversation,
  userId: string,
  how: 'add' | 'invite' | 'either',
): string {
  if (userId === me) return 'unchanged';
  if (!oracleSeesAccount(world, me, userId)) return 'unavailable';
  const state = memberOf(conversation, userId)?.state;
  if (state === 'active') return 'unchanged';
  if (state === 'banned') return 'banned';
  const wants =
    world.follows.some(({ from, to }) => from === userId && to === me) ||
    world.friendships.some(
      ({ from, to }) => (from === me && to === userId) || (from === userId && to === me),
    );
  if (how !== 'invite' && wants && state !== 'left' && state !== 'declined') return 'added';
  if (how === 'add') return 'not_addable';
  return state === 'invited' ? 'unchanged' : 'invited';
}

/** Whether an account can take out, ban or rank another one, whatever the other's state. */
export const isAbove = (conversation: PlainConversation, me: string, userId: string): boolean => {
  const other = memberOf(conversation, userId);
  if (other?.state !== 'active') return true;
  return RANK[memberOf(conversation, me)?.role ?? 'member'] > RANK[other.role];
};

/** Who comes after an owner: admins first, then who has taken part the longest, among those who can act. */
export function expectHeir(world: PlainWorld, conversation: PlainConversation): string | null {
  const line = activeIn(conversation)
    .filter(({ role }) => role !== 'owner')
    .sort(
      (a, b) =>
        RANK[b.role] - RANK[a.role] || a.joinedAt - b.joinedAt || order(BigInt(b.userId), BigInt(a.userId)),
    );
  return (line.find(({ userId }) => acts(world, userId)) ?? line[0])?.userId ?? null;
}
