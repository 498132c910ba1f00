import {
  canAct,
  canViewAccount,
  type FactsReader,
  type Id,
  notFound,
  type StreamEvent,
} from '@socialkit/core';
import { publishAll } from '../conversations/announce.js';
import { lockStanding, type Standing } from '../conversations/standing.js';
import type { NewConversationEvent } from '../conversations/store.js';
import { hydrateEvents } from './hydrate.js';
import type { Message } from './types.js';
import { canRead, type MessageDeps, type MessageUnit, mayRead } from './unit.js';

/** What a change works with, behind the conversation's lock. */
export interface Change {
  readonly stores: MessageUnit;
  /** Unix milliseconds. */
  readonly now: number;
  /** Authors that were found to be seen by others: nobody asks about them again. */
  readonly seen: Set<Id>;
  /** Appends an event to the conversation's log when the change is done. */
  say(event: Omit<NewConversationEvent, 'data' | 'seq'> & { readonly seq: number }): void;
  /** Appends events to the streams of accounts when the change is done. */
  tell(userIds: readonly Id[], type: string, data: Readonly<Record<string, unknown>>): void;
}

/**
 * What is told of authors whom others may not see (suspended, deactivated, gone) is for these alone, as in every read; a replay
 * asks again, so nothing of it is kept.
 * @param seen authors that need no look
 */
async function forHiddenAuthorsAlone(
  facts: Pick<FactsReader, 'relations'>,
  events: readonly StreamEvent[],
  seen: ReadonlySet<Id>,
): Promise<readonly StreamEvent[]> {
  const ids = new Set(events.flatMap(({ by }) => (by === null || seen.has(by) ? [] : [by])));
  if (ids.size === 0) return events;
  const relations = await facts.relations(null, [...ids]);
  return events.map((event) => {
    const { by, only } = event;
    if (by === null || !ids.has(by) || canViewAccount(relations.get(by))) return event;
    return { ...event, only: only === undefined || only.includes(by) ? [by] : [], rewrites: true };
  });
}

/**
 * Runs a change of one conversation and, once it has committed, tells open connections what it said.
 * @param lock locks the conversation and says what the change rests on
 */
export async function changeLocked<L, T>(
  deps: Pick<MessageDeps, 'unitOfWork' | 'runtime' | 'publisher'>,
  conversationId: Id,
  lock: (stores: MessageUnit) => Promise<L>,
  work: (change: Change, locked: L) => Promise<T>,
): Promise<T> {
  const { unitOfWork, runtime, publisher } = deps;
  const { result, events } = await unitOfWork.transact(async (stores) => {
    const locked = await lock(stores);
    return changeWithin(stores, conversationId, runtime.clock.now(), (change) => work(change, locked));
  });
  publishAll(publisher, events);
  return result;
}

/**
 * The inside of a change, for a transaction of somebody else, who holds the conversation's lock and tells open connections.
 * @param now Unix ms @returns what it came to, and the events that open connections are to hear after the commit
 */
export async function changeWithin<T>(
  stores: MessageUnit,
  conversationId: Id,
  now: number,
  work: (change: Change) => Promise<T>,
): Promise<{ readonly result: T; readonly events: readonly StreamEvent[] }> {
  const said: NewConversationEvent[] = [];
  const told: { userId: Id; type: string; data: Readonly<Record<string, unknown>> }[] = [];
  const seen = new Set<Id>();
  const result = await work({
    stores,
    now,
    seen,
    say: (event) => void said.push({ ...event, data: {} }),
    tell: (userIds, type, data) => void told.push(...userIds.map((userId) => ({ userId, type, data }))),
  });
  const events: StreamEvent[] = [];
  if (said.length > 0) {
    const advance = await stores.conversations.advance(conversationId, {
      messages: 0,
      at: now,
      events: said,
    });
    if (!advance) throw notFound('conversation');
    const first = advance.offset - said.length + 1;
    const logged = said.map(({ type, by, only, seq, data }, index) => ({
      offset: first + index,
      type,
      at: now,
      by,
      only: only ?? null,
      seq: typeof seq === 'number' ? seq : null,
      data,
    }));
    const shown = await hydrateEvents(stores.messages, conversationId, logged, now);
    events.push(...(await forHiddenAuthorsAlone(stores.facts, shown, seen)));
  }
  if (told.length > 0) events.push(...(await stores.streams.append(told)));
  return { result, events };
}

/** A member of a conversation and one of its messages, behind the lock. */
export interface Found {
  readonly standing: Standing;
  readonly message: Message;
}

/**
 * A change of a message by a member that can read it.
 * @param others accounts whose relation to the member also decides
 * @throws conversation.not_found, message.not_found
 */
export const changeMessage = <T>(
  deps: Pick<MessageDeps, 'unitOfWork' | 'runtime' | 'publisher'>,
  userId: Id,
  key: { readonly conversationId: Id; readonly seq: number },
  work: (change: Change, found: Found) => Promise<T>,
  others: readonly Id[] = [],
): Promise<T> =>
  changeLocked(
    deps,
    key.conversationId,
    (stores) => lockStanding(stores, userId, key.conversationId, others),
    async (change, standing) => {
      if (!mayRead(standing)) throw notFound('conversation');
      const { stores, now } = change;
      const message = (await stores.messages.byKeys(key.conversationId, [key.seq])).get(key.seq);
      if (!message || !(await canRead(stores, standing, message, now))) throw notFound('message');
      if (message.authorId !== userId || canAct(standing.self)) change.seen.add(message.authorId);
      return work(change, { standing, message });
    },
  );
