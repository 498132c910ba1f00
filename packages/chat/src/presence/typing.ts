import {
  type Actor,
  type AnyEvent,
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

/** Typing, as the wiring uses it. */
export interface Typing {
  readonly service: TypingService;
  /** Told of events after their commit: who has sent a message types no more. */
  committed(events: readonly AnyEvent[]): void;
}

/** Who is shown as typing by this process, and until when: Unix milliseconds by conversation and account. */
type Shown = Map<string, number>;

/** Entries kept before those that are over are looked for. */
const MANY_SHOWN = 1000;

const hint = (
  publisher: TypingDeps['publisher'],
  conversationId: Id,
  userId: Id,
  type: 'typing.started' | 'typing.stopped',
  more: { readonly expiresInMs?: number } = {},
): void =>
  publisher.hint(
    [streamName('conversation', conversationId)],
    type,
    { userId, ...more },
    { key: `typing:${userId}`, by: userId },
  );

function note(shown: Shown, key: string, now: number): void {
  if (shown.size >= MANY_SHOWN) for (const [other, until] of shown) if (until <= now) shown.delete(other);
  shown.set(key, now + TYPING_EXPIRES_MS);
}

/**
 * Tells those who follow a conversation that an account is typing: nothing is stored, and it may be dropped. Once in about 3
 * seconds for an account and conversation; nothing above 100 members, nothing to a stranger who has not accepted yet. Accounts
 * with a block in between do not hear of each other: the hint names its author.
 *
 * @throws conversation.not_found unless the caller takes part, conversation.not_allowed (forbidden) when he may not write
 */
async function setTyping(
  { readers, publisher, rateLimiter, runtime }: TypingDeps,
  shown: Shown,
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
  if (typing) {
    note(shown, `${conversationId}:${me}`, runtime.clock.now());
    hint(publisher, conversationId, me, 'typing.started', { expiresInMs: TYPING_EXPIRES_MS });
  } else {
    shown.delete(`${conversationId}:${me}`);
    hint(publisher, conversationId, me, 'typing.stopped');
  }
  return { shown: true };
}

/** Assembles typing. */
export function createTyping(deps: TypingDeps): Typing {
  const shown: Shown = new Map();
  return {
    service: createService(
      typingOperations,
      { set: (actor, input) => setTyping(deps, shown, actor, input) },
      deps.runtime,
    ),
    committed(events) {
      for (const event of events) {
        if (event.type !== 'message.sent') continue;
        const { conversationId, authorId } = event.payload;
        const until = shown.get(`${conversationId}:${authorId}`);
        if (until === undefined) continue;
        shown.delete(`${conversationId}:${authorId}`);
        if (until > deps.runtime.clock.now())
          hint(deps.publisher, conversationId, authorId, 'typing.stopped');
      }
    },
  };
}
