import { type Id, isSocialError } from '@socialkit/core/protocol';
import type { Hint, RealtimeClient } from '../realtime/realtime-client.js';
import type { Timers } from '../realtime/timers.js';
import type { ChatCall } from './calls.js';

/** Milliseconds after which "I am typing" is said again, as the server wants it. */
const REPEAT_MS = 3000;
/** Milliseconds a mark is shown when the server does not say for how long. */
const EXPIRES_MS = 6000;

/** Who types in one conversation. */
export interface Typing {
  /** Others who type now, who began first comes first. */
  readonly users: readonly Id[];
  /** This account types: call it at every key. The server hears of it once in three seconds. */
  typed(): void;
  /** This account stopped without sending. */
  stopped(): void;
  /** This account sent what it wrote: the server tells the others by itself. */
  sent(): void;
  /** An account types no more, for example because its message came. */
  forget(userId: Id): void;
  close(): void;
}

/** Hears and says who types: marks end by themselves after the time the server gives them. */
export function createTyping(
  deps: {
    readonly client: Pick<RealtimeClient, 'onHint' | 'userId'>;
    readonly call: ChatCall;
    readonly timers: Timers;
    readonly error: (error: unknown) => void;
  },
  conversationId: Id,
  changed: () => void,
): Typing {
  const { client, call, timers } = deps;
  const stream = `conversation:${conversationId}`;
  const ends = new Map<Id, () => void>();
  let saidAt: number | null = null;

  const forget = (userId: Id) => {
    const cancel = ends.get(userId);
    if (!cancel) return;
    cancel();
    ends.delete(userId);
    changed();
  };
  const end = client.onHint(({ from, type, data }: Hint) => {
    if (from !== stream || typeof data.userId !== 'string' || data.userId === client.userId) return;
    const { userId, expiresInMs } = data;
    if (type === 'typing.stopped') forget(userId);
    if (type !== 'typing.started') return;
    const known = ends.get(userId);
    known?.();
    const ms = typeof expiresInMs === 'number' ? expiresInMs : EXPIRES_MS;
    ends.set(
      userId,
      timers.after(ms, () => forget(userId)),
    );
    if (!known) changed();
  });
  // What is not said now is not worth saying later.
  const say = (typing: boolean) =>
    call('typing.set', { conversationId, typing }, { deadlineMs: REPEAT_MS }).catch((error: unknown) => {
      if (!isSocialError(error) || !error.retryable) deps.error(error);
    });
  return {
    get users() {
      return [...ends.keys()];
    },
    typed() {
      const now = timers.now();
      if (saidAt !== null && now - saidAt < REPEAT_MS) return;
      saidAt = now;
      void say(true);
    },
    stopped() {
      if (saidAt === null) return;
      saidAt = null;
      void say(false);
    },
    sent() {
      saidAt = null;
    },
    forget,
    close() {
      end();
      for (const cancel of ends.values()) cancel();
      ends.clear();
    },
  };
}
