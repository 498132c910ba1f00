import type { AuditRow } from '@socialkit/core';
import type { AuditChainReader, AuditChainWriter, Seal } from '@socialkit/moderation';
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { Database } from '../../database.js';
import type { AuditLogTable } from '../../kernel/tables.js';

const entryOf = (row: Selectable<AuditLogTable>): AuditRow => ({
  id: row.id,
  actorId: row.actor_id,
  action: row.action,
  subjectKind: row.subject_kind,
  subjectId: row.subject_id,
  at: Number(row.at),
  details: row.details as AuditRow['details'],
});

const sealOf = (row: Selectable<Database['audit_seals']>): Seal => ({
  seq: Number(row.seq),
  auditId: row.audit_id,
  prevHash: row.prev_hash,
  hash: row.hash,
});

/** Reads the sealed staff log. */
export const createPostgresAuditChainReader = (db: Kysely<Database>): AuditChainReader => ({
  async head() {
    const row = await db
      .selectFrom('audit_seals')
      .selectAll()
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row ? sealOf(row) : null;
  },
  async seals(afterSeq, limit) {
    const seals = await db
      .selectFrom('audit_seals')
      .selectAll()
      .where('seq', '>', String(afterSeq))
      .orderBy('seq')
      .limit(limit)
      .execute();
    if (seals.length === 0) return [];
    const rows = await db
      .selectFrom('audit_log')
      .selectAll()
      .where(
        'id',
        'in',
        seals.map((seal) => seal.audit_id),
      )
      .execute();
    const entries = new Map(rows.map((row) => [row.id, entryOf(row)]));
    return seals.map((seal) => ({ ...sealOf(seal), row: entries.get(seal.audit_id) ?? null }));
  },
  async waiting() {
    const row = await db
      .selectFrom('audit_unsealed')
      .select((eb) => eb.fn.countAll<string>().as('count'))
      .executeTakeFirst();
    return Number(row?.count ?? 0);
  },
  async strays(limit) {
    const rows = await db
      .selectFrom('audit_log as l')
      .select('l.id')
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('audit_seals as s').select('s.seq').whereRef('s.audit_id', '=', 'l.id'))),
      )
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(selectFrom('audit_unsealed as u').select('u.audit_id').whereRef('u.audit_id', '=', 'l.id')),
        ),
      )
      .orderBy('l.id')
      .limit(limit)
      .execute();
    return rows.map(({ id }) => id);
  },
  async entries({ from, to }, { after, limit }) {
    const rows = await db
      .selectFrom('audit_log')
      .selectAll()
      .where('at', '>=', String(from))
      .where('at', '<', String(to))
      .$if(after !== null, (query) => query.where('id', '>', after ?? ''))
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(entryOf);
  },
});

/** Seals the staff log inside a transaction. */
export const createPostgresAuditChain = (tx: Transaction<Database>): AuditChainReader & AuditChainWriter => ({
  ...createPostgresAuditChainReader(tx),
  async lock() {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended('audit_chain', 0))`.execute(tx);
  },
  async unsealed(limit) {
    const rows = await tx
      .selectFrom('audit_unsealed')
      .innerJoin('audit_log', 'audit_log.id', 'audit_unsealed.audit_id')
      .selectAll('audit_log')
      .orderBy('audit_log.id')
      .limit(limit)
      .execute();
    return rows.map(entryOf);
  },
  async append(seals) {
    if (seals.length === 0) return;
    await tx
      .insertInto('audit_seals')
      .values(
        seals.map((seal) => ({
          seq: String(seal.seq),
          audit_id: seal.auditId,
          prev_hash: seal.prevHash,
          hash: seal.hash,
        })),
      )
      .execute();
    await tx
      .deleteFrom('audit_unsealed')
      .where(
        'audit_id',
        'in',
        seals.map(({ auditId }) => auditId),
      )
      .execute();
  },
});
