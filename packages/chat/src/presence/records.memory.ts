import type { Id, MemorySession, MemoryTables } from '@socialkit/core';
import {
  DEFAULT_PRESENCE,
  type PresenceRecord,
  type PresenceRecordReader,
  type PresenceRecordWriter,
} from './store.js';

const records = (tables: MemoryTables) => tables.table<PresenceRecord>('account_presence');
const recordOf = (tables: MemoryTables, userId: Id) => records(tables).get(userId) ?? DEFAULT_PRESENCE;

/** The reference {@link PresenceRecordReader} and {@link PresenceRecordWriter}. */
export const createMemoryPresenceRecords = (
  session: MemorySession,
): PresenceRecordReader & PresenceRecordWriter => ({
  find: (userIds) =>
    session.run((tables) => new Map(userIds.map((userId) => [userId, recordOf(tables, userId)]))),
  choose: (userId, { state, lastSeen }) =>
    session.run((tables) => {
      const before = recordOf(tables, userId);
      const record = { ...before, state: state ?? before.state, lastSeen: lastSeen ?? before.lastSeen };
      records(tables).put(userId, record);
      return record;
    }),
  seen: (sightings) =>
    session.run((tables) => {
      for (const { userId, at } of sightings) {
        const before = recordOf(tables, userId);
        if (before.state === 'invisible' || (before.lastSeenAt ?? 0) >= at) continue;
        records(tables).put(userId, { ...before, lastSeenAt: at });
      }
    }),
});
