import type { ContentGate, GateVerdict } from '../access/index.js';
import { createMemoryFacts, createMemoryMeasures, memoryLocks } from '../access/index.js';
import { createCountersService } from '../counters/counters-service.js';
import { createReconcileJob } from '../counters/reconcile-job.js';
import type { CounterSubject } from '../counters/store.js';
import { createMemoryCounters } from '../counters/store.memory.js';
import { createMemoryGraph } from '../graph/store.memory.js';
import { sampleAccount } from '../graph/suite-samples.js';
import { DEFAULT_ROLES } from '../identity/roles.js';
import { createMemoryAccounts } from '../identity/store.memory.js';
import type { Account } from '../identity/types.js';
import { type Actor, staffActor, systemActor, userActor } from '../kernel/actor.js';
import { createMemoryAudit } from '../kernel/audit.memory.js';
import type { AnyEvent } from '../kernel/events.js';
import { createHooks } from '../kernel/hooks.js';
import { createIds, type Id } from '../kernel/ids.js';
import { createMemoryDatabase, keyOf, type MemorySession } from '../kernel/memory.js';
import { createFakeClock, noTracer, type Runtime, silentLogger } from '../kernel/runtime.js';
import {
  createMemoryIdempotency,
  createMemoryJobStore,
  createMemoryJobWriter,
  createMemoryOutbox,
} from '../kernel/stores.memory.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import { createMemoryPostTable, type PostRow } from '../posts/store.posts.memory.js';
import { createReactionsService } from '../reactions/reactions-service.js';
import type { ReactionOptions } from '../reactions/settings.js';
import { createMemoryReactions } from '../reactions/store.memory.js';
import { createMemoryUserStreams } from '../realtime/store.memory.js';
import { type CommentOptions, createCommentsService } from './comments-service.js';
import { createMemoryComments } from './store.memory.js';
import { samplePost } from './suite-samples.js';

// Transactions of the memory database are serial: nothing is left to lock.
/** An account and the actor behind it. */
export interface Person {
  readonly id: Id;
  readonly actor: Actor;
}

const NO_COUNTS = {
  commentCount: 0,
  repostCount: 0,
  quoteCount: 0,
  bookmarkCount: 0,
  reactionCount: 0,
  reactionCounts: {},
} as const;

/** Comments, reactions and counters in memory, over accounts and posts to play with: what their behaviour tests stand on. */
export function createThreadWorld(
  options: { readonly comments?: CommentOptions; readonly reactions?: ReactionOptions } = {},
) {
  const clock = createFakeClock();
  const ids = createIds({ clock, node: 1 });
  const runtime: Runtime = { clock, ids, logger: silentLogger, tracer: noTracer, hooks: createHooks() };
  const database = createMemoryDatabase();
  const events: AnyEvent[] = [];
  const stores = (session: MemorySession, heard: AnyEvent[]) => ({
    ...createMemoryGraph(session),
    accounts: createMemoryAccounts(session),
    facts: createMemoryFacts(session, clock),
    counters: createMemoryCounters(session),
    comments: createMemoryComments(session),
    reactions: createMemoryReactions(session),
    posts: createMemoryPostTable(session),
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
  const readers = stores(database.session, []);

  let verdict: GateVerdict = { decision: 'allow' };
  const gate: ContentGate = { review: async () => verdict };
  const deps = { unitOfWork, readers, runtime };
  const change = <Row extends object>(table: string, key: string, changes: Partial<Row>) =>
    database.session.run((tables) => {
      const rows = tables.table<Row>(table);
      const row = rows.get(key);
      if (row) rows.put(key, { ...row, ...changes });
    });

  return {
    clock,
    ids,
    readers,
    unitOfWork,
    session: database.session,
    comments: createCommentsService(
      { ...deps, gate, canonicalHandle: (text) => text.toLowerCase(), roles: DEFAULT_ROLES },
      options.comments,
    ),
    reactions: createReactionsService(deps, options.reactions),
    counters: createCountersService(deps),
    reconcileJob: (batch?: number) =>
      createReconcileJob({ ...deps, clock, logger: silentLogger }, batch === undefined ? {} : { batch }),
    jobs: createMemoryJobStore({ session: database.session, clock }),
    /** Everything appended by committed units of work, oldest first. */
    events,
    /** The types of `events` since the last call. */
    /** Types of what was told since the last call, without the measures: those are told of every restriction. */
    told: (): string[] =>
      events
        .splice(0)
        .map((event) => (event as { type: string }).type)
        .filter((type) => !type.startsWith('measure.')),
    /** What the content gate says from now on. */
    gateSays(next: GateVerdict) {
      verdict = next;
    },
    async account(overrides: Partial<Account> = {}): Promise<Person> {
      const id = ids.next();
      await unitOfWork.transact(({ accounts }) => accounts.insert(sampleAccount(id, overrides)));
      return { id, actor: userActor(id) };
    },
    /** An account with the role and the actor of a moderator. */
    async moderator(role = 'moderator'): Promise<Person> {
      const { id } = await this.account({ role });
      const rank = DEFAULT_ROLES[role]?.rank ?? 0;
      return { id, actor: staffActor(id, { rank, permissions: ['content.moderate', 'counter.reconcile'] }) };
    },
    async post(author: Person, overrides: Partial<PostRow> = {}): Promise<Id> {
      const id = ids.next();
      await database.session.run((tables) =>
        tables.table<PostRow>('posts').put(id, { ...samplePost(id, author.id), ...NO_COUNTS, ...overrides }),
      );
      return id;
    },
    /** Changes a row behind the slices' backs. */
    changePost: (id: Id, changes: Partial<PostRow>) => change<PostRow>('posts', id, changes),
    changeAccount: (id: Id, changes: Partial<Account>) => change<Account>('accounts', id, changes),
    async follow(follower: Person, followee: Person) {
      await unitOfWork.transact(async ({ follows }) => {
        const id = ids.next();
        await follows.insert({ followerId: follower.id, followeeId: followee.id, id, hideReposts: false });
      });
    },
    async block(blocker: Person, blocked: Person) {
      await unitOfWork.transact(({ blocks }) => blocks.insert(blocker.id, blocked.id, ids.next()));
    },
    async mention(postId: Id, person: Person) {
      await database.session.run((tables) =>
        tables.table('post_mentions').put(keyOf(postId, person.id), { postId, accountId: person.id }),
      );
    },
    postCounts: (id: Id): Promise<PostRow | undefined> =>
      database.session.run((tables) => tables.table<PostRow>('posts').get(id)),
    /** Counters of one kind of subject that differ from a recount: none when all is well. */
    drift: async (subject: CounterSubject) =>
      (await readers.counters.recount(subject, { after: null, limit: 100_000 })).drifted,
    system: systemActor('test'),
  };
}

/** Comments, reactions and counters in memory. */
export type ThreadWorld = ReturnType<typeof createThreadWorld>;
