import { compareIds, type Id } from '../kernel/ids.js';
import type { MemorySession, MemoryTables } from '../kernel/memory.js';
import type { Measure, MeasureReader, MeasureWriter } from './measures.js';

const rows = (tables: MemoryTables) => tables.table<Measure>('measures');
const older = (a: Measure, b: Measure) => compareIds(a.id, b.id);

/** The reference {@link MeasureReader} and {@link MeasureWriter}. */
export function createMemoryMeasures(session: MemorySession): MeasureReader & MeasureWriter {
  const select = (fits: (measure: Measure) => boolean) =>
    session.run((tables) => [...rows(tables).rows()].filter(fits).sort(older));
  return {
    byIds: (ids) =>
      session.run((tables) => {
        const found = new Map<Id, Measure>();
        for (const id of ids) {
          const row = rows(tables).get(id);
          if (row) found.set(id, row);
        }
        return found;
      }),
    active: ({ kind, id }) =>
      select((row) => row.subject.kind === kind && row.subject.id === id && row.endedAt === null),
    ofDecision: (decisionId) => select((row) => row.decisionId === decisionId),
    ofAuthor: async (authorId, { after, limit }) =>
      (await select((row) => row.authorId === authorId && (after === null || compareIds(row.id, after) < 0)))
        .reverse()
        .slice(0, limit),
    between: async ({ from, to }, { after, limit }) =>
      (
        await select(
          (row) => row.at >= from && row.at < to && (after === null || compareIds(row.id, after) > 0),
        )
      ).slice(0, limit),
    insert: (measure) => session.run((tables) => rows(tables).put(measure.id, structuredClone(measure))),
    end: (ids, end, at) =>
      session.run((tables) => {
        const ended: Measure[] = [];
        for (const id of ids) {
          const row = rows(tables).get(id);
          if (!row || row.endedAt !== null) continue;
          const now = { ...row, endedAt: at, end };
          rows(tables).put(id, now);
          ended.push(now);
        }
        return ended.sort(older);
      }),
  };
}
