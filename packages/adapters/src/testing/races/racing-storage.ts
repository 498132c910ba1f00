import { createIds, type Id } from '@socialkit/core';
import type { PostgresForTests } from '@socialkit/test-services/vitest';
import { afterAll, beforeAll } from 'vitest';
import { createPostgresStorage } from '../../postgres/storage.js';
import type { Storage } from '../../storage.js';
import { openMigratedPostgres } from '../postgres-template.js';
import { type Racers, startRacers } from './racers.js';

/** Two processes that race on one database, and a handle on it for the test itself. */
export interface RacingStorage {
  readonly database: Awaited<ReturnType<typeof openMigratedPostgres>>;
  readonly storage: Storage;
  readonly racers: Racers;
  /** Ids that no racer makes. */
  nextId(): Id;
}

/** Opens them before the tests of a file and closes them after the last; call it in a `describe`, use it in tests. */
export function racingStorage(server: PostgresForTests): RacingStorage {
  let database: RacingStorage['database'] | undefined;
  let storage: Storage | undefined;
  let racers: Racers | undefined;
  let ids: ReturnType<typeof createIds> | undefined;
  beforeAll(async () => {
    database = await openMigratedPostgres(server);
    racers = await startRacers(database.url);
    ids = createIds({ clock: racers.clock, node: 1000 });
    storage = createPostgresStorage({ postgres: database.a, clock: racers.clock, ids });
  });
  afterAll(async () => {
    await racers?.close();
    await database?.close();
  });
  const opened = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('used before the tests began');
    return part;
  };
  return {
    get database() {
      return opened(database);
    },
    get storage() {
      return opened(storage);
    },
    get racers() {
      return opened(racers);
    },
    nextId: () => opened(ids).next(),
  };
}
