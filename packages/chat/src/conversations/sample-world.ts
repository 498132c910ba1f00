import {
  type Account,
  type Actor,
  type AnyEvent,
  type ContentGate,
  createFakeClock,
  createHooks,
  createIds,
  createMemoryAccounts,
  createMemoryAudit,
  createMemoryDatabase,
  createMemoryFacts,
  createMemoryGraph,
  createMemoryIdempotency,
  createMemoryMeasures,
  createMemoryOutbox,
  createMemoryUserStreams,
  type GateVerdict,
  type Id,
  type MemorySession,
  memoryLocks,
  noTracer,
  type Runtime,
  type StreamEvent,
  type StreamPublisher,
  silentLogger,
  type UnitOfWork,
  userActor,
} from '@socialkit/core';
import { sampleAccount } from '@socialkit/core/testing';
import { sampleRelations } from '../sample-relations.js';
import { createConversationsService } from './conversations-service.js';
import type { ConversationOptions } from './options.js';
import { createMemoryConversationStores } from './store.memory.js';
import { type ConversationRow, conversationRows, memberRows } from './tables.memory.js';

/** An account and the actor behind it. */
export interface Person {
  readonly id: Id;
  readonly actor: Actor;
}

/** Conversations in memory, over accounts to play with: what the behaviour tests stand on. */
export function createTalkWorld(options: ConversationOptions = {}) {
  const clock = createFakeClock();
  const ids = createIds({ clock, node: 1 });
  const runtime: Runtime = { clock, ids, logger: silentLogger, tracer: noTracer, hooks: createHooks() };
  const database = createMemoryDatabase();
  const events: AnyEvent[] = [];
  const published: StreamEvent[] = [];
  const changed: Id[] = [];
  const stores = (session: MemorySession, heard: AnyEvent[]) => ({
    ...createMemoryGraph(session),
    ...createMemoryConversationStores(session),
    accounts: createMemoryAccounts(session),
    facts: createMemoryFacts(session, clock),
    audit: createMemoryAudit({ session, clock, ids }),
    measures: createMemoryMeasures(session),
    outbox: createMemoryOutbox({ session, clock, ids }, (event) => heard.push(event)),
    idempotency: createMemoryIdempotency({ session, clock }),
    streams: createMemoryUserStreams({ session, clock }),
    locks: memoryLocks,
  });
  const unitOfWork: UnitOfWork<ReturnType<typeof stores>> = {
    async transact(work) {
      const heard: AnyEvent[] = [];
      const result = await database.transact((session) => work(stores(session, heard)));
      events.push(...heard);
      return result;
    },
  };
  const readers = stores(database.session, []);
  const publisher: StreamPublisher = {
    publish: (told) => void published.push(...told),
    hint() {},
    accessChanged: (accountIds) => void changed.push(...accountIds),
  };
  let verdict: GateVerdict = { decision: 'allow' };
  const gate: ContentGate = { review: async () => verdict };
  const typesOf = (of: readonly { readonly type: string }[]) => of.map(({ type }) => type);

  return {
    clock,
    ids,
    readers,
    unitOfWork,
    runtime,
    conversations: createConversationsService({ unitOfWork, readers, runtime, gate, publisher }, options),
    /** The types of events committed since the last call. */
    told: () => typesOf(events.splice(0) as readonly { readonly type: string }[]),
    /** What open connections were told since the last call, as `stream type`. */
    heard: () => published.splice(0).map(({ stream, type, by: _ }) => `${stream.split(':')[0]} ${type}`),
    published,
    /** Accounts whose access was asked again, since the last call. */
    askedAgain: () => changed.splice(0),
    /** What the content gate says from now on. */
    gateSays(next: GateVerdict) {
      verdict = next;
    },
    async person(overrides: Partial<Account> = {}): Promise<Person> {
      const id = ids.next();
      // Old enough to open as many conversations as it likes.
      const account = sampleAccount(id, { createdAt: 0, ...overrides });
      await unitOfWork.transact(({ accounts }) => accounts.insert(account));
      return { id, actor: userActor(id) };
    },
    async people(count: number): Promise<readonly Person[]> {
      const made: Person[] = [];
      for (let n = 0; n < count; n++) made.push(await this.person());
      return made;
    },
    changeAccount: (id: Id, changes: Partial<Account>) =>
      database.session.run((tables) => {
        const rows = tables.table<Account>('accounts');
        const row = rows.get(id);
        if (row) rows.put(id, { ...row, ...changes });
      }),
    ...sampleRelations(unitOfWork, ids),
    /** A message of nobody's: numbers move, nothing else. */
    async message(conversationId: Id) {
      await unitOfWork.transact(({ conversations }) =>
        conversations.advance(conversationId, {
          messages: 1,
          at: clock.now(),
          events: [{ type: 'message.sent', by: null, seq: 'next', data: {} }],
        }),
      );
    },
    row: (id: Id): Promise<ConversationRow | undefined> =>
      database.session.run((tables) => conversationRows(tables).get(id)),
    /** Conversations whose member count differs from their active members: none when all is well. */
    drift: () =>
      database.session.run((tables) =>
        [...conversationRows(tables).rows()].filter(
          ({ id, memberCount }) =>
            [...memberRows(tables).rows()].filter(
              (member) => member.conversationId === id && member.state === 'active',
            ).length !== memberCount,
        ),
      ),
  };
}

/** Conversations in memory. */
export type TalkWorld = ReturnType<typeof createTalkWorld>;
