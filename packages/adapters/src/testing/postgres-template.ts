import { createFakeClock } from '@socialkit/core';
import { queryOnce, withDatabase } from '@socialkit/test-services';
import type { PostgresForTests } from '@socialkit/test-services/vitest';
import pg from 'pg';
import { inject } from 'vitest';
import { openPostgres, type Postgres } from '../postgres/connection.js';
import { migrateServer } from '../postgres/migrate.js';

/** Makes the migrated template of this run unless another test file has; they take turns on an advisory lock. */
async function ensureTemplate(serverUrl: string): Promise<string> {
  const name = `${inject('databasePrefix')}template`;
  const client = new pg.Client({ connectionString: serverUrl });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [name]);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) {
      const building = `${name}_new`;
      await client.query(`DROP DATABASE IF EXISTS ${building}`);
      await client.query(`CREATE DATABASE ${building}`);
      await migrateServer({ url: withDatabase(serverUrl, building) }, createFakeClock().now());
      await client.query(`ALTER DATABASE ${building} RENAME TO ${name}`);
    }
  } finally {
    await client.end();
  }
  return name;
}

/** A migrated, empty database of the caller's own on the shared server, with two pools on it. */
export async function openMigratedPostgres(
  server: PostgresForTests,
): Promise<{ readonly url: string; readonly a: Postgres; readonly b: Postgres; close(): Promise<void> }> {
  const url = await server.createDatabase({ template: await ensureTemplate(server.url) });
  // Patient: twenty racers a handle share the machine with other test files.
  const patience = { url, connectionTimeoutMs: 20_000, statementTimeoutMs: 20_000 };
  const [a, b] = [openPostgres(patience), openPostgres(patience)];
  return {
    url,
    a,
    b,
    async close() {
      await Promise.all([a.close(), b.close()]);
      const database = new URL(url).pathname.slice(1);
      await queryOnce(server.url, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(database)} WITH (FORCE)`);
    },
  };
}
