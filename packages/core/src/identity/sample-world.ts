import { type ContentGate, createMemoryFacts, createMemoryMeasures, memoryLocks } from '../access/index.js';
import { type Actor, staffActor, systemActor, userActor } from '../kernel/actor.js';
import { createMemoryAudit } from '../kernel/audit.memory.js';
import type { Cache } from '../kernel/cache.js';
import type { AnyEvent } from '../kernel/events.js';
import { createHooks } from '../kernel/hooks.js';
import { createIds, type Id } from '../kernel/ids.js';
import { createMemoryDatabase, keyOf, type MemorySession } from '../kernel/memory.js';
import { createFakeClock, noTracer, type Runtime, silentLogger } from '../kernel/runtime.js';
import { createMemoryIdempotency, createMemoryOutbox } from '../kernel/stores.memory.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import type { IdentityOptions } from './context.js';
import type { CustomShape } from './fields.js';
import { createIdentityService } from './identity-service.js';
import { createMemoryAccounts } from './store.memory.js';

// Transactions of the memory database are serial: nothing is left to lock.
/** A host that makes accounts, as the behaviour tests of this slice see it. */
export const host: Actor = systemActor('host');

/** Identity in memory: what the behaviour tests of the slice stand on. */
export function createSampleIdentity<S extends CustomShape = Record<never, never>>(
  options: IdentityOptions<S> & { readonly gate?: ContentGate; readonly cache?: Cache } = {},
) {
  const clock = createFakeClock();
  const ids = createIds({ clock, node: 1 });
  const runtime: Runtime = { clock, ids, logger: silentLogger, tracer: noTracer, hooks: createHooks() };
  const database = createMemoryDatabase();
  const events: AnyEvent[] = [];
  const stores = (session: MemorySession, heard: AnyEvent[]) => ({
    accounts: createMemoryAccounts(session),
    facts: createMemoryFacts(session, clock),
    audit: createMemoryAudit({ session, clock, ids }),
    measures: createMemoryMeasures(session),
    idempotency: createMemoryIdempotency({ session, clock }),
    outbox: createMemoryOutbox({ session, clock, ids }, (event) => heard.push(event)),
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
  const { gate, cache } = options;
  const identity = createIdentityService<S>(
    { unitOfWork, readers, runtime, ...(gate ? { gate } : {}), ...(cache ? { cache } : {}) },
    options,
  );
  let made = 0;
  return {
    identity,
    clock,
    readers,
    unitOfWork,
    runtime,
    /** The events since the last call. */
    /** What was told since the last call, without the measures: those are told of every restriction. */
    told: () =>
      (events.splice(0) as unknown as { readonly type: string; readonly payload: object }[]).filter(
        ({ type }) => !type.startsWith('measure.'),
      ),
    /** Makes an account by the host. */
    async account(handle = `person_${++made}x`): Promise<{ readonly id: Id; readonly actor: Actor }> {
      const { account } = await identity.ensure(host, { externalId: `host-${handle}`, handle });
      events.splice(0);
      return { id: account.id, actor: userActor(account.id) };
    },
    /** Makes an account that holds a role. @param permissions what its session was granted */
    async staff(role: string, rank: number, permissions: readonly string[]) {
      const { account } = await identity.ensure(host, {
        externalId: `host-${role}-${++made}`,
        handle: `${role}_${made}x`,
      });
      await identity.assignRole(host, { userId: account.id, role });
      events.splice(0);
      return { id: account.id, actor: staffActor(account.id, { rank, permissions }) };
    },
    /** Writes an edge of the graph behind its back. */
    relate: (
      table: 'follows' | 'friendships' | 'blocks' | 'follow_requests' | 'friend_requests',
      from: Id,
      to: Id,
    ) =>
      database.session.run((tables) => {
        tables.table<object>(table).put(keyOf(from, to), { hideReposts: false });
        if (table === 'friendships') tables.table<object>(table).put(keyOf(to, from), {});
      }),
    /** What staff did about an account, oldest first. */
    async log(id: Id) {
      const rows = await readers.audit.bySubject({ kind: 'account', id }, { limit: 100 });
      return rows.map(({ action, actorId, details }) => ({ action, actorId, details })).reverse();
    },
  };
}
