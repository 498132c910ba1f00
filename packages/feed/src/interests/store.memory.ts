import { type Id, keyOf, type MemorySession, type MemoryTables } from '@socialkit/core';
import { addMarks } from './decay.js';
import type { InterestStore, StoredInterest } from './store.js';
import { type InterestKind, REMEMBERED_INTERESTS } from './types.js';

interface Row extends StoredInterest {
  readonly userId: Id;
  readonly removed: boolean;
}
interface Counted {
  readonly userId: Id;
  readonly eventId: Id;
  readonly at: number;
}

const rowsOf = (tables: MemoryTables) => tables.table<Row>('user_interests');
const events = (tables: MemoryTables) => tables.table<Counted>('user_interest_events');
const off = (tables: MemoryTables) => tables.table<{ readonly userId: Id }>('user_interests_off');

const keyFor = (userId: Id, kind: InterestKind, value: string): string => keyOf(userId, kind, value);
const byMark = (a: StoredInterest, b: StoredInterest): number =>
  Number(b.chosen) - Number(a.chosen) ||
  (b.mark ?? -Infinity) - (a.mark ?? -Infinity) ||
  Buffer.compare(Buffer.from(a.value), Buffer.from(b.value));

/** The reference {@link InterestStore}. */
export function createMemoryInterests(session: MemorySession): InterestStore {
  const put = (tables: MemoryTables, row: Row) =>
    rowsOf(tables).put(keyFor(row.userId, row.kind, row.value), row);
  const of = (tables: MemoryTables, userId: Id) =>
    [...rowsOf(tables).rows()].filter((row) => row.userId === userId);
  const blank = (userId: Id, kind: InterestKind, value: string): Row => ({
    userId,
    kind,
    value,
    mark: null,
    chosen: false,
    removed: false,
  });
  const trim = (tables: MemoryTables, userId: Id, kind: InterestKind) => {
    const learned = of(tables, userId).filter((row) => row.kind === kind && !row.chosen && !row.removed);
    for (const row of learned.sort(byMark).slice(REMEMBERED_INTERESTS))
      rowsOf(tables).remove(keyFor(userId, kind, row.value));
  };
  return {
    record: (userId, eventId, at, gains) =>
      session.run((tables) => {
        if (off(tables).has(userId) || events(tables).has(keyOf(userId, eventId))) return false;
        events(tables).put(keyOf(userId, eventId), { userId, eventId, at });
        for (const { kind, value, mark } of gains) {
          const row = rowsOf(tables).get(keyFor(userId, kind, value)) ?? blank(userId, kind, value);
          if (!row.removed)
            put(tables, { ...row, mark: row.mark === null ? mark : addMarks(row.mark, mark) });
        }
        for (const kind of new Set(gains.map((gain) => gain.kind))) trim(tables, userId, kind);
        return true;
      }),
    read: (userId) =>
      session.run((tables) => ({
        enabled: !off(tables).has(userId),
        interests: of(tables, userId)
          .filter(({ removed }) => !removed)
          .sort(byMark)
          .map(({ kind, value, mark, chosen }) => ({ kind, value, mark, chosen })),
      })),
    choose: (userId, kind, value) =>
      session.run((tables) => {
        const row = rowsOf(tables).get(keyFor(userId, kind, value)) ?? blank(userId, kind, value);
        if (row.chosen) return false;
        put(tables, { ...row, chosen: true, removed: false });
        return true;
      }),
    remove: (userId, kind, value) =>
      session.run((tables) => {
        const row = rowsOf(tables).get(keyFor(userId, kind, value));
        if (row?.removed) return false;
        put(tables, { ...blank(userId, kind, value), removed: true });
        return true;
      }),
    setEnabled: (userId, enabled) =>
      session.run((tables) => {
        if (!off(tables).has(userId) === enabled) return false;
        if (enabled) return off(tables).remove(userId);
        off(tables).put(userId, { userId });
        for (const row of of(tables, userId)) {
          if (row.chosen || row.removed) put(tables, { ...row, mark: null });
          else rowsOf(tables).remove(keyFor(userId, row.kind, row.value));
        }
        return true;
      }),
    forgetEvents: (at) =>
      session.run((tables) => {
        const old = [...events(tables).rows()].filter((event) => event.at < at);
        for (const { userId, eventId } of old) events(tables).remove(keyOf(userId, eventId));
        return old.length;
      }),
  };
}
