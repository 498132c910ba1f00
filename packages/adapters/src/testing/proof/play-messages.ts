import { mayIn, memberOf, standsIn } from './oracle-conversations.js';
import { maySend, messageIn, messagesOf, readsIn, readsMessage } from './oracle-messages.js';
import { acts } from './oracle-writes.js';
import { drop, type PlainConversation, type PlainMessage } from './plain-world.js';
import type { Move, Player } from './player.js';

const DAY_MS = 24 * 60 * 60_000;

/** A conversation and an account: most often one that takes part. */
function somebodyIn({ world, dice }: Player): readonly [PlainConversation, string] | null {
  const conversation = dice.some(world.conversations);
  if (!conversation) return null;
  const inside = conversation.members.filter(({ state }) => state === 'active').map(({ userId }) => userId);
  const anybody = world.accounts.map(({ id }) => id);
  return [conversation, dice.pick(inside.length > 0 && dice.chance(0.85) ? inside : anybody)];
}

/** Whether slow mode would hold this account up: how long is a matter of time, and has tests of its own. */
const held = ({ world }: Player, conversation: PlainConversation, me: string): boolean =>
  conversation.slowModeSeconds > 0 &&
  messagesOf(world, conversation).some(
    ({ authorId, createdAt }) =>
      authorId === me && createdAt + conversation.slowModeSeconds * 1000 > world.now,
  );

function sent(
  { world }: Player,
  conversation: PlainConversation,
  me: string,
  more: Partial<PlainMessage> & { readonly text: string },
): void {
  const member = memberOf(conversation, me);
  conversation.lastSeq++;
  conversation.lastMessageAt = world.now;
  world.messages.push({
    conversationId: conversation.id,
    seq: conversation.lastSeq,
    authorId: me,
    deleted: false,
    forwarded: false,
    replyToSeq: null,
    threadRootSeq: null,
    createdAt: world.now,
    expiresAt: null,
    pinnedAt: null,
    earlier: [],
    revision: 1,
    reactions: [],
    hiddenFor: [],
    ...more,
  });
  if (member) member.readSeq = conversation.lastSeq;
  const mark = world.marks.find(
    ({ userId, conversationId }) => userId === me && conversationId === conversation.id,
  );
  if (mark) mark.marked = false;
}

const words = ({ dice }: Player): string =>
  `${dice.pick(['tea', 'Cake', 'rain'])} ${dice.pick(['and', 'or'])} ${dice.pick(['tea', 'kettles', 'umbrella'])}`;

const send: Move = async (player) => {
  const { kit, world, dice } = player;
  const [conversation, me] = somebodyIn(player) ?? [];
  if (!conversation || !me || held(player, conversation, me)) return;
  const text = words(player);
  const seq = 1 + dice.below(conversation.lastSeq + 1);
  const replyToSeq = dice.chance(0.2) ? seq : null;
  const threadRootSeq = dice.chance(0.2) ? seq : null;
  // A reply counts until the job erases it: when that is, is no question of who sees what.
  const ttlSeconds = threadRootSeq === null && dice.chance(0.1) ? 60 : null;
  const said = await player.attempt('sendMessage', () =>
    kit.messages.send(player.as(me), {
      conversationId: conversation.id,
      text,
      ...(replyToSeq === null ? {} : { replyToSeq }),
      ...(threadRootSeq === null ? {} : { threadRootSeq }),
      ...(ttlSeconds === null ? {} : { ttlSeconds }),
    }),
  );
  const named = messageIn(world, conversation, seq);
  const refers =
    (replyToSeq === null && threadRootSeq === null) || readsMessage(world, me, conversation, named);
  const flat = threadRootSeq === null || named?.threadRootSeq === null;
  player.judge('sendMessage', said, maySend(world, me, conversation) && refers && flat, { me, seq });
  if (!said) return;
  const expiresAt = ttlSeconds === null ? null : world.now + ttlSeconds * 1000;
  sent(player, conversation, me, { text, replyToSeq, threadRootSeq, expiresAt });
};

const forward: Move = async (player) => {
  const { kit, world, dice } = player;
  const [from, me] = somebodyIn(player) ?? [];
  const to = dice.some(world.conversations);
  if (!from || !me || !to || from.lastSeq === 0 || held(player, to, me)) return;
  const seq = 1 + dice.below(from.lastSeq);
  const message = messageIn(world, from, seq);
  const said = await player.attempt('forwardMessage', () =>
    kit.messages.forward(player.as(me), { conversationId: from.id, seq, toConversationId: to.id }),
  );
  const seen = readsMessage(world, me, from, message) && !message.hiddenFor.includes(me);
  player.judge('forwardMessage', said, seen && maySend(world, me, to), { me, from: from.id, to: to.id, seq });
  if (said && message) sent(player, to, me, { text: message.text, forwarded: true });
};

/** A message of a conversation and somebody: often its author. */
function aMessage(player: Player): readonly [PlainConversation, string, PlainMessage] | null {
  const { world, dice } = player;
  const [conversation, me] = somebodyIn(player) ?? [];
  const message = conversation && dice.some(messagesOf(world, conversation));
  if (!conversation || !me || !message) return null;
  return [conversation, dice.chance(0.4) ? message.authorId : me, message];
}

const change: Move = async (player) => {
  const { kit, world, dice } = player;
  const [conversation, me, message] = aMessage(player) ?? [];
  if (!conversation || !me || !message) return;
  const key = { conversationId: conversation.id, seq: message.seq };
  const about = { me, ...key };
  const own = message.authorId === me;
  const active = standsIn(world, me, conversation) === 'active' && acts(world, me);
  const reads = readsMessage(world, me, conversation, message);
  const young = world.now - message.createdAt < DAY_MS;
  if (dice.chance(0.5)) {
    const text = words(player);
    const said = await player.attempt('editMessage', () =>
      kit.messages.edit(player.as(me), { ...key, text }),
    );
    const there = reads && !message.hiddenFor.includes(me);
    player.judge('editMessage', said, there && own && active && young && !message.forwarded, about);
    if (!said || text === message.text) return;
    message.earlier.push(message.text);
    message.revision++;
    message.text = text;
    return;
  }
  const said = await player.attempt('deleteMessage', () => kit.messages.delete(player.as(me), key));
  const member = memberOf(conversation, me);
  const floor =
    member && Math.max(member.clearedSeq, conversation.history === 'joined' ? member.joinedSeq : 0);
  const there = readsIn(world, me, conversation) && floor !== undefined && message.seq > floor;
  const gone = message.deleted || (message.expiresAt !== null && message.expiresAt <= world.now);
  const curates = mayIn(world, me, conversation, 'deleteMessages');
  const acting = acts(world, me);
  // What has expired and was not erased yet can still be deleted.
  if (message.expiresAt !== null && message.expiresAt <= world.now) {
    if (said?.deleted) message.deleted = true;
    return;
  }
  player.judge('deleteMessage', said, there && acting && (curates || (own && (gone || young))), about);
  if (!said?.deleted) return;
  message.deleted = true;
  message.pinnedAt = null;
  message.reactions = [];
  message.earlier.splice(0);
};

const react: Move = async (player) => {
  const { kit, world, dice } = player;
  const [conversation, me, message] = aMessage(player) ?? [];
  if (!conversation || !me || !message) return;
  const kind = dice.pick(['like', 'wow']);
  const input = { conversationId: conversation.id, seq: message.seq, kind };
  const reads = readsMessage(world, me, conversation, message);
  if (dice.chance(0.3)) {
    const said = await player.attempt('unreactMessage', () => kit.messages.unreact(player.as(me), input));
    player.judge('unreactMessage', said, reads, { me, ...input });
    if (said) drop(message.reactions, (given) => given.userId === me && given.kind === kind);
    return;
  }
  const said = await player.attempt('reactMessage', () => kit.messages.react(player.as(me), input));
  const active = standsIn(world, me, conversation) === 'active' && acts(world, me);
  player.judge('reactMessage', said, reads && active, { me, ...input });
  if (said?.changed) message.reactions.push({ userId: me, kind });
};

const keep: Move = async (player) => {
  const { kit, world, dice } = player;
  const [conversation, me, message] = aMessage(player) ?? [];
  if (!conversation || !me || !message) return;
  const key = { conversationId: conversation.id, seq: message.seq };
  const about = { me, ...key };
  if (dice.chance(0.5)) {
    const pin = dice.chance(0.7);
    const said = await player.attempt(pin ? 'pinMessage' : 'unpinMessage', () =>
      kit.messages[pin ? 'pin' : 'unpin'](player.as(me), key),
    );
    const may =
      readsMessage(world, me, conversation, message) && mayIn(world, me, conversation, 'pinMessages');
    player.judge('pinMessage', said, may, about);
    if (said?.changed) message.pinnedAt = pin ? world.now : null;
    return;
  }
  const said = await player.attempt('hideMessage', () => kit.messages.hide(player.as(me), key));
  const member = memberOf(conversation, me);
  const floor = Math.max(
    member?.clearedSeq ?? 0,
    conversation.history === 'joined' ? (member?.joinedSeq ?? 0) : 0,
  );
  player.judge('hideMessage', said, readsIn(world, me, conversation) && message.seq > floor, about);
  if (said?.changed) message.hiddenFor.push(me);
};

const read: Move = async (player) => {
  const { kit, world, dice } = player;
  const [conversation, me] = somebodyIn(player) ?? [];
  if (!conversation || !me) return;
  const { id: conversationId } = conversation;
  const member = memberOf(conversation, me);
  const may = standsIn(world, me, conversation) === 'active';
  let mark = world.marks.find((held) => held.userId === me && held.conversationId === conversationId);
  if (!mark) {
    mark = { userId: me, conversationId, marked: false, version: 0 };
    world.marks.push(mark);
  }
  if (dice.chance(0.25)) {
    const said = await player.attempt('markUnread', () =>
      kit.receipts.markUnread(player.as(me), { conversationId }),
    );
    player.judge('markUnread', said, may, { me, conversationId });
    if (said) Object.assign(mark, { marked: true, version: mark.version + 1 });
    return;
  }
  const seq = 1 + dice.below(conversation.lastSeq + 2);
  const markVersion = dice.chance(0.5) ? mark.version : dice.below(3);
  const said = await player.attempt('readConversation', () =>
    kit.receipts.read(player.as(me), { conversationId, seq, markVersion }),
  );
  player.judge('readConversation', said, may, { me, conversationId });
  if (!said || !member) return;
  member.readSeq = Math.max(member.readSeq, Math.min(seq, conversation.lastSeq));
  if (markVersion === mark.version) mark.marked = false;
};

const aside: Move = async (player) => {
  const { kit, world, dice } = player;
  const [conversation, me] = somebodyIn(player) ?? [];
  if (!conversation || !me) return;
  const { id: conversationId } = conversation;
  if (dice.chance(0.3)) {
    const shareRead = dice.chance(0.5);
    await kit.receipts.updateSettings(player.as(me), { shareRead });
    drop(world.readers, ({ userId }) => userId === me);
    world.readers.push({ userId: me, shares: shareRead });
    return;
  }
  if (dice.chance(0.3)) {
    const sendAt = world.now + 40 * DAY_MS + dice.below(1000);
    const text = words(player);
    const said = await player.attempt('scheduleMessage', () =>
      kit.messages.schedule(player.as(me), { conversationId, text, sendAt }),
    );
    player.judge('scheduleMessage', said, standsIn(world, me, conversation) === 'active', { me });
    if (said) world.scheduled.push({ id: said.id, userId: me, text, sendAt });
    return;
  }
  const text = dice.chance(0.3) ? '' : words(player);
  const said = await player.attempt('saveDraft', () =>
    kit.messages.saveDraft(player.as(me), { conversationId, text }),
  );
  player.judge('saveDraft', said, readsIn(world, me, conversation), { me, conversationId });
  if (!said?.changed) return;
  drop(world.drafts, (draft) => draft.userId === me && draft.conversationId === conversationId);
  if (text !== '') world.drafts.push({ userId: me, conversationId, text });
};

/** What is said in conversations, and how often. */
export const messageMoves: readonly (readonly [Move, number])[] = [
  [send, 8],
  [forward, 1],
  [change, 2],
  [react, 2],
  [keep, 1.5],
  [read, 2.5],
  [aside, 1.5],
];
