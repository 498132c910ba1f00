import { compareIds, type Id, keyOf, type MemorySession, type MemoryTables } from '@socialkit/core';
import type { SubjectLevel, TrendCount, TrendGates, TrendLevels, TrendUses } from './store.js';
import { EVERYWHERE, type TrendGate, type TrendKind, type TrendUse, type TrendWindow } from './types.js';

interface LevelRow extends SubjectLevel {
  readonly window: TrendWindow;
  readonly kind: TrendKind;
}

const usesTable = (tables: MemoryTables) => tables.table<TrendUse>('trend_uses');
const levelsTable = (tables: MemoryTables) => tables.table<LevelRow>('trend_levels');
const gatesTable = (tables: MemoryTables) => tables.table<TrendGate>('trend_gates');

/** Uses of every kind by time, so that a look at an hour does not read a fortnight. */
const BLOCK_MS = 60 * 60_000;
const useKey = (use: TrendUse): string => keyOf(use.source, use.kind, use.subject, use.actorId);
/** Code-point order, which is what the databases sort by. */
export const byText = (a: string, b: string): number => {
  const [x, y] = [Array.from(a), Array.from(b)];
  for (let at = 0; at < Math.min(x.length, y.length); at++) {
    const apart = (x[at]?.codePointAt(0) ?? 0) - (y[at]?.codePointAt(0) ?? 0);
    if (apart !== 0) return apart;
  }
  return x.length - y.length;
};

interface Block {
  readonly hour: number;
  readonly keys: readonly string[];
}
const blocksTable = (tables: MemoryTables) => tables.table<Block>('trend_use_blocks');
const hourOf = (at: number): number => Math.floor(at / BLOCK_MS);

function addUse(tables: MemoryTables, use: TrendUse): void {
  const key = useKey(use);
  const hour = hourOf(use.at);
  usesTable(tables).put(key, { ...use });
  const block = blocksTable(tables).get(String(hour));
  // Appended to in place: a copy of the hour for every use would be quadratic. Keys of uses that are gone are skipped.
  if (block) (block.keys as string[]).push(key);
  else blocksTable(tables).put(String(hour), { hour, keys: [key] });
}

function* usesBetween(tables: MemoryTables, from: number, to: number): Generator<TrendUse> {
  const seen = new Set<string>();
  for (let hour = hourOf(from); hour <= hourOf(to - 1); hour++)
    for (const key of blocksTable(tables).get(String(hour))?.keys ?? []) {
      const use = usesTable(tables).get(key);
      if (!use || use.at < from || use.at >= to || seen.has(key)) continue;
      seen.add(key);
      yield use;
    }
}

const removeWhere = (tables: MemoryTables, gone: (use: TrendUse) => boolean): number => {
  const keys = [...usesTable(tables).rows()].filter(gone).map(useKey);
  for (const key of keys) usesTable(tables).remove(key);
  return keys.length;
};

const cellsOf = (use: TrendUse): readonly string[] =>
  use.cell === EVERYWHERE ? [EVERYWHERE] : [EVERYWHERE, use.cell];

interface Tally {
  readonly subject: string;
  readonly cell: string;
  readonly actors: Set<Id>;
  uses: number;
}

function tally(uses: Iterable<TrendUse>): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const use of uses)
    for (const cell of cellsOf(use)) {
      const key = keyOf(cell, use.subject);
      let counted = tallies.get(key);
      if (!counted) {
        counted = { subject: use.subject, cell, actors: new Set(), uses: 0 };
        tallies.set(key, counted);
      }
      counted.actors.add(use.actorId);
      counted.uses++;
    }
  return tallies;
}

/** The reference {@link TrendUses}. */
export const createMemoryTrendUses = (session: MemorySession): TrendUses => ({
  replace: (source, uses) =>
    session.run((tables) => {
      const before = sourcesTable(tables).get(source)?.keys ?? [];
      for (const key of before) usesTable(tables).remove(key);
      for (const use of uses) addUse(tables, use);
      if (uses.length === 0) sourcesTable(tables).remove(source);
      else sourcesTable(tables).put(source, { keys: uses.map(useKey) });
    }),
  removePost: (postId) =>
    session.run(
      (tables) => void removeWhere(tables, (use) => use.postId === postId || use.subject === postId),
    ),
  removeActor: (actorId) =>
    session.run((tables) => void removeWhere(tables, (use) => use.actorId === actorId)),
  removeBefore: (at) =>
    session.run((tables) => {
      for (const { hour } of [...blocksTable(tables).rows()])
        if ((hour + 1) * BLOCK_MS <= at) blocksTable(tables).remove(String(hour));
      return removeWhere(tables, (use) => use.at < at);
    }),
  count: (kind, { from, to, min, limit }) =>
    session.run((tables) => {
      const counts: TrendCount[] = [];
      for (const { subject, cell, actors, uses } of tally(ofKind(tables, kind, from, to)).values())
        if (actors.size >= min) counts.push({ subject, cell, actors: actors.size, uses });
      return counts
        .sort((a, b) => b.actors - a.actors || byText(a.subject, b.subject) || byText(a.cell, b.cell))
        .slice(0, limit);
    }),
  people: ({ from, to }) =>
    session.run((tables) => {
      const cells = new Map<string, Set<Id>>();
      for (const use of usesBetween(tables, from, to))
        for (const cell of cellsOf(use)) cells.set(cell, (cells.get(cell) ?? new Set()).add(use.actorId));
      return new Map([...cells].map(([cell, people]) => [cell, people.size]));
    }),
  levels: (kind, spans, binMs) =>
    session.run((tables) => {
      const [from, to] = [Math.min(...spans.map((s) => s.from)), Math.max(...spans.map((s) => s.to))];
      if (spans.length === 0) return [];
      const bySubject = new Map<string, number[]>();
      for (const [at, { subject }] of spans.entries())
        bySubject.set(subject, [...(bySubject.get(subject) ?? []), at]);
      const people = new Map<
        string,
        { readonly span: number; readonly cell: string; readonly actors: Set<Id> }
      >();
      const within = (use: TrendUse) => {
        for (const span of bySubject.get(use.subject) ?? []) {
          const asked = spans[span];
          if (!asked || use.at < asked.from || use.at >= asked.to) continue;
          for (const cell of cellsOf(use)) {
            const key = keyOf(span, Math.floor((use.at - asked.from) / binMs), cell);
            const bin = people.get(key) ?? { span, cell, actors: new Set<Id>() };
            bin.actors.add(use.actorId);
            people.set(key, bin);
          }
        }
      };
      for (const stretch of stretchesOf(spans, from, to))
        for (const use of ofKind(tables, kind, stretch.from, stretch.to)) within(use);
      const levels = new Map<string, { span: number; cell: string; actors: number }>();
      for (const { span, cell, actors } of people.values()) {
        const key = keyOf(span, cell);
        const level = levels.get(key);
        if (!level || level.actors < actors.size) levels.set(key, { span, cell, actors: actors.size });
      }
      return [...levels.values()];
    }),
  samples: (kind, subject, { cell, from, limit }) =>
    session.run((tables) => {
      const newest = new Map<Id, number>();
      const latest = Math.max(0, ...[...blocksTable(tables).rows()].map(({ hour }) => (hour + 1) * BLOCK_MS));
      for (const use of ofKind(tables, kind, from, latest))
        if (use.subject === subject && cellsOf(use).includes(cell))
          newest.set(use.postId, Math.max(newest.get(use.postId) ?? 0, use.at));
      return [...newest]
        .sort(([a, x], [b, y]) => y - x || compareIds(b, a))
        .slice(0, limit)
        .map(([id]) => id);
    }),
  tagsOf: (actorIds, { from, limit }) =>
    session.run((tables) => {
      const wanted = new Set(actorIds);
      const people = new Map<string, Set<Id>>();
      for (const use of usesTable(tables).rows())
        if (use.kind === 'hashtag' && use.at >= from && wanted.has(use.actorId))
          people.set(use.subject, (people.get(use.subject) ?? new Set()).add(use.actorId));
      return [...people]
        .map(([subject, actors]) => ({ subject, actors: actors.size }))
        .sort((a, b) => b.actors - a.actors || byText(a.subject, b.subject))
        .slice(0, limit);
    }),
});

const sourcesTable = (tables: MemoryTables) =>
  tables.table<{ readonly keys: readonly string[] }>('trend_use_sources');

function* ofKind(tables: MemoryTables, kind: TrendKind, from: number, to: number): Generator<TrendUse> {
  for (const use of usesBetween(tables, from, to)) if (use.kind === kind) yield use;
}

/** Stretches of time that cover all spans, joined where they touch. */
function stretchesOf(
  spans: readonly { readonly from: number; readonly to: number }[],
  from: number,
  to: number,
): readonly { readonly from: number; readonly to: number }[] {
  const sorted = [...spans].sort((a, b) => a.from - b.from);
  const joined: { from: number; to: number }[] = [];
  for (const span of sorted) {
    const last = joined.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else joined.push({ from: Math.max(from, span.from), to: Math.min(to, span.to) });
  }
  return joined;
}

/** The reference {@link TrendLevels}. */
export const createMemoryTrendLevels = (session: MemorySession): TrendLevels => {
  const key = (
    window: TrendWindow,
    kind: TrendKind,
    { subject, cell }: Pick<SubjectLevel, 'subject' | 'cell'>,
  ) => keyOf(window, kind, cell, subject);
  const asLevel = ({ subject, cell, level }: LevelRow): SubjectLevel => ({ subject, cell, level });
  const of = (tables: MemoryTables, window: TrendWindow, kind: TrendKind) =>
    [...levelsTable(tables).rows()].filter((row) => row.window === window && row.kind === kind);
  return {
    all: (window, kind) => session.run((tables) => of(tables, window, kind).map(asLevel)),
    find: (window, kind, subject) =>
      session.run((tables) => levelsTable(tables).get(key(window, kind, subject))?.level ?? null),
    put: (window, kind, levels) =>
      session.run((tables) => {
        for (const level of levels)
          levelsTable(tables).put(key(window, kind, level), { ...level, window, kind });
      }),
    remove: (window, kind, subjects) =>
      session.run((tables) => {
        for (const subject of subjects) levelsTable(tables).remove(key(window, kind, subject));
      }),
    listed: (window, kind, cell, limit) =>
      session.run((tables) =>
        of(tables, window, kind)
          .filter((row) => row.cell === cell && row.level.startedAt !== null)
          .sort((a, b) => b.level.score - a.level.score || byText(a.subject, b.subject))
          .slice(0, limit)
          .map(asLevel),
      ),
  };
};

/** The reference {@link TrendGates}. */
export const createMemoryTrendGates = (session: MemorySession): TrendGates => ({
  block: (gate) =>
    session.run((tables) => {
      const key = keyOf(gate.kind, gate.subject);
      const isNew = !gatesTable(tables).has(key);
      gatesTable(tables).put(key, { ...gate });
      return isNew;
    }),
  unblock: (kind, subject) => session.run((tables) => gatesTable(tables).remove(keyOf(kind, subject))),
  among: (kind, subjects) =>
    session.run(
      (tables) => new Set(subjects.filter((subject) => gatesTable(tables).has(keyOf(kind, subject)))),
    ),
  list: (after, limit) =>
    session.run((tables) =>
      [...gatesTable(tables).rows()]
        .filter(({ id }) => after === null || compareIds(id, after) < 0)
        .sort((a, b) => compareIds(b.id, a.id))
        .slice(0, limit),
    ),
});
