import { createHash } from 'node:crypto';
import {
  type Actor,
  conflict,
  endMeasures,
  holding,
  type Id,
  type Measure,
  mentionedIn,
  notFound,
  type RoleTable,
  type Ruling,
  type Runtime,
  requireOutranks,
  restrict,
  type SubjectRef,
  staffGrounds,
  viewerOf,
} from '@socialkit/core';
import { type Change, changeLocked } from './change.js';
import { cameIntoThread, goneFromThread } from './threads.js';
import type { Message, MessageKey, MessageStatus } from './types.js';
import { eventOf, type MessageDeps, type MessageUnit } from './unit.js';

/** A decision of staff: let through, take down, reverse a takedown. */
export type StaffMove = 'release' | 'flag' | 'restore';

/** Where each decision leads from where. */
const MOVES = {
  release: { from: ['under_review'], to: 'published', type: 'message.released' },
  flag: { from: ['published', 'under_review'], to: 'flagged', type: 'message.flagged' },
  restore: { from: ['flagged'], to: 'published', type: 'message.restored' },
} as const satisfies Record<
  StaffMove,
  { readonly from: readonly MessageStatus[]; readonly to: 'published' | 'flagged'; readonly type: string }
>;

/** A message as a subject of moderation: `<conversation>:<seq>`. */
export const subjectOfMessage = ({ conversationId, seq }: MessageKey): SubjectRef => ({
  kind: 'message',
  id: `${conversationId}:${seq}`,
});

/** The message a subject names. */
export const keyOfSubject = (id: string): MessageKey => {
  const [conversationId = '', seq = ''] = id.split(':');
  return { conversationId, seq: Number(seq) };
};

/** What is put on record of a message that is restricted. */
export const restrictedMessage = (
  message: MessageKey & Pick<Message, 'authorId' | 'revision' | 'createdAt'>,
) => ({
  subject: subjectOfMessage(message),
  authorId: message.authorId,
  revision: message.revision,
  contentAt: message.createdAt,
});

/** SHA-256 of what a message says, hex. */
export const contentHashOfMessage = ({ text, attachments }: Pick<Message, 'text' | 'attachments'>): string =>
  createHash('sha256')
    .update(JSON.stringify([text, attachments]))
    .digest('hex');

const isGone = ({ status }: Message) => status === 'deleted' || status === 'expired';

/**
 * Locks the two accounts of a decision about a message and its conversation, then reads it; null for what does not exist or
 * is gone. Who wrote a message never changes, so it can be read before the locks it names.
 */
export async function lockForDecision(
  stores: MessageUnit,
  actor: Actor,
  { conversationId, seq }: MessageKey,
): Promise<Message | null> {
  const staffId = viewerOf(actor);
  const authorId = (await stores.messages.byKeys(conversationId, [seq])).get(seq)?.authorId;
  if (authorId === undefined) return null;
  await stores.locks.accounts([...new Set([authorId, ...(staffId === null ? [] : [staffId])])]);
  if (!(await stores.conversations.lock(conversationId))) return null;
  const message = (await stores.messages.byKeys(conversationId, [seq])).get(seq);
  return message && !isGone(message) ? message : null;
}

/** The message, if the actor may decide about it; behind {@link lockForDecision}. @throws message.not_found, account.outranked */
export async function requireDecidable(
  { roles }: { readonly roles: RoleTable },
  stores: MessageUnit,
  actor: Actor,
  message: Message | null,
): Promise<Message> {
  if (!message) throw notFound('message');
  const staffId = viewerOf(actor);
  const involved: readonly Id[] = [message.authorId, ...(staffId === null ? [] : [staffId])];
  const accounts = await stores.accounts.byIds(involved);
  const staff = staffId === null ? undefined : accounts.get(staffId);
  requireOutranks(roles, actor, staff, accounts.get(message.authorId));
  return message;
}

/**
 * Moves a locked message by a decision: state, conversation log, mentions, events. Says nothing about why: that is the
 * measure's.
 * @throws message.illegal_move (conflict)
 */
export async function moveMessage(
  change: Change,
  actor: Actor,
  message: Message,
  move: StaffMove,
  reason: string,
): Promise<void> {
  const { stores, say } = change;
  const { from, to, type } = MOVES[move];
  if (!(from as readonly MessageStatus[]).includes(message.status))
    throw conflict('message.illegal_move', `a message that is ${message.status} cannot be moved so`);
  await stores.messages.move(message, message.status, to);
  say({ type, by: message.authorId, seq: message.seq });
  if (to === 'published') {
    await cameIntoThread(change, message);
    const mentions = mentionedIn(message.entities).filter((id) => id !== message.authorId);
    await stores.messages.setMentions(message, mentions);
  } else {
    await goneFromThread(change, message);
    await stores.messages.setMentions(message, []);
  }
  const about = eventOf(message);
  if (move === 'flag')
    await stores.outbox.append({ type: 'message.flagged', actor, payload: { ...about, reason } });
  else
    await stores.outbox.append({
      type: move === 'release' ? 'message.released' : 'message.restored',
      actor,
      payload: {
        ...about,
        mentions: mentionedIn(message.entities),
        replyToSeq: message.replyToSeq,
        threadRootSeq: message.threadRootSeq,
      },
    });
}

/** Takes a locked message down and says why: the measure, and the end of what held it before. */
export async function takeDown(
  change: Change,
  runtime: Runtime,
  actor: Actor,
  message: Message,
  ruling: Ruling,
): Promise<Measure> {
  const { stores } = change;
  if (message.status !== 'flagged')
    await moveMessage(change, actor, message, 'flag', ruling.grounds.explanation);
  const held = await holding(stores, subjectOfMessage(message), ['hold']);
  await endMeasures(stores, runtime, actor, held, 'replaced');
  return restrict(stores, runtime, actor, restrictedMessage(message), ruling);
}

/**
 * Moves a message by staff, who need not be members. Written to the staff log in the same transaction, and with a takedown
 * its statement of reasons.
 *
 * @returns `changed: false` when it is where the move leads already
 * @throws message.not_found, message.illegal_move, message.stale_revision (conflict), account.outranked (forbidden) for
 * messages of one's own and of staff of an equal or higher rank
 */
export function moveByStaff(
  deps: MessageDeps,
  actor: Actor,
  move: StaffMove,
  input: MessageKey & { readonly reason: string; readonly revision?: number | undefined },
): Promise<{ readonly changed: boolean }> {
  const { conversationId, seq } = input;
  const { to } = MOVES[move];
  return changeLocked(
    deps,
    conversationId,
    (stores) => lockForDecision(stores, actor, input),
    async (change, locked) => {
      const { stores } = change;
      const message = await requireDecidable(deps, stores, actor, locked);
      if (message.status === to) return { changed: false };
      if (!(MOVES[move].from as readonly MessageStatus[]).includes(message.status))
        throw conflict('message.illegal_move', `a message that is ${message.status} cannot be moved so`);
      if (input.revision !== undefined && input.revision !== message.revision)
        throw conflict(
          'message.stale_revision',
          `this message is at revision ${message.revision}: look at it again before deciding`,
        );
      if (move === 'flag')
        await takeDown(change, deps.runtime, actor, message, {
          kind: 'remove',
          grounds: staffGrounds(input.reason),
        });
      else {
        await moveMessage(change, actor, message, move, input.reason);
        const kind = move === 'release' ? 'hold' : 'remove';
        const ended = await holding(stores, subjectOfMessage(message), [kind]);
        await endMeasures(stores, deps.runtime, actor, ended, 'reversed', input.reason);
      }
      await stores.audit.append({
        actor,
        action: `messages.${move}`,
        subject: { kind: 'message', id: `${conversationId}:${seq}` },
        details: { from: message.status, to, reason: input.reason },
      });
      return { changed: true };
    },
  );
}
