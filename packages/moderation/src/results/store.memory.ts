import { compareIds, type MemorySession, type MemoryTables, newestFirst } from '@socialkit/core';
import type { ResultReader, ResultWriter } from './store.js';
import type { KeptResult } from './types.js';

const results = (tables: MemoryTables) => tables.table<KeptResult>('moderation_results');

/** The reference {@link ResultReader} and {@link ResultWriter}. */
export const createMemoryResults = (session: MemorySession): ResultReader & ResultWriter => ({
  byIds: (ids) =>
    session.run((tables) => {
      const found = ids.flatMap((id) => results(tables).get(id) ?? []);
      return new Map(found.map((one) => [one.id, one]));
    }),
  ofSubject: ({ kind, id }, limit) =>
    session.run((tables) =>
      [...results(tables).rows()]
        .filter(({ subject }) => subject?.kind === kind && subject.id === id)
        .sort((a, b) => newestFirst(a.id, b.id))
        .slice(0, limit),
    ),
  walk: (after, limit) =>
    session.run((tables) =>
      [...results(tables).rows()]
        .filter(({ id }) => after === null || compareIds(id, after) > 0)
        .sort((a, b) => compareIds(a.id, b.id))
        .slice(0, limit),
    ),
  insert: (result) =>
    session.run((tables) =>
      results(tables).put(result.id, { ...result, subject: null, revision: null, offence: null }),
    ),
  bind: (id, { kind, id: subjectId }, revision) =>
    session.run((tables) => {
      const before = results(tables).get(id);
      if (!before) return null;
      if (before.subject !== null) return before;
      const bound = { ...before, subject: { kind, id: subjectId }, revision };
      results(tables).put(id, bound);
      return bound;
    }),
  label: (id, offence) =>
    session.run((tables) => {
      const before = results(tables).get(id);
      if (before) results(tables).put(id, { ...before, offence });
    }),
  purge: (before, limit) =>
    session.run((tables) => {
      const old = [...results(tables).rows()]
        .filter(({ at }) => at < before)
        .sort((a, b) => compareIds(a.id, b.id))
        .slice(0, limit);
      for (const { id } of old) results(tables).remove(id);
      return old.length;
    }),
});
