import { createHash } from 'node:crypto';
import {
  type Actor,
  accountOf,
  type Formatting,
  findMentionCandidates,
  type GateVerdict,
  type Id,
  linksIn,
  type MentionCandidates,
  mentionPairs,
  readText,
  reviewContent,
  SocialError,
  type TextReading,
} from '@socialkit/core';
import type { Attachment, MessageKey } from './types.js';
import type { MessageDeps } from './unit.js';

/** What is to be sent. */
export interface Outgoing {
  readonly conversationId: Id;
  readonly clientId?: string | undefined;
  readonly text: string;
  readonly formatting: readonly Formatting[];
  readonly attachments: readonly Attachment[];
  readonly replyToSeq?: number | undefined;
  readonly threadRootSeq?: number | undefined;
  readonly ttlSeconds?: number | undefined;
}

/** A message that was read, resolved and shown to the gate: all that is left is to decide and write. */
export interface SendCommand {
  readonly actor: Actor;
  readonly authorId: Id;
  readonly conversationId: Id;
  readonly clientId: string | null;
  readonly fingerprint: string | null;
  readonly text: string;
  readonly reading: TextReading;
  readonly candidates: MentionCandidates;
  /** Accounts whose relation to the author decides about mentions. */
  readonly pairs: readonly (readonly [Id, Id])[];
  readonly attachments: readonly Attachment[];
  readonly label: string | null;
  /** Why the gate holds it; null when it does not. */
  readonly held: readonly string[] | null;
  /** All that the gate said. */
  readonly verdict: Exclude<GateVerdict, { decision: 'reject' }>;
  readonly replyToSeq: number | null;
  readonly threadRootSeq: number | null;
  readonly ttlSeconds: number | null;
  /** The message this one carries over. */
  readonly source: MessageKey | null;
}

/** Names everything that makes two sends under one client id the same. */
const fingerprintOf = (outgoing: Outgoing, source: MessageKey | null): string => {
  // A forwarded message is named by its source: its words may have been edited between two attempts.
  const written =
    source === null
      ? [outgoing.text, outgoing.formatting, outgoing.attachments]
      : [source.conversationId, source.seq];
  const { replyToSeq = null, threadRootSeq = null, ttlSeconds = null } = outgoing;
  return createHash('sha256')
    .update(JSON.stringify([written, replyToSeq, threadRootSeq, ttlSeconds]))
    .digest('hex');
};

async function countSend({ rateLimiter, settings }: MessageDeps, authorId: Id): Promise<void> {
  const [verdict] = (await rateLimiter?.consume([{ rule: settings.sendRule, key: authorId }])) ?? [];
  if (verdict && !verdict.allowed)
    throw new SocialError('rate_limited', 'message.too_many', 'too many messages; wait a little', {
      retryAfterMs: verdict.retryAfterMs,
    });
}

/**
 * Everything about a send that needs no lock.
 * @throws message.too_many (rate_limited), text.* (validation), media.* of the resolver, content.rejected (forbidden)
 */
export async function prepareSend(
  deps: MessageDeps,
  actor: Actor,
  outgoing: Outgoing,
  source: MessageKey | null = null,
): Promise<SendCommand> {
  const authorId = accountOf(actor);
  await countSend(deps, authorId);
  const reading = readText(outgoing.text, outgoing.formatting);
  const attachments =
    outgoing.attachments.length === 0
      ? outgoing.attachments
      : await deps.attachments.resolve(authorId, outgoing.attachments);
  const verdict = deps.settings.moderated
    ? await reviewContent(deps.gate, {
        surface: 'message',
        texts: { text: outgoing.text },
        media: attachments.map(({ ref, alt }) => ({ ref, alt })),
        links: linksIn(reading.entities),
        authorId,
      })
    : ({ decision: 'allow' } as const);
  // What is carried over mentions nobody again.
  const mentions = source === null ? reading : { ...reading, mentions: [] };
  const candidates = await findMentionCandidates(deps.readers.accounts, deps.canonicalHandle, mentions);
  const { conversationId, clientId = null } = outgoing;
  return {
    actor,
    authorId,
    conversationId,
    clientId,
    fingerprint: clientId === null ? null : fingerprintOf(outgoing, source),
    text: outgoing.text,
    reading: mentions,
    candidates,
    pairs: mentionPairs(authorId, candidates),
    attachments,
    label: verdict.decision === 'blur' ? verdict.label : null,
    held: verdict.decision === 'hold' ? verdict.reasons : null,
    verdict,
    replyToSeq: outgoing.replyToSeq ?? null,
    threadRootSeq: outgoing.threadRootSeq ?? null,
    ttlSeconds: outgoing.ttlSeconds ?? null,
    source,
  };
}
