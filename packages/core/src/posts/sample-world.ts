import type { ContentGate, GateSubject, GateVerdict } from '../access/index.js';
import { createMemoryFacts, createMemoryMeasures, memoryLocks } from '../access/index.js';
import { createMemoryCounters } from '../counters/store.memory.js';
import { createMemoryGraph } from '../graph/store.memory.js';
import { sampleAccount } from '../graph/suite-samples.js';
import { DEFAULT_ROLES } from '../identity/roles.js';
import { createMemoryAccounts } from '../identity/store.memory.js';
import type { Account } from '../identity/types.js';
import { type Actor, anonymous, staffActor, systemActor, userActor } from '../kernel/actor.js';
import { createMemoryAudit } from '../kernel/audit.memory.js';
import type { AnyEvent, EventType, SocialEvent } from '../kernel/events.js';
import { createHooks } from '../kernel/hooks.js';
import { createIds, type Id } from '../kernel/ids.js';
import { createJobQueue } from '../kernel/job-queue.js';
import { createMemoryDatabase, type MemorySession } from '../kernel/memory.js';
import { createFakeClock, noTracer, type Runtime, silentLogger } from '../kernel/runtime.js';
import {
  createMemoryIdempotency,
  createMemoryJobStore,
  createMemoryJobWriter,
  createMemoryOutbox,
} from '../kernel/stores.memory.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import { createMemoryReactions } from '../reactions/store.memory.js';
import { createMemoryUserStreams } from '../realtime/store.memory.js';
import { createPostsService, createPostWorkers, type PostsDeps } from './posts-service.js';
import { createMemoryPostReaders, createMemoryPosts } from './store.memory.js';

// Transactions of the memory database are serial: nothing is left to lock.
/** An account and the actor behind it. */
export interface Person {
  readonly id: Id;
  readonly actor: Actor;
}

/** Posts in memory, with people to write and read them: what their behaviour tests stand on. */
export function createPostWorld(ports: PostsDeps['ports'] = {}) {
  const clock = createFakeClock();
  const ids = createIds({ clock, node: 1 });
  const runtime: Runtime = { clock, ids, logger: silentLogger, tracer: noTracer, hooks: createHooks() };
  const database = createMemoryDatabase();
  const events: AnyEvent[] = [];
  const stores = (session: MemorySession, heard: AnyEvent[]) => ({
    ...createMemoryGraph(session),
    ...createMemoryPosts(session),
    accounts: createMemoryAccounts(session),
    facts: createMemoryFacts(session, clock),
    counters: createMemoryCounters(session),
    reactions: createMemoryReactions(session),
    outbox: createMemoryOutbox({ session, clock, ids }, (event) => heard.push(event)),
    jobs: createMemoryJobWriter({ session, clock, ids }),
    streams: createMemoryUserStreams({ session, clock }),
    idempotency: createMemoryIdempotency({ session, clock }),
    audit: createMemoryAudit({ session, clock, ids }),
    measures: createMemoryMeasures(session),
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
  const readers = {
    ...stores(database.session, []),
    ...createMemoryPostReaders(database.session, clock),
  };

  let verdict: GateVerdict = { decision: 'allow' };
  const reviewed: GateSubject[] = [];
  let whileReviewing: (() => Promise<unknown>) | null = null;
  const gate: ContentGate = {
    async review(subject) {
      reviewed.push(subject);
      const interruption = whileReviewing;
      whileReviewing = null;
      await interruption?.();
      return verdict;
    },
  };
  const deps: PostsDeps = {
    unitOfWork,
    readers,
    runtime,
    gate,
    canonicalHandle: (text) => text.toLowerCase(),
    roles: DEFAULT_ROLES,
    ports,
  };
  const posts = createPostsService(deps);
  const jobs = createMemoryJobStore({ session: database.session, clock });
  const queue = createJobQueue({ store: jobs, clock, logger: silentLogger, tracer: noTracer });
  for (const worker of createPostWorkers(deps)) queue.work(worker.queue, worker.handle);

  let named = 0;
  const account = async (overrides: Partial<Account> = {}): Promise<Person> => {
    const id = ids.next();
    const handle = `user${++named}`;
    await unitOfWork.transact(({ accounts }) =>
      accounts.insert(sampleAccount(id, { handle, handleSkeleton: handle, ...overrides })),
    );
    return { id, actor: userActor(id) };
  };

  return {
    posts,
    clock,
    ids,
    readers,
    unitOfWork,
    hooks: runtime.hooks,
    account,
    nobody: anonymous,
    system: systemActor('test'),
    /** Everything appended by committed units of work, oldest first. */
    events,
    /** The types of `events` since the last call. */
    /** Types of what was told since the last call, without the measures: those are told of every restriction. */
    told: (): string[] =>
      events
        .splice(0)
        .map((event) => (event as { type: string }).type)
        .filter((type) => !type.startsWith('measure.')),
    /** The last event of a type. */
    last: <T extends EventType>(type: T): SocialEvent<T> | undefined =>
      events.findLast((event) => (event as { type: string }).type === type) as SocialEvent<T> | undefined,
    /** What the content gate says from now on. */
    gateSays(next: GateVerdict) {
      verdict = next;
    },
    /** What the content gate was asked. */
    reviewed,
    /** Does something else while the gate looks the next time. */
    duringReview(work: () => Promise<unknown>) {
      whileReviewing = work;
    },
    /** An account with the role and the actor of a moderator. */
    async moderator(role = 'moderator'): Promise<Person> {
      const { id } = await account({ role });
      const rank = DEFAULT_ROLES[role]?.rank ?? 0;
      return { id, actor: staffActor(id, { rank, permissions: ['content.review'] }) };
    },
    async change(person: Person, changes: Partial<Account>) {
      await database.session.run((tables) => {
        const rows = tables.table<Account>('accounts');
        const row = rows.get(person.id);
        if (row) rows.put(person.id, { ...row, ...changes });
      });
    },
    async follow(follower: Person, followee: Person) {
      await unitOfWork.transact(({ follows }) =>
        follows.insert({
          followerId: follower.id,
          followeeId: followee.id,
          id: ids.next(),
          hideReposts: false,
        }),
      );
    },
    async befriend(a: Person, b: Person) {
      await unitOfWork.transact(({ friends }) => friends.insert(a.id, b.id, ids.next()));
    },
    async block(blocker: Person, blocked: Person) {
      await unitOfWork.transact(({ blocks }) => blocks.insert(blocker.id, blocked.id, ids.next()));
    },
    /** Runs everything that is due. */
    work: () => {
      queue.start();
      return queue.idle();
    },
    close: () => queue.close(),
    /** Counters of the posts that differ from a recount: none when all is well. */
    async drift() {
      const drifted = [];
      for (const subject of ['account', 'post', 'hashtag'] as const)
        drifted.push(...(await readers.counters.recount(subject, { after: null, limit: 100_000 })).drifted);
      // Edges are planted here without their counters.
      return drifted.filter(({ counter }) => !/^(follow|friend)/.test(counter));
    },
    /** How many public posts a hashtag lists. */
    tagged: (tag: string): Promise<number> =>
      database.session.run(
        (tables) => tables.table<{ readonly postCount: number }>('hashtags').get(tag)?.postCount ?? 0,
      ),
  };
}

/** Posts in memory. */
export type PostWorld = ReturnType<typeof createPostWorld>;
