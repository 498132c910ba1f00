import { sql } from 'kysely';
import type { Postgres } from '../postgres/connection.js';

/** Empties every table of the schema but the record of its migrations. Partitions stay. */
export async function wipe({ db }: Postgres): Promise<void> {
  // DELETE, and only where there is something: TRUNCATE makes a new file for every table, index and partition.
  await sql`
    DO $$
    DECLARE name text; filled boolean;
    BEGIN
      FOR name IN
        SELECT relname FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
          AND relname NOT LIKE 'migrations%'
      LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
        IF filled THEN EXECUTE format('DELETE FROM %I', name); END IF;
      END LOOP;
    END $$`.execute(db);
}
