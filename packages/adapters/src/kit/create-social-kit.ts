import {
  type Actor,
  type ContentGate,
  type CustomShape,
  createActorResolver,
  createHooks,
  createHostEvents,
  type JobQueue,
  noTracer,
  openGate,
  type Runtime,
  requirePermission,
  silentLogger,
  staffPermissions,
  staleProfilesOf,
  systemActor,
  systemClock,
  userActor,
} from '@socialkit/core';
import { type BackEnd, openBackEnd } from './back-end.js';
import { type Background, subscribeAll, workAll } from './background.js';
import { openJobQueue } from './job-engine.js';
import { createModerationGate } from './moderation-gate.js';
import { createModerationSignals, type ModerationSignals } from './moderation-signals.js';
import type { SocialKitOptions } from './options.js';
import { openRealtime } from './realtime.js';
import { createSlices } from './slices.js';
import type { DeadLetters, Health, SocialKit, Worker } from './social-kit.js';

/** Permissions that no operation of a slice asks for: the kit's own calls, and what single cases and queues ask for. */
const KIT_PERMISSIONS = ['cache.warm', 'jobs.replay', 'cases.escalate', 'cases.protect'];
/** Dead letters of a page when the caller says nothing. */
const DEAD_LETTERS_PAGE = 50;

function createWorker(
  queue: JobQueue,
  backgrounds: readonly Background[],
  runtime: Runtime,
  recurring: boolean,
): Worker {
  let started = false;
  let closed: Promise<void> | undefined;
  return {
    start() {
      if (started) return;
      started = true;
      workAll(queue, backgrounds);
      queue.start();
      if (!recurring) return;
      for (const { schedules = [] } of backgrounds)
        for (const schedule of schedules)
          schedule().catch((error: unknown) =>
            runtime.logger.error({ err: error }, 'planning a recurring job failed'),
          );
    },
    close() {
      closed ??= queue.close();
      return closed;
    },
  };
}

const createDeadLetters = (backEnd: BackEnd, queue: JobQueue): DeadLetters => ({
  async list(actor, { queue: name, after, limit = DEAD_LETTERS_PAGE } = {}) {
    requirePermission(actor, 'jobs.replay');
    return backEnd.storage.jobs.dead({
      limit,
      ...(name === undefined ? {} : { queue: name }),
      ...(after === undefined ? {} : { after }),
    });
  },
  async replay(actor, ids) {
    requirePermission(actor, 'jobs.replay');
    const count = await backEnd.storage.jobs.replay(ids);
    queue.signal();
    return count;
  },
});

/** What decides about content: the host's own gate, the shipped pipeline where moderation is asked for, or nothing. */
function gateOf(
  own: ContentGate | undefined,
  { storage }: BackEnd,
  runtime: Runtime,
  signals: ModerationSignals | null,
): ContentGate {
  if (own) return own;
  return signals ? createModerationGate({ storage, runtime }, signals) : openGate;
}

async function healthOf(backEnd: BackEnd): Promise<Health> {
  const alive = (ping: Promise<unknown>) => ping.then(() => 'ok' as const).catch(() => 'down' as const);
  const [database, redis] = await Promise.all([
    alive(backEnd.ping()),
    backEnd.redis === null ? ('none' as const) : alive(backEnd.redis.cache.run((client) => client.ping())),
  ]);
  return { ready: database === 'ok', database, redis };
}

/**
 * Opens a social platform in this process.
 *
 * Without options everything is embedded: a PostgreSQL inside the process, in memory. `database: { dataDir }` keeps it in a
 * folder; `database: 'postgres://…'` and `redis: 'redis://…'` run the same code on servers, in any number of processes.
 *
 * The kit opens what it needs and closes what it opened: call `close()`, or declare it with `await using`.
 *
 * @throws setup.package_missing (unavailable) naming what to install, storage.* when the database does not answer
 */
export async function createSocialKit<S extends CustomShape = Record<never, never>>(
  options: SocialKitOptions<S> = {},
): Promise<SocialKit<S>> {
  const clock = options.clock ?? systemClock;
  const logger = options.logger ?? silentLogger;
  const tracer = options.tracer ?? noTracer;
  const backEnd = await openBackEnd(options, { clock, logger });
  const hooks = createHooks(
    options.hookDeadlineMs === undefined ? {} : { deadlineMs: options.hookDeadlineMs },
  );
  const runtime: Runtime = { clock, logger, tracer, hooks, ids: backEnd.ids };
  const { storage, cache } = backEnd;

  const queue = await openJobQueue(options, { store: storage.jobs, redis: backEnd.redis, runtime }).catch(
    async (error: unknown) => {
      await backEnd.close().catch(() => {});
      throw error;
    },
  );
  const hostEvents = createHostEvents(logger);
  const realtime = openRealtime(backEnd, runtime, options);
  const signals = options.moderation
    ? createModerationSignals({ storage, runtime }, options.moderation)
    : null;
  const { services, slices, backgrounds, warm, ...listening } = createSlices(
    { backEnd, runtime, gate: gateOf(options.contentGate, backEnd, runtime, signals), realtime, signals },
    options,
  );
  const worker = createWorker(queue, backgrounds, runtime, options.recurring ?? true);

  storage.onCommit((events, work) => {
    // This process sees its own writes without waiting for a delivery.
    const stale = events.flatMap(staleProfilesOf);
    if (stale.length > 0) void cache.invalidate('profile', stale);
    if (work) queue.signal();
    hostEvents.emit(events);
  });
  storage.onSignal?.(() => queue.signal());

  const { actorFor } = createActorResolver(
    {
      accounts: storage.readers.accounts,
      permissions: [...staffPermissions(slices.map(({ operations }) => operations)), ...KIT_PERMISSIONS],
    },
    options.identity?.roles === undefined ? {} : { roles: options.identity.roles },
  );

  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= worker
      .close()
      .finally(() => realtime.hub.close())
      .finally(() => listening.close())
      .finally(() => backEnd.close());
    return closed;
  };

  try {
    await subscribeAll(storage.subscriptions, backgrounds);
    await listening.start();
  } catch (error) {
    await backEnd.close().catch(() => {});
    throw error;
  }
  if (options.worker ?? true) worker.start();

  return {
    ...services,
    slices,
    runtime,
    cache,
    rateLimiter: backEnd.rateLimiter,
    transport: backEnd.transport,
    realtime,
    deadLetters: createDeadLetters(backEnd, queue),
    system: systemActor('host'),
    actor: (accountId): Actor => userActor(accountId),
    actorFor,
    on: hostEvents.on,
    before: hooks.before,
    worker: () => worker,
    async warm(actor, userId) {
      requirePermission(actor, 'cache.warm');
      await warm(userId);
    },
    idle: (timeoutMs) => queue.idle(timeoutMs),
    health: () => healthOf(backEnd),
    close,
    [Symbol.asyncDispose]: close,
  };
}
