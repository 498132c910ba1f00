import type { KeptResult, ResultReader, ResultWriter } from '@socialkit/moderation';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database.js';
import * as statements from './statements.js';

const resultOf = (row: statements.ResultRow): KeptResult => ({
  id: row.id,
  result: row.result,
  authorId: row.authorId,
  authorTier: row.authorTier,
  locale: row.locale,
  facts: row.facts,
  cluster: { simhash: row.simhash, domains: row.domains, media: row.media },
  subject:
    row.subjectKind === null || row.subjectId === null ? null : { kind: row.subjectKind, id: row.subjectId },
  revision: row.revision,
  offence: row.offence,
  at: Number(row.at),
});

/** Reads kept results. */
export const createPostgresResultReader = (db: Kysely<Database>): ResultReader => ({
  async byIds(ids) {
    if (ids.length === 0) return new Map();
    const rows = await statements.byIds.run(db, { ids });
    return new Map(rows.map((row) => [row.id, resultOf(row)] as const));
  },
  ofSubject: async (subject, limit) =>
    (await statements.ofSubject.run(db, { ...subject, limit })).map(resultOf),
  walk: async (after, limit) => (await statements.walk.run(db, { after: after ?? '0', limit })).map(resultOf),
});

/** Reads and writes results inside a transaction. */
export function createPostgresResults(tx: Transaction<Database>): ResultReader & ResultWriter {
  const reader = createPostgresResultReader(tx);
  return {
    ...reader,
    async insert({ id, at, authorId, authorTier, locale, result, facts, cluster }) {
      await statements.insert.affected(tx, {
        id,
        at,
        author: authorId,
        tier: authorTier,
        locale,
        result: JSON.stringify(result),
        facts: facts && JSON.stringify(facts),
        ...cluster,
      });
    },
    async bind(id, subject, revision) {
      await statements.bind.affected(tx, { id, kind: subject.kind, subject: subject.id, revision });
      return (await reader.byIds([id])).get(id) ?? null;
    },
    async label(id, offence) {
      await statements.label.affected(tx, { id, offence });
    },
    purge: (before, limit) => statements.purge.affected(tx, { before, limit }),
  };
}
