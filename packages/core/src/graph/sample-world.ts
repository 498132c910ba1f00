import { type AccountState, createMemoryFacts, memoryLocks, type Visibility } from '../access/index.js';
import type { CounterReader } from '../counters/store.js';
import { createMemoryCounters } from '../counters/store.memory.js';
import type { AccountStore } from '../identity/store.js';
import { createMemoryAccounts } from '../identity/store.memory.js';
import type { Account } from '../identity/types.js';
import { type Actor, userActor } from '../kernel/actor.js';
import type { AnyEvent } from '../kernel/events.js';
import { createHooks } from '../kernel/hooks.js';
import { createIds, type Id, type Ids } from '../kernel/ids.js';
import { createJobQueue, workSubscribers } from '../kernel/job-queue.js';
import type { JobStore, JobWriter } from '../kernel/jobs.js';
import { createMemoryDatabase, type MemorySession } from '../kernel/memory.js';
import type { Outbox, SubscriptionStore } from '../kernel/outbox.js';
import { createFakeClock, type FakeClock, noTracer, type Runtime, silentLogger } from '../kernel/runtime.js';
import {
  createMemoryJobStore,
  createMemoryJobWriter,
  createMemoryOutbox,
  createMemorySubscriptions,
} from '../kernel/stores.memory.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import { createMemoryPostTable } from '../posts/store.posts.memory.js';
import { createMemoryUserStreams } from '../realtime/store.memory.js';
import { createGraphService, type GraphOptions } from './graph-service.js';
import type { GraphReadDeps } from './listing.js';
import type { GraphUnit } from './pair.js';
import { createMemoryGraph } from './store.memory.js';
import { createGraphSubscribers, createGraphWorkers } from './subscribers.js';
import { sampleAccount } from './suite-samples.js';

// Transactions of the memory database are serial: nothing is left to lock.
/** A storage the world stands on. */
interface Ground {
  readonly unitOfWork: UnitOfWork<GraphUnit & { readonly accounts: AccountStore; readonly jobs: JobWriter }>;
  readonly readers: GraphReadDeps['readers'] & { readonly counters: CounterReader };
  readonly jobs: JobStore;
  readonly subscriptions: SubscriptionStore;
  readonly clock: FakeClock;
  readonly ids: Ids;
  /** Puts a row into a table of another slice; memory only. */
  readonly plant?: (table: string, key: string, row: object) => Promise<void>;
}

function memoryGround(): Ground {
  const clock = createFakeClock();
  const ids = createIds({ clock, node: 1 });
  const database = createMemoryDatabase();
  const stores = (session: MemorySession) => ({
    ...createMemoryGraph(session),
    accounts: createMemoryAccounts(session),
    posts: createMemoryPostTable(session),
    facts: createMemoryFacts(session, clock),
    counters: createMemoryCounters(session),
    outbox: createMemoryOutbox({ session, clock, ids }, () => {}),
    jobs: createMemoryJobWriter({ session, clock, ids }),
    streams: createMemoryUserStreams({ session, clock }),
    locks: memoryLocks,
  });
  return {
    unitOfWork: { transact: (work) => database.transact((session) => work(stores(session))) },
    readers: stores(database.session),
    jobs: createMemoryJobStore({ session: database.session, clock }),
    subscriptions: createMemorySubscriptions(database.session),
    clock,
    ids,
    plant: (table, key, row) => database.session.run((tables) => tables.table(table).put(key, row)),
  };
}

/** Hears what is appended by units of work that commit. */
function hearing(unitOfWork: Ground['unitOfWork'], hear: (events: readonly AnyEvent[]) => void) {
  const heard: Ground['unitOfWork'] = {
    async transact(work) {
      let events: AnyEvent[] = [];
      const result = await unitOfWork.transact((stores) => {
        events = [];
        const outbox: Outbox = {
          async append(event) {
            const stored = await stores.outbox.append(event);
            events.push(stored as unknown as AnyEvent);
            return stored;
          },
          async appendAll(all) {
            const stored = await stores.outbox.appendAll(all);
            events.push(...(stored as unknown as AnyEvent[]));
            return stored;
          },
        };
        return work({ ...stores, outbox });
      });
      hear(events);
      return result;
    },
  };
  return heard;
}

/** The graph with accounts to play with: what the behaviour tests of the slice stand on. @param ground @default memory */
export function createSampleWorld(options: GraphOptions = {}, ground: Ground = memoryGround()) {
  const { readers, clock, ids } = ground;
  const runtime: Runtime = { clock, ids, logger: silentLogger, tracer: noTracer, hooks: createHooks() };
  const events: AnyEvent[] = [];
  const unitOfWork = hearing(ground.unitOfWork, (heard) => events.push(...heard));
  const graph = createGraphService({ unitOfWork, readers, runtime }, options);

  const queue = createJobQueue({ store: ground.jobs, clock, logger: silentLogger, tracer: noTracer });
  const background = { unitOfWork, readers, runtime };
  const subscribers = createGraphSubscribers(background);
  workSubscribers(queue, subscribers);
  for (const worker of createGraphWorkers(background)) queue.work(worker.queue, worker.handle);
  const subscribed = Promise.all(
    subscribers.map(({ name, types }) => ground.subscriptions.subscribe(name, types)),
  );
  let eldest: Id | undefined;
  let population = 0;

  return {
    graph,
    hooks: runtime.hooks,
    clock,
    readers,
    unitOfWork,
    /** Everything appended by committed units of work, oldest first. */
    events,
    /** The types of `events` since the last call. */
    told(): string[] {
      return events.splice(0).map((event) => (event as { type: string }).type);
    },
    /** Makes an account and the actor behind it. */
    async account(overrides: Partial<Account> = {}): Promise<{ readonly id: Id; readonly actor: Actor }> {
      const id = ids.next();
      await subscribed;
      await unitOfWork.transact(({ accounts }) => accounts.insert(sampleAccount(id, overrides)));
      eldest ??= id;
      population++;
      return { id, actor: userActor(id) };
    },
    /** Makes a post of an account, as far as the policy looks at it. */
    async post(authorId: Id, visibility: Visibility = 'public'): Promise<Id> {
      const id = ids.next();
      const row = {
        id,
        authorId,
        visibility,
        status: 'published',
        expiresAt: null,
        commentPolicy: 'everyone',
        repostOfId: null,
      };
      await ground.plant?.('posts', id, row);
      return id;
    },
    /** Makes an id the one that a post had as a draft; memory only. */
    rememberDraft: async (draftId: Id, postId: Id) =>
      ground.plant?.('post_aliases', draftId, { draftId, postId }),
    /** Moves the state of an account behind the slice's back. */
    setState: (id: Id, to: AccountState) =>
      unitOfWork.transact(async ({ accounts }) => {
        const from = (await accounts.byIds([id])).get(id)?.state ?? 'active';
        await accounts.moveState(id, { from, to, reason: null, resumeState: null }, clock.now());
      }),
    /** Throws the switch of an account without telling anybody. */
    setPrivateSilently: (id: Id, isPrivate: boolean) =>
      unitOfWork.transact(({ accounts }) => accounts.update(id, { isPrivate }, clock.now())),
    /** Throws the switch of an account, with its event. */
    async setPrivate({ id, actor }: { readonly id: Id; readonly actor: Actor }, isPrivate: boolean) {
      await unitOfWork.transact(async ({ accounts, outbox }) => {
        await accounts.update(id, { isPrivate }, clock.now());
        await outbox.append({
          type: 'account.privacy_changed',
          actor,
          payload: { accountId: id, isPrivate },
        });
      });
    },
    /** Works until no job is left. */
    async drain() {
      await subscribed;
      queue.start();
      return queue.idle();
    },
    close: () => queue.close(),
    /** Follower, following and friend counts as stored. */
    async counts(id: Id): Promise<readonly [number, number, number]> {
      const account = (await readers.accounts.byIds([id])).get(id);
      return account ? [account.followerCount, account.followingCount, account.friendCount] : [0, 0, 0];
    },
    /** Counters of the world's accounts that differ from a recount: none when all is well. */
    async drift() {
      const after = (BigInt(eldest ?? 1) - 1n).toString();
      return (await readers.counters.recount('account', { after, limit: population })).drifted;
    },
  };
}

/** The graph with accounts to play with. */
export type SampleWorld = ReturnType<typeof createSampleWorld>;
