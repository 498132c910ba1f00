import type { Strike, StrikeReader, StrikeWriter } from '@socialkit/moderation';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Database } from '../../database.js';

const strikeOf = (row: Selectable<Database['strikes']>): Strike => ({
  id: row.id,
  accountId: row.account_id,
  decisionId: row.decision_id,
  category: row.category,
  weight: row.weight,
  at: Number(row.at),
  expiresAt: Number(row.expires_at),
  revokedAt: row.revoked_at === null ? null : Number(row.revoked_at),
});

/** Reads strikes. */
export const createPostgresStrikeReader = (db: Kysely<Database>): StrikeReader => ({
  async counting(accountId, now) {
    const rows = await db
      .selectFrom('strikes')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', String(now))
      .orderBy('id')
      .execute();
    return rows.map(strikeOf);
  },
  async ofAccount(accountId, { after, limit }) {
    const rows = await db
      .selectFrom('strikes')
      .selectAll()
      .where('account_id', '=', accountId)
      .$if(after !== null, (query) => query.where('id', '<', after ?? ''))
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(strikeOf);
  },
});

/** Reads and writes strikes inside a transaction. */
export const createPostgresStrikes = (tx: Transaction<Database>): StrikeReader & StrikeWriter => ({
  ...createPostgresStrikeReader(tx),
  async insert(strike) {
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('strikes')
      .values({
        id: strike.id,
        account_id: strike.accountId,
        decision_id: strike.decisionId,
        category: strike.category,
        weight: strike.weight,
        at: String(strike.at),
        expires_at: String(strike.expiresAt),
        revoked_at: strike.revokedAt === null ? null : String(strike.revokedAt),
      })
      .onConflict((conflict) => conflict.columns(['decision_id', 'account_id']).doNothing())
      .executeTakeFirst();
    return Number(numInsertedOrUpdatedRows ?? 0) === 1;
  },
  async revoke(decisionId, at) {
    const rows = await tx
      .updateTable('strikes')
      .set({ revoked_at: String(at) })
      .where('decision_id', '=', decisionId)
      .where('revoked_at', 'is', null)
      .returningAll()
      .execute();
    return rows.map(strikeOf);
  },
});
