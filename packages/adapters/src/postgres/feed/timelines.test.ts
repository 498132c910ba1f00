import { createFakeClock, createIds } from '@socialkit/core';
import type { TimelineOptions } from '@socialkit/feed';
import { timelineSuite } from '@socialkit/feed/testing';
import { describePostgres } from '@socialkit/test-services/vitest';
import { afterAll, describe } from 'vitest';
import { openMigratedPglite } from '../../testing/pglite-template.js';
import { openMigratedPostgres } from '../../testing/postgres-template.js';
import { wipe } from '../../testing/wipe.js';
import type { Postgres } from '../connection.js';
import { createPostgresTimelines } from './timelines.js';

interface Opened {
  readonly a: Postgres;
  readonly b: Postgres;
  close(): Promise<void>;
}

function run(name: string, openDatabase: () => Promise<Opened>): void {
  let database: Promise<Opened> | undefined;
  afterAll(async () => (await database)?.close());
  timelineSuite(name, async (options: TimelineOptions) => {
    database ??= openDatabase();
    const { a, b } = await database;
    await wipe(a);
    const clock = createFakeClock();
    return {
      a: createPostgresTimelines({ db: a.db, clock }, options),
      b: createPostgresTimelines({ db: b.db, clock }, options),
      ids: createIds({ clock, node: 3 }),
      elapse: async (ms: number) => clock.advance(ms),
      close: async () => {},
    };
  });
}

describe('timelines on PGlite', () => run('PGlite', openMigratedPglite));
describePostgres('timelines on PostgreSQL', (server) =>
  run('PostgreSQL', () => openMigratedPostgres(server)),
);
