import { setTimeout as delay } from 'node:timers/promises';
import { type Id, type Logger, type StreamPublisher, streamName } from '@socialkit/core';
import type { ConversationLogReader } from './store.js';

/** What tells members that a conversation has something new. */
export interface Bump {
  readonly conversationId: Id;
  readonly lastSeq: number;
  /** Unix milliseconds. */
  readonly lastMessageAt: number;
}

/** Tells members of a conversation, whether they follow it or not, that it has something new. */
export interface Bumps {
  note(bump: Bump): void;
}

/** Members above which a conversation gives at most one hint a second. */
const LARGE = 20;
const QUIET_MS = 1000;
/** Milliseconds between two rounds: what comes meanwhile costs one question, and one hint a conversation. */
const ROUND_MS = 50;
/** Conversations whose members one query reads at most. */
const BATCH = 100;
/** Conversations that wait at most; more than that are hints that are lost, as hints may be. */
const MAX_WAITING = 10_000;

/**
 * Hints on the streams of members: nothing is written for them, so that a message costs the same whatever the number of
 * members. The first is told at once, what comes within 50 ms of it together, the newest of each conversation.
 */
export function createBumps(deps: {
  readonly log: Pick<ConversationLogReader, 'listeners'>;
  readonly publisher: StreamPublisher;
  readonly logger: Logger;
}): Bumps {
  const { log, publisher, logger } = deps;
  const waiting = new Map<Id, Bump>();
  /** Large conversations that were told of within the last second, and what came since. */
  const quiet = new Map<Id, Bump | null>();
  let running = false;

  const keepQuiet = (conversationId: Id) => {
    quiet.set(conversationId, null);
    setTimeout(() => {
      const held = quiet.get(conversationId);
      quiet.delete(conversationId);
      if (held) note(held);
    }, QUIET_MS).unref();
  };
  const round = async (): Promise<void> => {
    const taken = [...waiting.values()].slice(0, BATCH);
    for (const { conversationId } of taken) waiting.delete(conversationId);
    const members = await log.listeners(taken.map(({ conversationId }) => conversationId));
    for (const bump of taken) {
      const { conversationId } = bump;
      const ids = members.get(conversationId) ?? [];
      if (ids.length > LARGE) keepQuiet(conversationId);
      if (ids.length > 0)
        publisher.hint(
          ids.map((id) => streamName('user', id)),
          'conversation.bumped',
          { ...bump },
          { key: `bump:${conversationId}` },
        );
    }
  };
  const run = async () => {
    try {
      while (waiting.size > 0) {
        await round();
        await delay(ROUND_MS, undefined, { ref: false });
      }
    } catch (error) {
      waiting.clear();
      logger.warn({ err: error }, 'telling members of a conversation failed; they see it when they look');
    } finally {
      running = false;
    }
  };
  function note(bump: Bump): void {
    if (quiet.has(bump.conversationId)) return void quiet.set(bump.conversationId, bump);
    if (waiting.size >= MAX_WAITING && !waiting.has(bump.conversationId)) return;
    waiting.set(bump.conversationId, bump);
    if (running) return;
    running = true;
    setImmediate(() => void run());
  }
  return { note };
}
