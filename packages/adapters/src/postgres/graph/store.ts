import type { GraphReaders, GraphStores } from '@socialkit/core';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../database.js';
import { createPostgresFollowReader, createPostgresFollowWriter } from './follows.js';
import { createPostgresFriendReader, createPostgresFriendWriter } from './friends.js';
import {
  createPostgresBlockReader,
  createPostgresBlockWriter,
  createPostgresMuteReader,
  createPostgresMuteWriter,
} from './limits.js';
import { createPostgresRelationshipReader } from './relationships.js';
import { createPostgresFollowRequestReader, createPostgresFollowRequestWriter } from './requests.js';
import { createPostgresTopicReader, createPostgresTopicWriter } from './topics.js';

/** The reading ports of the graph on PostgreSQL. */
export const createPostgresGraphReaders = (db: Kysely<Database>): GraphReaders => ({
  follows: createPostgresFollowReader(db),
  followRequests: createPostgresFollowRequestReader(db),
  friends: createPostgresFriendReader(db),
  blocks: createPostgresBlockReader(db),
  mutes: createPostgresMuteReader(db),
  topics: createPostgresTopicReader(db),
  relationships: createPostgresRelationshipReader(db),
});

/** The ports of the graph inside a transaction. */
export const createPostgresGraph = (tx: Transaction<Database>): GraphStores => ({
  follows: { ...createPostgresFollowReader(tx), ...createPostgresFollowWriter(tx) },
  followRequests: { ...createPostgresFollowRequestReader(tx), ...createPostgresFollowRequestWriter(tx) },
  friends: { ...createPostgresFriendReader(tx), ...createPostgresFriendWriter(tx) },
  blocks: { ...createPostgresBlockReader(tx), ...createPostgresBlockWriter(tx) },
  mutes: { ...createPostgresMuteReader(tx), ...createPostgresMuteWriter(tx) },
  topics: { ...createPostgresTopicReader(tx), ...createPostgresTopicWriter(tx) },
  relationships: createPostgresRelationshipReader(tx),
});
