import { compareIds, type MemorySession, type MemoryTables } from '@socialkit/core';
import type { StrikeReader, StrikeWriter } from './store.js';
import type { Strike } from './types.js';

const rows = (tables: MemoryTables) => tables.table<Strike>('strikes');

/** The reference {@link StrikeReader} and {@link StrikeWriter}. */
export function createMemoryStrikes(session: MemorySession): StrikeReader & StrikeWriter {
  const select = (fits: (strike: Strike) => boolean) =>
    session.run((tables) => [...rows(tables).rows()].filter(fits).sort((a, b) => compareIds(a.id, b.id)));
  return {
    counting: (accountId, now) =>
      select((row) => row.accountId === accountId && row.revokedAt === null && row.expiresAt > now),
    ofAccount: async (accountId, { after, limit }) =>
      (
        await select(
          (row) => row.accountId === accountId && (after === null || compareIds(row.id, after) < 0),
        )
      )
        .reverse()
        .slice(0, limit),
    insert: (strike) =>
      session.run((tables) => {
        for (const row of rows(tables).rows())
          if (row.decisionId === strike.decisionId && row.accountId === strike.accountId) return false;
        rows(tables).put(strike.id, structuredClone(strike));
        return true;
      }),
    revoke: (decisionId, at) =>
      session.run((tables) => {
        const revoked: Strike[] = [];
        for (const row of [...rows(tables).rows()]) {
          if (row.decisionId !== decisionId || row.revokedAt !== null) continue;
          const now = { ...row, revokedAt: at };
          rows(tables).put(row.id, now);
          revoked.push(now);
        }
        return revoked.sort((a, b) => compareIds(a.id, b.id));
      }),
  };
}
