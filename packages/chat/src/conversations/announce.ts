import type { Id, KernelStores, StreamEvent, StreamPublisher, UnitOfWork } from '@socialkit/core';
import type { ConversationStores, NewConversationEvent } from './store.js';

/** What a use case has to say while it decides. Nothing is heard by anybody before the commit. */
export interface Announcer {
  /** Appends events to a conversation's log. The caller holds its lock. @param at Unix milliseconds */
  inConversation(id: Id, events: readonly NewConversationEvent[], at: number): Promise<void>;
  /** Appends events to the streams of accounts; after everything else that locks. */
  toAccounts(
    events: readonly {
      readonly userId: Id;
      readonly type: string;
      readonly data: Readonly<Record<string, unknown>>;
    }[],
  ): Promise<void>;
  /** What these accounts may read has changed. */
  accessChanged(userIds: readonly Id[]): void;
}

type AnnouncingUnit = Pick<ConversationStores, 'conversations'> & Pick<KernelStores, 'streams'>;

/** Events after which the account they are about may not read on. */
const ENDING: ReadonlySet<string> = new Set(['member.left', 'member.removed']);

const withEnds = (event: StreamEvent): StreamEvent =>
  ENDING.has(event.type) ? { ...event, ends: [event.data.userId as Id] } : event;

/** Tells open connections about committed events, stream by stream. */
export function publishAll(publisher: StreamPublisher, events: readonly StreamEvent[]): void {
  const streams = new Map<string, StreamEvent[]>();
  for (const event of events) {
    const held = streams.get(event.stream);
    if (held) held.push(event);
    else streams.set(event.stream, [event]);
  }
  for (const held of streams.values()) publisher.publish(held);
}

/**
 * Runs a unit of work and, once it has committed, tells the open connections what it said. A unit of work that is run again
 * says everything anew, so nothing is told twice and nothing that was rolled back is told at all.
 */
export async function announced<S extends AnnouncingUnit, T>(
  deps: { readonly unitOfWork: UnitOfWork<S>; readonly publisher: StreamPublisher },
  work: (stores: S, say: Announcer) => Promise<T>,
): Promise<T> {
  const { result, events, changed } = await deps.unitOfWork.transact(async (stores) => {
    const events: StreamEvent[] = [];
    const changed = new Set<Id>();
    const result = await work(stores, {
      async inConversation(id, said, at) {
        if (said.length === 0) return;
        const advance = await stores.conversations.advance(id, { messages: 0, at, events: said });
        events.push(...(advance?.events ?? []).map(withEnds));
      },
      async toAccounts(said) {
        if (said.length > 0) events.push(...(await stores.streams.append(said)));
      },
      accessChanged(userIds) {
        for (const id of userIds) changed.add(id);
      },
    });
    return { result, events, changed };
  });
  publishAll(deps.publisher, events);
  if (changed.size > 0) deps.publisher.accessChanged([...changed]);
  return result;
}
