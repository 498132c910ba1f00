import { type AuditReader, type AuditWriter, actorIdOf, type Clock, type Ids } from '@socialkit/core';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../database.js';

export function createPostgresAuditWriter(deps: {
  readonly tx: Transaction<Database>;
  readonly clock: Clock;
  readonly ids: Ids;
}): AuditWriter {
  const { tx, clock, ids } = deps;
  return {
    async append({ actor, action, subject, details = {} }) {
      // The entry waits to be sealed from the moment it is there.
      await sql`
        WITH entry AS (
          INSERT INTO audit_log (id, actor_id, action, subject_kind, subject_id, at, details)
          VALUES (${ids.next()}::bigint, ${actorIdOf(actor)}, ${action}, ${subject.kind}, ${subject.id},
            ${clock.now()}::bigint, ${JSON.stringify(details)}::jsonb)
          RETURNING id
        )
        INSERT INTO audit_unsealed (audit_id) SELECT id FROM entry`.execute(tx);
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
