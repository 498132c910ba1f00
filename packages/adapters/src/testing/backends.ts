import { createFakeClock, createIds, createMemoryDatabase, type MemorySession } from '@socialkit/core';
import type { OpenBackend, SuiteBackend } from '@socialkit/core/testing';
import { describePostgres } from '@socialkit/test-services/vitest';
import { afterAll, describe } from 'vitest';
import { createMemoryStorage } from '../memory/storage.js';
import type { Postgres } from '../postgres/connection.js';
import { createPostgresStorage } from '../postgres/storage.js';
import type { Storage } from '../storage.js';
import { openMigratedPglite } from './pglite-template.js';
import { openMigratedPostgres } from './postgres-template.js';
import { wipe } from './wipe.js';

/** A back-end opened for a test; `a` and `b` are handles of two processes. */
export interface OpenStorage extends OpenBackend<Storage> {
  /** The databases below `a` and `b`; absent in memory. On PGlite both are the same. */
  readonly postgres?: { readonly a: Postgres; readonly b: Postgres };
  /** The tables of the reference back-end; absent elsewhere. */
  readonly memory?: MemorySession;
}

/** A storage back-end, as tests see it. */
export interface Backend extends SuiteBackend<Storage> {
  readonly kind: 'memory' | 'pglite' | 'postgres';
  open(): Promise<OpenStorage>;
}

const NODES = { ids: 0, a: 1, b: 2 } as const;

/** The reference back-end alone, for tests that need no other. */
export const memoryBackend: Backend = {
  kind: 'memory',
  name: 'memory',
  concurrent: false,
  async open() {
    const clock = createFakeClock();
    const database = createMemoryDatabase();
    const handle = (node: number) =>
      createMemoryStorage({ clock, database, ids: createIds({ clock, node }) });
    const [a, b] = [handle(NODES.a), handle(NODES.b)];
    return {
      a,
      b,
      clock,
      memory: database.session,
      ids: createIds({ clock, node: NODES.ids }),
      async close() {
        await Promise.all([a.close(), b.close()]);
      },
    };
  },
};

/** A database of this test file, opened at first use, wiped for every test, closed after the last. */
interface SqlDatabase {
  readonly a: Postgres;
  readonly b: Postgres;
  close(): Promise<void>;
}

function sqlBackend(
  kind: 'pglite' | 'postgres',
  name: string,
  openDatabase: () => Promise<SqlDatabase>,
): Backend {
  let database: Promise<SqlDatabase> | undefined;
  let inUse = false;
  afterAll(async () => {
    await (await database)?.close();
  });
  return {
    kind,
    name,
    concurrent: kind === 'postgres',
    async open() {
      if (inUse) throw new Error(`the ${name} back-end of the test before was not closed`);
      inUse = true;
      database ??= openDatabase();
      const postgres = await database;
      await wipe(postgres.a);
      const clock = createFakeClock();
      const handle = (of: Postgres, node: number) =>
        createPostgresStorage({ postgres: of, clock, ids: createIds({ clock, node }) });
      const [a, b] = [handle(postgres.a, NODES.a), handle(postgres.b, NODES.b)];
      return {
        a,
        b,
        clock,
        ids: createIds({ clock, node: NODES.ids }),
        postgres: { a: postgres.a, b: postgres.b },
        async close() {
          inUse = false;
          await Promise.all([a.close(), b.close()]);
        },
      };
    },
  };
}

/**
 * Registers the tests of `fn` once per storage back-end: memory, PGlite, PostgreSQL. Where no server is to be had, PostgreSQL is
 * skipped with the reason in its title. The file must call this function by name: that is what makes the run start a
 * server.
 */
export function describeBackends(title: string, fn: (backend: Backend) => void): void {
  describe(title, () => {
    describe('memory', () => fn(memoryBackend));
    describe('PGlite', () => fn(sqlBackend('pglite', 'PGlite', openMigratedPglite)));
    describePostgres('PostgreSQL', (server) =>
      fn(sqlBackend('postgres', 'PostgreSQL', () => openMigratedPostgres(server))),
    );
  });
}
