import {
  type Account,
  type AnyEvent,
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
  createMemoryTransport,
  createMemoryUserStreams,
  type Id,
  type MemorySession,
  memoryLocks,
  noTracer,
  type RateLimiter,
  type Runtime,
  silentLogger,
  systemActor,
  type UnitOfWork,
  unavailable,
  userActor,
} from '@socialkit/core';
import { sampleAccount } from '@socialkit/core/testing';
import { createConversationsService } from '../conversations/conversations-service.js';
import type { Person } from '../conversations/sample-world.js';
import { sampleRelations } from '../sample-relations.js';
import { createMemoryChat } from '../stores.memory.js';
import { createPresence, type Presence, type PresenceOptions } from './presence-service.js';
import type { PresenceStore } from './store.js';
import { createMemoryPresence } from './store.memory.js';
import { createTyping } from './typing.js';

/** What a hint said. */
export interface SampleHint {
  readonly streams: readonly string[];
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly by?: Id | undefined;
}

/** A node of the sample platform. */
export interface SampleNode extends Presence {
  /** It does nothing any more, and says nothing. */
  crash(): void;
}

const STEP_MS = 1000;

/** Nodes over one store of presence, with time that passes when it is told to. */
export function createPresenceWorld(options: PresenceOptions = {}) {
  let mono = 0;
  const clock = createFakeClock();
  const ids = createIds({ clock, node: 1 });
  const runtime: Runtime = { clock, ids, logger: silentLogger, tracer: noTracer, hooks: createHooks() };
  const database = createMemoryDatabase();
  const transport = createMemoryTransport();
  const hints: SampleHint[] = [];
  const stores = (session: MemorySession) => ({
    ...createMemoryGraph(session),
    ...createMemoryChat(session, clock),
    accounts: createMemoryAccounts(session),
    facts: createMemoryFacts(session, clock),
    audit: createMemoryAudit({ session, clock, ids }),
    measures: createMemoryMeasures(session),
    outbox: createMemoryOutbox({ session, clock, ids }, (_event: AnyEvent) => {}),
    idempotency: createMemoryIdempotency({ session, clock }),
    streams: createMemoryUserStreams({ session, clock }),
    locks: memoryLocks,
  });
  const unitOfWork: UnitOfWork<ReturnType<typeof stores>> = {
    transact: (work) => database.transact((session) => work(stores(session))),
  };
  const readers = stores(database.session);
  const publisher = {
    publish() {},
    accessChanged() {},
    hint(
      streams: readonly string[],
      type: string,
      data: Readonly<Record<string, unknown>>,
      { by }: { readonly by?: Id } = {},
    ) {
      hints.push({ streams, type, data, ...(by === undefined ? {} : { by }) });
    },
  };

  const inner = () => createMemoryPresence({ now: () => mono + 1_000_000 });
  let held = inner();
  /** How calls of the store fail: before they do anything, or after. */
  let failing: 'no' | 'before' | 'after' = 'no';
  let calls = 0;
  const store = Object.fromEntries(
    (['begin', 'renew', 'put', 'refresh', 'devices', 'end', 'reap', 'close'] as const).map((name) => [
      name,
      async (...args: never[]) => {
        calls++;
        if (failing === 'before') throw unavailable('redis.unavailable', 'no answer');
        const answer = await (held[name] as (...args: never[]) => Promise<unknown>)(...args);
        if (failing === 'after') throw unavailable('redis.unavailable', 'no answer');
        return answer;
      },
    ]),
  ) as unknown as PresenceStore;

  const nodes = new Set<SampleNode>();
  const changed: Id[] = [];
  const rateLimiter: Pick<RateLimiter, 'consume'> = {
    consume: async (demands) =>
      demands.map(({ rule, key }) => {
        const [name, now] = [`${rule.name} ${key}`, clock.now()];
        const allowed = (limits.get(name) ?? 0) <= now;
        if (allowed) limits.set(name, now + rule.windowMs);
        return { allowed, limit: 1, remaining: 0, resetMs: 0, retryAfterMs: 0 };
      }),
  };
  const limits = new Map<string, number>();
  let losing = false;

  return {
    clock,
    ids,
    runtime,
    readers,
    unitOfWork,
    hints,
    store,
    /** What the store holds in all. */
    size: () => held.size(),
    storeCalls: () => calls,
    fail: (how: typeof failing) => {
      failing = how;
    },
    /** The store loses everything, as Redis does with FLUSHALL. */
    flushStore: () => {
      held = inner();
    },
    conversations: createConversationsService({
      unitOfWork,
      readers,
      runtime,
      publisher,
      gate: { review: async () => ({ decision: 'allow' }) },
    }),
    typing: createTyping({ readers, publisher, rateLimiter, runtime }),
    /** A node that is ready; what it finds changed is in `changes`. */
    async node(): Promise<SampleNode> {
      const presence = createPresence(
        {
          store,
          unitOfWork,
          readers,
          publisher,
          runtime,
          now: () => mono,
          transport: {
            ...transport,
            async publish(channel, message) {
              changed.push(...(JSON.parse(message) as { u: Id[] }).u);
              if (!losing) await transport.publish(channel, message);
            },
          },
        },
        options,
      );
      const node = { ...presence, crash: () => void nodes.delete(node) };
      nodes.add(node);
      await presence.tracker.tick();
      return node;
    },
    /** Hints do not arrive. */
    loseHints: (lose: boolean) => {
      losing = lose;
    },
    /** Accounts said to have changed since the last call. */
    changes: () => changed.splice(0),
    /** Time passes on all clocks, the nodes do what is due. */
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= STEP_MS) {
        const step = Math.min(left, STEP_MS);
        mono += step;
        clock.advance(step);
        for (const node of nodes) await node.tracker.tick().catch(() => {});
      }
    },
    /** The nodes do what is due now. */
    async settle() {
      for (const node of nodes) await node.tracker.tick().catch(() => {});
    },
    /** Everything told has been heard. */
    async idle() {
      for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
      for (const node of nodes) await node.watches.idle();
    },
    async person(overrides: Partial<Account> = {}): Promise<Person> {
      const id = ids.next();
      const account = sampleAccount(id, { createdAt: 0, ...overrides });
      await unitOfWork.transact(({ accounts }) => accounts.insert(account));
      return { id, actor: userActor(id) };
    },
    ...sampleRelations(unitOfWork, ids),
    async change(id: Id, changes: Partial<Account>) {
      await database.session.run((tables) => {
        const rows = tables.table<Account>('accounts');
        const row = rows.get(id);
        if (row) rows.put(id, { ...row, ...changes });
      });
    },
    /** A group of these people; the first owns it. */
    async group(people: readonly Person[]): Promise<Id> {
      const id = ids.next();
      const [owner] = people;
      await unitOfWork.transact(async ({ conversations, members }) => {
        const { blankConversation } = await import('../conversations/open.js');
        const blank = blankConversation({
          id,
          kind: 'group',
          createdAt: clock.now(),
          createdBy: owner?.id ?? '',
        });
        await conversations.insert({ ...blank, title: 'Sample', ownerId: owner?.id ?? null });
        await members.move(
          id,
          people.map((person) => ({
            userId: person.id,
            state: 'active',
            role: person === owner ? 'owner' : 'member',
            joined: { seq: 0, offset: 0 },
          })),
          clock.now(),
        );
      });
      return id;
    },
    system: systemActor('test'),
  };
}

/** Nodes over one store of presence. */
export type PresenceWorld = ReturnType<typeof createPresenceWorld>;
