import { type Kysely, type RawBuilder, sql } from 'kysely';

/** Partitions of a table that is split by the hash of its conversation. */
export const HASH_PARTITIONS = 16;

/** The end of a CREATE TABLE in a migration; {@link createHashPartitions} makes the partitions. */
export const partitionByHash = (column: string): RawBuilder<unknown> =>
  sql`PARTITION BY HASH (${sql.ref(column)})`;

/**
 * Makes all partitions of a hash-partitioned table, named `<table>_00` and so on. Their number never changes: unique keys and
 * order live in one partition each.
 *
 * @param fillfactor percent of a page that inserts fill; the rest is for updates in place
 */
export async function createHashPartitions(
  // biome-ignore lint/suspicious/noExplicitAny: migrations run on a database without a type
  db: Kysely<any>,
  table: string,
  { fillfactor = 100 }: { readonly fillfactor?: number } = {},
): Promise<void> {
  for (let part = 0; part < HASH_PARTITIONS; part++) {
    const name = `${table}_${String(part).padStart(2, '0')}`;
    await sql`CREATE TABLE ${sql.table(name)} PARTITION OF ${sql.table(table)}
      FOR VALUES WITH (MODULUS ${sql.lit(HASH_PARTITIONS)}, REMAINDER ${sql.lit(part)})
      WITH (fillfactor = ${sql.lit(fillfactor)})`.execute(db);
  }
}
