import { type AuditReader, type AuditWriter, actorIdOf, type Clock, type Ids } from '@socialkit/core';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../database.js';

export function createPostgresAuditWriter(deps: {
  readonly tx: Transaction<Database>;
  readonly clock: Clock;
  readonly ids: Ids;
}): AuditWriter {
  const { tx, clock, ids } = deps;
  return {
    async append({ actor, action, subject, details = {} }) {
      await tx
        .insertInto('audit_log')
        .values({
          id: ids.next(),
          actor_id: actorIdOf(actor),
          action,
          subject_kind: subject.kind,
          subject_id: subject.id,
          at: String(clock.now()),
          details: JSON.stringify(details),
        })
        .execute();
    },
  };
}

export const createPostgresAuditReader = (db: Kysely<Database>): AuditReader => ({
  async bySubject({ kind, id }, { after, limit }) {
    const rows = await db
      .selectFrom('audit_log')
      .selectAll()
      .where('subject_kind', '=', kind)
      .where('subject_id', '=', id)
      .$if(after !== undefined, (query) => query.where('id', '<', after ?? ''))
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      id: row.id,
      actorId: row.actor_id,
      action: row.action,
      subjectKind: row.subject_kind,
      subjectId: row.subject_id,
      at: Number(row.at),
      details: row.details as Readonly<Record<string, unknown>>,
    }));
  },
});
