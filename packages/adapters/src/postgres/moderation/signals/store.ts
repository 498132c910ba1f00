import {
  type KeptText,
  NEAR,
  NEW_DOMAIN_MS,
  type PostingReader,
  piecesOf,
  type SignalReaders,
  type SignalStores,
} from '@socialkit/moderation';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../../database.js';
import * as statements from './statements.js';

const HOUR = 3_600_000;

/** Both halves as one signed number of 64 bits. */
const signed = (simhash: KeptText['simhash']): string | null =>
  simhash === null ? null : BigInt.asIntN(64, (BigInt(simhash.high) << 32n) | BigInt(simhash.low)).toString();

const createPostings = (db: Kysely<Database>): PostingReader => ({
  async beside({ id, authorId, at, simhash, domains = [] }, { fastMs, slowMs, copiesMs }) {
    const [row] = await statements.beside.run(db, {
      id,
      author: authorId,
      at,
      simhash: signed(simhash),
      pieces: piecesOf(simhash),
      fast: at - fastMs,
      slow: at - slowMs,
      copies: at - copiesMs,
      near: NEAR,
    });
    const { fast, slow, ...counts } = row!;
    const since = at - NEW_DOMAIN_MS;
    const [fresh] = domains.length === 0 ? [] : await statements.newDomains.run(db, { domains, since });
    return { ...counts, inFastWindow: fast + 1, inSlowWindow: slow + 1, newDomains: fresh?.count ?? 0 };
  },
});

const createModelReader = (db: Kysely<Database>): SignalReaders['spamModels'] => ({
  async load(name, version) {
    const row = await db
      .selectFrom('spam_models')
      .select(['version', 'state'])
      .where('name', '=', name)
      .$if(version !== undefined, (query) => query.where('version', '=', version ?? 0))
      .orderBy('version', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row ? { version: row.version, state: row.state } : null;
  },
  async versions(name) {
    const rows = await db
      .selectFrom('spam_models')
      .select('version')
      .where('name', '=', name)
      .orderBy('version')
      .execute();
    return rows.map(({ version }) => version);
  },
});

/** Reads signals. */
export const createPostgresSignalReaders = (db: Kysely<Database>): SignalReaders => ({
  postings: createPostings(db),
  spamModels: createModelReader(db),
});

/** Reads and writes signals inside a transaction. */
export const createPostgresSignals = (tx: Transaction<Database>): SignalStores => ({
  postings: {
    ...createPostings(tx),
    async insert({ id, authorId, at, simhash, domains = [] }) {
      const pieces = piecesOf(simhash);
      const text = { id, author: authorId, at, simhash: signed(simhash), pieces };
      await statements.insertText.affected(tx, text);
      if (domains.length > 0) await statements.seeDomains.affected(tx, { domains, at });
    },
    forgetDomains: (before, limit) => statements.forgetDomains.affected(tx, { before, limit }),
    forget: (before, limit) => statements.forgetTexts.affected(tx, { before, limit }),
  },
  removals: {
    async take(id, now, perHour) {
      // Counting and taking are one step for all processes; the count reads behind the lock, in a statement of its own.
      await sql`SELECT pg_advisory_xact_lock(hashtextextended('automatic_removals', 0))`.execute(tx);
      await statements.forgetRemovals.affected(tx, { before: now - HOUR });
      const taken = { id, at: now, since: now - HOUR, most: perHour };
      return (await statements.takeRemoval.affected(tx, taken)) === 1;
    },
  },
  spamModels: {
    ...createModelReader(tx),
    async lock(name) {
      await sql`SELECT pg_advisory_xact_lock(hashtextextended('spam_models:' || ${name}, 0))`.execute(tx);
    },
    async save(name, { version, state }, keep) {
      await tx
        .insertInto('spam_models')
        .values({ name, version, state })
        .onConflict((conflict) => conflict.columns(['name', 'version']).doUpdateSet({ state }))
        .execute();
      await sql`
        DELETE FROM spam_models WHERE name = ${name} AND version NOT IN (
          SELECT version FROM spam_models WHERE name = ${name} ORDER BY version DESC LIMIT ${keep}
        )`.execute(tx);
    },
  },
});
