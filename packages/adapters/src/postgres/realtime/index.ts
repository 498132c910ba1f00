import type { RealtimeReaders } from '@socialkit/core';
import type { Kysely } from 'kysely';
import type { Database } from '../database.js';
import { createPostgresAudience } from './audience.js';
import { createPostgresEpochs, createPostgresUserStreamReader } from './user-streams.js';

export { createPostgresTickets } from './tickets.js';
export { createPostgresUserStreams } from './user-streams.js';

/** The reading ports of realtime on PostgreSQL. */
export const createPostgresRealtimeReaders = (db: Kysely<Database>): RealtimeReaders => ({
  userStreams: createPostgresUserStreamReader(db),
  audience: createPostgresAudience(db),
  epochs: createPostgresEpochs(db),
});
