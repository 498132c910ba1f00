import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createFakeClock } from '@socialkit/core';
import { describePostgres } from '@socialkit/test-services/vitest';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findingOf, sampleIds } from '../testing/explain.js';
import { openMigratedPostgres } from '../testing/postgres-template.js';
import { ensurePartitions, listPartitions, monthOf, PARTITIONED_TABLES } from './partitions.js';
import { type AnyStatement, definedStatements, defineStatement } from './statement.js';

const MONTHS = 60;

/** Loads every module here that defines statements, so that a new one is checked without being named. */
async function loadStatements(): Promise<readonly AnyStatement[]> {
  const folder = fileURLToPath(new URL('../', import.meta.url));
  for (const file of (await readdir(folder, { recursive: true })).sort()) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts') || file.endsWith('.d.ts')) continue;
    const path = join(folder, file);
    if ((await readFile(path, 'utf8')).includes('defineStatement(')) await import(pathToFileURL(path).href);
  }
  return definedStatements();
}

const statements = await loadStatements();

/** Files of slices that run queries which are no statements, and why they may. */
const AD_HOC: Readonly<Record<string, string>> = {
  'access/load-world.ts': 'fills tables for tests',
  'measures/store.ts': 'what a person decided: once a decision, on tables without partitions',
  'moderation/appeals/store.ts': 'what a person decided: once an appeal, on tables without partitions',
  'moderation/strikes/store.ts': 'what a person decided: once a strike, on tables without partitions',
  'moderation/audit-chain/store.ts': 'a job seals and verifies in pages, on tables without partitions',
  'moderation/signals/store.ts':
    'locks, and models that are loaded once a process; what a post asks is a statement',
};

describe('statements', () => {
  it('are all that the slices run: what is built on the fly escapes the check', async () => {
    const folder = fileURLToPath(new URL('./', import.meta.url));
    const found: string[] = [];
    for (const file of await readdir(folder, { recursive: true })) {
      // The kernel's own queries touch no partitioned table but through statements.
      if (!/^(?!kernel\/)[^/]+\/.*\.ts$/.test(file) || /(migrations|\.test)[^/]*\.ts$/.test(file)) continue;
      const text = await readFile(join(folder, file), 'utf8');
      if (/\.(execute|executeTakeFirst|executeTakeFirstOrThrow|executeQuery)\(/.test(text)) found.push(file);
    }
    expect(found.filter((file) => AD_HOC[file] === undefined)).toEqual([]);
  });
});

describePostgres('statements under a generic plan', (server) => {
  let database: Awaited<ReturnType<typeof openMigratedPostgres>>;
  const clock = createFakeClock(Date.UTC(2026, 0, 15, 12));
  const from = sampleIds(clock);

  beforeAll(async () => {
    database = await openMigratedPostgres(server);
    // Four months at a time: the current one and three ahead.
    for (let back = 0; back < MONTHS; back += 4)
      await ensurePartitions(database.a.db, Date.UTC(2026, 3 - back - 3, 10));
  });
  afterAll(() => database.close());

  it(`run beside ${MONTHS} monthly partitions of every partitioned table`, async () => {
    const partitions = await listPartitions(database.a.db);
    const tables = new Set(partitions.map(({ table }) => table));
    expect(tables.has('events')).toBe(true);
    for (const table of tables)
      expect(partitions.filter((partition) => partition.table === table)).toHaveLength(MONTHS);
    expect(partitions.at(-1)?.to).toBe(monthOf(Date.UTC(2026, 3, 10)).to);
    expect([...tables].filter((table) => !PARTITIONED_TABLES.some(({ name }) => name === table))).toEqual([]);
  });

  describe('read at most two partitions a scan', () => {
    for (const statement of statements) {
      const { name, exempt } = statement.definition;
      it(exempt === undefined ? name : `${name} [exempt: ${exempt}]`, async () => {
        const finding = await findingOf(database.a, statement, from);
        if (exempt === undefined) expect(finding).toBeNull();
      });
    }
  });

  it('find a statement that reads them all', async () => {
    await sql`INSERT INTO events (id, type, version, actor_id, occurred_at, payload)
      SELECT id, 't', 1, '1', 1, '{}' FROM unnest(${from.ids}::bigint[]) AS id`.execute(database.a.db);
    const unbounded = defineStatement({
      name: 'check.unbounded',
      params: { ids: 'bigint[]' },
      build: (db, { ids }) => db.selectFrom('events').select('type').where(sql<boolean>`id = ANY(${ids})`),
      sample: ({ ids }) => ({ ids }),
    });
    const byType = defineStatement({
      name: 'check.by_type',
      params: { type: 'text' },
      build: (db, { type }) => db.selectFrom('events').select('id').where('type', '=', type),
      sample: () => ({ type: 't' }),
    });
    const bounded = defineStatement({
      name: 'check.bounded',
      params: { ids: 'bigint[]', lo: 'bigint', hi: 'bigint' },
      build: (_, { ids, lo, hi }) => sql`
        SELECT e.type FROM unnest(${ids}) AS wanted (id)
        CROSS JOIN LATERAL (
          SELECT type FROM events WHERE events.id = wanted.id AND events.id BETWEEN ${lo} AND ${hi}
        ) AS e`,
      sample: ({ ids, newest, oldest }) => ({ ids, lo: oldest, hi: newest }),
    });
    expect(await findingOf(database.a, byType as AnyStatement, from)).toMatch(
      /^reads 60 partitions of events/,
    );
    expect(await findingOf(database.a, unbounded as AnyStatement, from)).toMatch(/partitions of events/);
    expect(await findingOf(database.a, bounded as AnyStatement, from)).toBeNull();
    const rows = await bounded.run(database.a.db, { ids: from.ids, lo: from.oldest, hi: from.newest });
    expect(rows).toHaveLength(20);
  });
});
