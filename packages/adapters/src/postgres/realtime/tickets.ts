import type { TicketStore } from '@socialkit/core';
import { sql, type Transaction } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';

const insertTicket = defineStatement({
  name: 'tickets.insert',
  params: { hash: 'text', account: 'bigint', expiresAt: 'bigint' },
  build: (_, { hash, account, expiresAt }) => sql`
    INSERT INTO realtime_tickets (hash, account_id, expires_at) VALUES (${hash}, ${account}, ${expiresAt})`,
  sample: ({ now }) => ({ hash: 'sample', account: '1', expiresAt: now }),
});

const takeTicket = defineStatement({
  name: 'tickets.take',
  params: { hash: 'text', now: 'bigint' },
  build: (_, { hash, now }) => sql<{ accountId: string; good: boolean }>`
    DELETE FROM realtime_tickets WHERE hash = ${hash}
    RETURNING account_id AS "accountId", expires_at > ${now} AS good`,
  sample: ({ now }) => ({ hash: 'sample', now }),
});

/** Tickets for sockets, within a transaction. */
export const createPostgresTickets = (tx: Transaction<Database>): TicketStore => ({
  async insert({ hash, accountId, expiresAt }) {
    await insertTicket.affected(tx, { hash, account: accountId, expiresAt });
  },
  async take(hash, now) {
    const taken = await takeTicket.first(tx, { hash, now });
    return taken?.good ? taken.accountId : null;
  },
});
