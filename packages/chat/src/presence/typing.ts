import {
  type Actor,
  accountOf,
  createService,
  type Id,
  type RateLimiter,
  type Runtime,
  type Service,
  type StreamPublisher,
  streamName,
} from '@socialkit/core';
import { requireCapability, requireStanding } from '../conversations/standing.js';
import type { StandingReaders } from '../conversations/unit.js';
import { typingOperations } from './operations.js';

/** Members above which typing is not shown. */
export const MAX_TYPING_MEMBERS = 100;
/** How long a client shows it without hearing of it again. Milliseconds. */
export const TYPING_EXPIRES_MS = 6000;
/** A client says it again after this while somebody types. Milliseconds. */
export const TYPING_REPEAT_MS = 3000;

/** Counts in steps of a tenth and may hold one longer: a client that repeats on time is never refused. */
const RULE = { name: 'typing', limit: 1, windowMs: TYPING_REPEAT_MS * 0.8 };

/** What typing works on. */
export interface TypingDeps {
  readonly readers: StandingReaders;
  readonly publisher: Pick<StreamPublisher, 'hint'>;
  readonly rateLimiter: Pick<RateLimiter, 'consume'>;
  readonly runtime: Runtime;
}

/** The public service of typing. */
export type TypingService = Service<typeof typingOperations>;

/**
 * Tells those who follow a conversation that an account is typing: nothing is stored, and it may be dropped. Once in about 3
 * seconds for an account and conversation; nothing above 100 members, nothing to a stranger who has not accepted yet. Accounts
 * with a block in between do not hear of each other: the hint names its author.
 *
 * @throws conversation.not_found unless the caller takes part, conversation.not_allowed (forbidden) when he may not write
 */
async function setTyping(
  { readers, publisher, rateLimiter }: TypingDeps,
  actor: Actor,
  { conversationId, typing }: { readonly conversationId: Id; readonly typing: boolean },
): Promise<{ readonly shown: boolean }> {
  const me = accountOf(actor);
  const standing = await requireStanding(readers, me, conversationId);
  requireCapability(standing, 'send');
  const { conversation, counterpart } = standing;
  if (conversation.memberCount > MAX_TYPING_MEMBERS) return { shown: false };
  if (counterpart && counterpart.state !== 'active') return { shown: false };
  const key = `${conversationId}:${me}:${typing ? 'on' : 'off'}`;
  const [verdict] = await rateLimiter.consume([{ rule: RULE, key }]);
  if (!verdict?.allowed) return { shown: false };
  publisher.hint(
    [streamName('conversation', conversationId)],
    typing ? 'typing.started' : 'typing.stopped',
    { userId: me, ...(typing ? { expiresInMs: TYPING_EXPIRES_MS } : {}) },
    { key: `typing:${me}`, by: me },
  );
  return { shown: true };
}

/** Assembles the service of typing. */
export const createTypingService = (deps: TypingDeps): TypingService =>
  createService(typingOperations, { set: (actor, input) => setTyping(deps, actor, input) }, deps.runtime);
