import { SocialError } from '../kernel/errors.js';
import type { MemorySession, MemoryTable, MemoryTables } from '../kernel/memory.js';
import { compareSubjects, groupDeltas, reactionKindOf } from './batch.js';
import { indexRecounts, RECOUNTS, type RecountIndex } from './recount.memory.js';
import type {
  CounterDrift,
  CounterName,
  CounterReader,
  CounterReconciler,
  CounterSubject,
  CounterWriter,
} from './store.js';

/** A row that carries counters, whatever else it carries. */
interface CountedRow {
  readonly [field: string]: unknown;
  readonly reactionCounts?: Readonly<Record<string, number>>;
  readonly reactionCount?: number;
}

const TABLES: Readonly<Record<CounterSubject, string>> = {
  account: 'accounts',
  post: 'posts',
  comment: 'comments',
  hashtag: 'hashtags',
};

const tableOf = (tables: MemoryTables, subject: CounterSubject): MemoryTable<CountedRow> =>
  tables.table<CountedRow>(TABLES[subject]);

const keyField = (subject: CounterSubject): string => (subject === 'hashtag' ? 'tag' : 'id');

/** Error of a counter that would fall below zero, the same in every back-end. */
export const negativeCounter = (subject: CounterSubject, counter: string): SocialError =>
  new SocialError(
    'internal',
    'counter.negative',
    `${counter} of a ${subject} would fall below zero: something uncounted was taken away`,
  );

/** Stored values of every counter of a row, reactions by kind and in sum. */
const storedCounters = (row: CountedRow, plain: Iterable<string>): Map<string, number> => {
  const stored = new Map<string, number>();
  for (const counter of plain) stored.set(counter, (row[counter] as number | undefined) ?? 0);
  for (const [kind, count] of Object.entries(row.reactionCounts ?? {})) stored.set(`reaction:${kind}`, count);
  return stored;
};

const withCounters = (row: CountedRow, values: ReadonlyMap<string, number>): CountedRow => {
  const next: Record<string, unknown> = { ...row };
  const kinds: Record<string, number> = { ...row.reactionCounts };
  let reactions = false;
  for (const [counter, value] of values) {
    const kind = reactionKindOf(counter);
    if (kind === null) next[counter] = value;
    else {
      reactions = true;
      if (value === 0) delete kinds[kind];
      else kinds[kind] = value;
    }
  }
  if (reactions) {
    next.reactionCounts = kinds;
    next.reactionCount = Object.values(kinds).reduce((sum, count) => sum + count, 0);
  }
  return next as CountedRow;
};

const compare = (
  subject: CounterSubject,
  id: string,
  row: CountedRow,
  actual: ReadonlyMap<string, number>,
): CounterDrift[] => {
  const stored = storedCounters(
    row,
    [...actual.keys()].filter((counter) => reactionKindOf(counter) === null),
  );
  const names = [...new Set([...stored.keys(), ...actual.keys()])].sort();
  return names.flatMap((counter) => {
    const was = stored.get(counter) ?? 0;
    const is = actual.get(counter) ?? 0;
    return was === is ? [] : [{ subject, id, counter: counter as CounterName, stored: was, actual: is }];
  });
};

/** The reference counters: every table in this process, one recount per call. */
export function createMemoryCounters(
  session: MemorySession,
): CounterWriter & CounterReader & CounterReconciler {
  const ordered = (tables: MemoryTables, subject: CounterSubject): string[] =>
    [...tableOf(tables, subject).rows()]
      .map((row) => row[keyField(subject)] as string)
      .sort((a, b) => compareSubjects(subject, a, b));
  const recountOne = (index: RecountIndex, tables: MemoryTables, subject: CounterSubject, id: string) => {
    const row = tableOf(tables, subject).get(id);
    if (!row) return { drift: [], row: undefined, actual: new Map<string, number>() };
    const actual = RECOUNTS[subject](index, id);
    return { drift: compare(subject, id, row, actual), row, actual };
  };

  return {
    add: (deltas) =>
      session.run((tables) => {
        for (const { subject, rows } of groupDeltas(deltas)) {
          const table = tableOf(tables, subject);
          for (const { id, counters } of rows) {
            const row = table.get(id) ?? (subject === 'hashtag' ? { tag: id, postCount: 0 } : undefined);
            if (!row) continue;
            const stored = storedCounters(row, counters.keys());
            const next = new Map<string, number>();
            for (const [counter, delta] of counters) {
              const value = (stored.get(counter) ?? 0) + delta;
              if (value < 0) throw negativeCounter(subject, counter);
              next.set(counter, value);
            }
            table.put(id, withCounters(row, next));
          }
        }
      }),
    recount: (subject, { after, limit }) =>
      session.run((tables) => {
        const ids = ordered(tables, subject).filter(
          (id) => after === null || compareSubjects(subject, id, after) > 0,
        );
        const stretch = ids.slice(0, limit);
        const index = indexRecounts(tables);
        return {
          checked: stretch.length,
          drifted: stretch.flatMap((id) => recountOne(index, tables, subject, id).drift),
          next: ids.length > limit ? (stretch.at(-1) ?? null) : null,
        };
      }),
    following: (subject, after) =>
      session.run(
        (tables) =>
          ordered(tables, subject).find((id) => after === null || compareSubjects(subject, id, after) > 0) ??
          null,
      ),
    repair: (subject, ids) =>
      session.run((tables) => {
        const index = indexRecounts(tables);
        return [...new Set(ids)]
          .sort((a, b) => compareSubjects(subject, a, b))
          .flatMap((id) => {
            const { drift, row, actual } = recountOne(index, tables, subject, id);
            if (!row || drift.length === 0) return [];
            const zeroed = drift.map(({ counter }) => [counter, 0] as const);
            tableOf(tables, subject).put(id, withCounters(row, new Map([...zeroed, ...actual])));
            return drift;
          });
      }),
  };
}
