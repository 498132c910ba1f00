import { oracleSeesAccount } from '@socialkit/core/testing';
import { expectSummary } from './oracle-accounts.js';
import { mayIn, memberOf, otherSide, standsIn } from './oracle-conversations.js';
import { acts } from './oracle-writes.js';
import type { PlainConversation, PlainMessage, PlainWorld } from './plain-world.js';

// What messages must show and allow, by looking at plain data. It shares no code with the product.

const DAY_MS = 24 * 60 * 60_000;

/** Whether an account may read a conversation: an invitation alone shows nothing. */
export const readsIn = (world: PlainWorld, viewer: string, conversation: PlainConversation): boolean =>
  ['active', 'requested'].includes(standsIn(world, viewer, conversation) ?? '');

const floorIn = (conversation: PlainConversation, viewer: string): number => {
  const member = memberOf(conversation, viewer);
  if (!member) return Number.MAX_SAFE_INTEGER;
  return Math.max(member.clearedSeq, conversation.history === 'joined' ? member.joinedSeq : 0);
};

export const messagesOf = (world: PlainWorld, conversation: PlainConversation): PlainMessage[] =>
  world.messages.filter(({ conversationId }) => conversationId === conversation.id);

export const messageIn = (
  world: PlainWorld,
  conversation: PlainConversation,
  seq: number | null,
): PlainMessage | undefined => messagesOf(world, conversation).find((message) => message.seq === seq);

const over = (world: PlainWorld, { expiresAt }: PlainMessage): boolean =>
  expiresAt !== null && expiresAt <= world.now;

/** What a message is by now. */
const stateOf = (world: PlainWorld, message: PlainMessage): 'published' | 'deleted' | 'expired' =>
  message.deleted ? 'deleted' : over(world, message) ? 'expired' : 'published';

/** Whether a viewer can read what a message says. */
export function readsMessage(
  world: PlainWorld,
  viewer: string,
  conversation: PlainConversation,
  message: PlainMessage | undefined,
): message is PlainMessage {
  return (
    message !== undefined &&
    readsIn(world, viewer, conversation) &&
    message.seq > floorIn(conversation, viewer) &&
    stateOf(world, message) === 'published' &&
    oracleSeesAccount(world, viewer, message.authorId)
  );
}

/** Whether a message has a place in what a viewer gets of its conversation. */
export const hasPlaceFor = (
  world: PlainWorld,
  viewer: string,
  conversation: PlainConversation,
  message: PlainMessage,
): boolean =>
  readsIn(world, viewer, conversation) &&
  message.seq > floorIn(conversation, viewer) &&
  !message.hiddenFor.includes(viewer);

const repliesTo = (world: PlainWorld, root: PlainMessage): number =>
  world.messages.filter(
    (message) =>
      message.conversationId === root.conversationId &&
      message.threadRootSeq === root.seq &&
      !message.deleted,
  ).length;

/** A message as a viewer gets it. */
export function expectMessage(
  world: PlainWorld,
  viewer: string,
  conversation: PlainConversation,
  message: PlainMessage,
) {
  const { seq, createdAt } = message;
  if (!oracleSeesAccount(world, viewer, message.authorId))
    return {
      seq,
      createdAt,
      status: 'hidden',
      authorId: null,
      text: '',
      replyToSeq: null,
      threadRootSeq: null,
      replyCount: 0,
      forwarded: false,
      reactions: {},
      pinned: false,
      revision: 1,
      viewer: { own: false, reacted: [], canEdit: false, canDelete: false, canPin: false },
    };
  const status = stateOf(world, message);
  const shown = status === 'published';
  const own = message.authorId === viewer;
  const young = world.now - createdAt < DAY_MS;
  const active = standsIn(world, viewer, conversation) === 'active' && acts(world, viewer);
  const reactions: Record<string, number> = {};
  for (const { kind } of message.reactions) reactions[kind] = (reactions[kind] ?? 0) + 1;
  return {
    seq,
    createdAt,
    status,
    authorId: message.authorId,
    text: shown ? message.text : '',
    replyToSeq: message.replyToSeq,
    threadRootSeq: message.threadRootSeq,
    replyCount: repliesTo(world, message),
    forwarded: message.forwarded,
    reactions: shown ? reactions : {},
    pinned: shown && message.pinnedAt !== null,
    revision: message.revision,
    viewer: {
      own,
      reacted: shown
        ? message.reactions
            .filter(({ userId }) => userId === viewer)
            .map(({ kind }) => kind)
            .sort()
        : [],
      canEdit: active && own && shown && !message.forwarded && young,
      canDelete: active && shown && ((own && young) || mayIn(world, viewer, conversation, 'deleteMessages')),
      canPin: shown && mayIn(world, viewer, conversation, 'pinMessages'),
    },
  };
}

/** Everything a viewer gets of a conversation, oldest first. */
export const expectHistory = (world: PlainWorld, viewer: string, conversation: PlainConversation) =>
  messagesOf(world, conversation)
    .filter((message) => hasPlaceFor(world, viewer, conversation, message))
    .map((message) => expectMessage(world, viewer, conversation, message));

/** Who reacted, in order of ids, as far as the viewer sees them. */
export const expectReactorsOf = (world: PlainWorld, viewer: string, message: PlainMessage) =>
  message.reactions
    .filter(({ userId }) => oracleSeesAccount(world, viewer, userId))
    .map(({ userId, kind }) => ({ user: expectSummary(world, userId), kind, userId }))
    .sort((a, b) =>
      a.userId === b.userId ? (a.kind < b.kind ? -1 : 1) : BigInt(a.userId) < BigInt(b.userId) ? -1 : 1,
    )
    .map(({ user, kind }) => ({ user, kind }));

const shares = (world: PlainWorld, userId: string): boolean =>
  world.readers.find((reader) => reader.userId === userId)?.shares ?? true;

/** How many have read a message, of those who share it. */
export const expectReads = (
  world: PlainWorld,
  conversation: PlainConversation,
  { authorId, seq }: PlainMessage,
): number =>
  conversation.members.filter(
    ({ userId, state, joinedSeq, readSeq }) =>
      state === 'active' && userId !== authorId && shares(world, userId) && joinedSeq < seq && readSeq >= seq,
  ).length;

/** Whether what one member shows another is no more than he may. */
export function mayShow(
  world: PlainWorld,
  viewer: string,
  conversation: PlainConversation,
  receipt: { readonly userId: string; readonly readSeq: number },
): boolean {
  const member = memberOf(conversation, receipt.userId);
  return (
    member?.state === 'active' &&
    receipt.userId !== viewer &&
    oracleSeesAccount(world, viewer, receipt.userId) &&
    shares(world, receipt.userId) &&
    receipt.readSeq <= member.readSeq
  );
}

/** What waits for an account. */
export function expectBadge(world: PlainWorld, viewer: string) {
  const badge = { conversations: 0, messages: 0, mentions: 0, requests: 0 };
  for (const conversation of world.conversations) {
    const member = memberOf(conversation, viewer);
    if (!member || conversation.deleted) continue;
    if (member.state === 'invited') badge.requests++;
    if (member.state === 'requested' && conversation.lastSeq > 0) badge.requests++;
    const quiet = member.archived || (member.mutedUntil !== null && member.mutedUntil > world.now);
    if (member.state !== 'active' || quiet) continue;
    const unread = Math.max(0, conversation.lastSeq - Math.max(member.readSeq, member.clearedSeq));
    const mark = world.marks.find(
      ({ userId, conversationId }) => userId === viewer && conversationId === conversation.id,
    );
    badge.messages += unread;
    if (unread > 0 || mark?.marked) badge.conversations++;
  }
  return badge;
}

/** Whether an account may write into a conversation now. */
export const maySend = (world: PlainWorld, userId: string, conversation: PlainConversation): boolean =>
  mayIn(world, userId, conversation, 'send') &&
  (otherSide(conversation, userId) === null || standsIn(world, userId, conversation) === 'active');
