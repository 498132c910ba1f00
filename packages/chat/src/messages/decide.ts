import {
  canAct,
  canViewAccount,
  conflict,
  forbidden,
  type Id,
  notFound,
  type RelationFacts,
  SocialError,
  withMentions,
} from '@socialkit/core';
import { can } from '../conversations/capabilities.js';
import { waitsForAnswer } from '../conversations/standing.js';
import type { SendCommand } from './prepare.js';
import type { NewMessage, SendFacts } from './store.js';
import { isReadable, type Message } from './types.js';
import { floorOf } from './unit.js';

const notAllowed = () => forbidden('message.not_allowed', 'you cannot write to this conversation');

/** Who may write: the rules of a send that do not depend on what it says. */
function requireWriter(facts: SendFacts, now: number): void {
  const { conversation, member, peer, authorState } = facts;
  const knows = member?.state === 'active' || member?.state === 'requested';
  if (!conversation || !member || !knows) throw notFound('conversation');
  if (authorState === null || !canAct({ state: authorState }))
    throw forbidden('account.inactive', `this account is ${authorState ?? 'gone'} and cannot do that`);
  if (member.state === 'requested') {
    // A block between the two leaves nothing to be accepted.
    if (peer?.blocked) throw notFound('conversation');
    throw forbidden('message.not_accepted', 'accept the conversation before you write');
  }
  if (peer) {
    const there = peer.accountState === 'active' || peer.accountState === 'limited';
    if (!there || peer.blocked) throw notAllowed();
    if (waitsForAnswer(conversation, peer.memberState))
      throw forbidden('message.request_pending', 'the other side has not accepted your first message yet');
  }
  const ground = { conversation, member, writable: true };
  if (!can(ground, 'send')) throw notAllowed();
  const paceMs = conversation.settings.slowModeSeconds * 1000;
  const waitMs = facts.lastSentAt === null ? 0 : facts.lastSentAt + paceMs - now;
  if (paceMs > 0 && waitMs > 0 && !can(ground, 'skipSlowMode'))
    throw new SocialError('rate_limited', 'message.slow_mode', 'this conversation is in slow mode', {
      retryAfterMs: waitMs,
    });
}

/** @throws message.not_found for a message the author cannot answer, message.nested_thread (conflict) */
function requireReferences(
  command: SendCommand,
  { conversation, member, replyTo, root }: SendFacts,
  relations: ReadonlyMap<Id, RelationFacts>,
  now: number,
): void {
  const seen = (message: Message | null) =>
    message !== null &&
    conversation !== null &&
    member !== null &&
    message.seq > floorOf(conversation, member) &&
    isReadable(message, now) &&
    canViewAccount(relations.get(message.authorId));
  if (command.replyToSeq !== null && !seen(replyTo)) throw notFound('message');
  if (command.threadRootSeq === null) return;
  if (!root || !seen(root)) throw notFound('message');
  if (root.threadRootSeq !== null)
    throw conflict('message.nested_thread', 'this message is inside of a thread: name the first one of it');
}

/** What a send comes to: a message to be written, or the one that was written before under its client id. */
export type SendDecision = { readonly write: NewMessage } | { readonly known: Message };

/**
 * Decides about one send, behind the locks. A retry is answered before anything else is asked: what was sent stays sent,
 * also when the sender could not send it again now.
 *
 * @param relations between the author and whom the message mentions or answers
 * @throws conversation.not_found, account.inactive, message.not_accepted, message.not_allowed, message.request_pending
 * (forbidden), message.slow_mode (rate_limited), message.not_found, message.nested_thread, message.other_content (conflict)
 */
export function decideSend(
  command: SendCommand,
  facts: SendFacts,
  relations: ReadonlyMap<Id, RelationFacts>,
  now: number,
): SendDecision {
  const { known, member, conversation } = facts;
  if (known && conversation && (member?.state === 'active' || member?.state === 'requested')) {
    if (known.fingerprint === command.fingerprint) return { known };
    throw conflict('message.other_content', 'another message was sent under this clientId; use a new one');
  }
  requireWriter(facts, now);
  requireReferences(command, facts, relations, now);
  if (!conversation) throw notFound('conversation');
  const entities = withMentions(
    command.reading,
    new Map([...command.candidates].filter(([, { id }]) => canViewAccount(relations.get(id)))),
  );
  const mentions = entities.flatMap((entity) => (entity.type === 'mention' ? [entity.accountId] : []));
  const { messageTtlSeconds } = conversation.settings;
  const ttl = Math.min(command.ttlSeconds ?? Infinity, messageTtlSeconds ?? Infinity);
  const slow = conversation.settings.slowModeSeconds > 0;
  return {
    write: {
      conversationId: command.conversationId,
      authorId: command.authorId,
      clientId: command.clientId,
      fingerprint: command.fingerprint,
      status: command.held === null ? 'published' : 'under_review',
      text: command.text,
      entities,
      attachments: command.attachments,
      label: command.label,
      replyToSeq: command.replyToSeq,
      threadRootSeq: command.threadRootSeq,
      forwarded: command.source !== null,
      createdAt: now,
      expiresAt: Number.isFinite(ttl) ? now + ttl * 1000 : null,
      // What is held counts for nobody before it is released.
      mentions: command.held === null ? [...new Set(mentions)].filter((id) => id !== command.authorId) : [],
      paced: slow,
    },
  };
}
