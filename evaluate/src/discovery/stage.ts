import { openPglite } from '@socialkit/adapters/pglite';
import { createPostgresStorage, migrate, openPostgres, type Postgres } from '@socialkit/adapters/postgres';
import { createHooks, createIds, noTracer, type Runtime, silentLogger, systemClock } from '@socialkit/core';
import { createItems, createPeople, type Items, type People } from '@socialkit/feed';

/** An embedded database with the services that routes call, over nothing but what an evaluation loads. */
export interface Stage {
  readonly postgres: Postgres;
  readonly storage: ReturnType<typeof createPostgresStorage>;
  readonly people: People;
  readonly items: Items;
  close(): Promise<void>;
}

const PATIENCE_MS = 10 * 60_000;

/** Opens a stage; nothing of it outlives the process. */
export async function openStage(): Promise<Stage> {
  const lite = await openPglite({ connectionTimeoutMillis: PATIENCE_MS });
  const postgres = openPostgres({
    statementTimeoutMs: 0,
    pool: { ...lite.poolConfig, connectionTimeoutMillis: PATIENCE_MS },
  });
  await migrate(postgres);
  const clock = systemClock;
  const ids = createIds({ clock, node: 1 });
  const runtime: Runtime = { clock, ids, logger: silentLogger, tracer: noTracer, hooks: createHooks() };
  const storage = createPostgresStorage({ postgres, clock, ids });
  const deps = {
    unitOfWork: storage.unitOfWork,
    readers: storage.readers,
    stores: storage.discovery,
    runtime,
  };
  return {
    postgres,
    storage,
    people: createPeople(deps),
    items: createItems(deps),
    async close() {
      await storage.close();
      await postgres.close();
      await lite.close();
    },
  };
}
