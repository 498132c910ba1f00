import type { Grounds, Measure, MeasureReader, MeasureWriter } from '@socialkit/core';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Database } from '../database.js';
import type { MeasuresTable } from './tables.js';

const time = (value: string | null): number | null => (value === null ? null : Number(value));

const measureOf = (row: Selectable<MeasuresTable>): Measure => ({
  id: row.id,
  decisionId: row.decision_id,
  subject: { kind: row.subject_kind, id: row.subject_id },
  authorId: row.author_id,
  revision: row.revision,
  kind: row.kind,
  label: row.label,
  until: time(row.until),
  caseId: row.case_id,
  grounds: row.grounds as Grounds,
  actorId: row.actor_id,
  at: Number(row.at),
  contentAt: Number(row.content_at),
  language: row.language,
  endedAt: time(row.ended_at),
  end: row.ended_how,
});

/** Reads restrictions. */
export const createPostgresMeasureReader = (db: Kysely<Database>): MeasureReader => {
  const select = () => db.selectFrom('measures').selectAll();
  return {
    async byIds(ids) {
      if (ids.length === 0) return new Map();
      const rows = await select()
        .where('id', 'in', [...new Set(ids)])
        .execute();
      return new Map(rows.map((row) => [row.id, measureOf(row)]));
    },
    async active({ kind, id }) {
      const rows = await select()
        .where('subject_kind', '=', kind)
        .where('subject_id', '=', id)
        .where('ended_at', 'is', null)
        .orderBy('id')
        .execute();
      return rows.map(measureOf);
    },
    async ofDecision(decisionId) {
      return (await select().where('decision_id', '=', decisionId).orderBy('id').execute()).map(measureOf);
    },
    async ofAuthor(authorId, { after, limit }) {
      const rows = await select()
        .where('author_id', '=', authorId)
        .$if(after !== null, (query) => query.where('id', '<', after ?? ''))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(measureOf);
    },
    async between({ from, to }, { after, limit }) {
      const rows = await select()
        .where('at', '>=', String(from))
        .where('at', '<', String(to))
        .$if(after !== null, (query) => query.where('id', '>', after ?? ''))
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(measureOf);
    },
  };
};

/** Reads and writes restrictions inside a transaction. */
export const createPostgresMeasures = (tx: Transaction<Database>): MeasureReader & MeasureWriter => ({
  ...createPostgresMeasureReader(tx),
  async insert(measure) {
    await tx
      .insertInto('measures')
      .values({
        id: measure.id,
        decision_id: measure.decisionId,
        subject_kind: measure.subject.kind,
        subject_id: measure.subject.id,
        author_id: measure.authorId,
        revision: measure.revision,
        kind: measure.kind,
        label: measure.label,
        until: measure.until === null ? null : String(measure.until),
        case_id: measure.caseId,
        grounds: JSON.stringify(measure.grounds),
        actor_id: measure.actorId,
        at: String(measure.at),
        content_at: String(measure.contentAt),
        language: measure.language,
        ended_at: measure.endedAt === null ? null : String(measure.endedAt),
        ended_how: measure.end,
      })
      .execute();
  },
  async end(ids, end, at) {
    if (ids.length === 0) return [];
    const rows = await tx
      .updateTable('measures')
      .set({ ended_at: String(at), ended_how: end })
      .where('id', 'in', [...ids])
      .where('ended_at', 'is', null)
      .returningAll()
      .execute();
    return rows.map(measureOf).sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  },
});
