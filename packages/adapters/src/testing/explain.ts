import { createIds, type FakeClock } from '@socialkit/core';
import { sql } from 'kysely';
import pg from 'pg';
import type { Postgres } from '../postgres/connection.js';
import type { AnyStatement, SampleIds } from '../postgres/statement.js';

const DAY_MS = 24 * 60 * 60_000;

/** Ten ids in the month of the clock and ten in the month before. Leaves the clock shortly after the newest. */
export function sampleIds(clock: FakeClock): SampleIds {
  const now = clock.now();
  const ids = createIds({ clock, node: 5 });
  const taken: string[] = [];
  clock.set(now - 30 * DAY_MS);
  for (let n = 0; n < 10; n++) taken.push(ids.next());
  clock.set(now);
  for (let n = 0; n < 10; n++) taken.push(ids.next());
  clock.advance(1000);
  taken.reverse();
  return { ids: taken, newest: taken[0] ?? '', oldest: taken.at(-1) ?? '', now: clock.now() };
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Loops'?: number;
  readonly Plans?: readonly PlanNode[];
}

const literal = (value: unknown): string => {
  if (value === null || value === undefined) return 'NULL';
  if (Array.isArray(value)) {
    const elements = value.map((element) =>
      element === null ? 'NULL' : `"${String(element).replace(/["\\]/g, '\\$&')}"`,
    );
    return pg.escapeLiteral(`{${elements.join(',')}}`);
  }
  return typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : pg.escapeLiteral(String(value));
};

/** How the statement runs with its sample under a generic plan; what it wrote is rolled back. */
async function explain(postgres: Postgres, statement: AnyStatement, from: SampleIds): Promise<PlanNode> {
  const { text, values } = statement.compile(statement.definition.sample(from) as never);
  const client = await postgres.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(`PREPARE probe AS ${text}`);
    const { rows } = await client.query(
      `EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) EXECUTE probe${values.length > 0 ? `(${values.map(literal).join(', ')})` : ''}`,
    );
    return rows[0]['QUERY PLAN'][0].Plan;
  } finally {
    await client.query('ROLLBACK');
    await client.query('DEALLOCATE ALL');
    client.release();
  }
}

/** A scan over partitions in a plan. */
export interface PartitionScan {
  readonly table: string;
  /** Partitions that were left after pruning at the start of the execution. */
  readonly planned: number;
  /** Partitions that were read. */
  readonly executed: number;
  /** The scan itself was reached. */
  readonly reached: boolean;
}

/** Every node of a plan whose children are scans of partitions, and single scans of a partition. */
function partitionScans(root: PlanNode, tableOf: ReadonlyMap<string, string>): readonly PartitionScan[] {
  const scans: PartitionScan[] = [];
  const relations = (node: PlanNode): readonly PlanNode[] =>
    node['Relation Name'] === undefined ? (node.Plans ?? []).flatMap(relations) : [node];
  const visit = (node: PlanNode): void => {
    if (/^(Merge )?Append$/.test(node['Node Type'])) {
      const perTable = new Map<string, PlanNode[]>();
      for (const child of (node.Plans ?? []).flatMap(relations)) {
        const table = tableOf.get(child['Relation Name'] ?? '');
        if (table) perTable.set(table, [...(perTable.get(table) ?? []), child]);
      }
      for (const [table, children] of perTable)
        scans.push({
          table,
          planned: children.length,
          executed: children.filter((child) => (child['Actual Loops'] ?? 0) > 0).length,
          reached: (node['Actual Loops'] ?? 0) > 0,
        });
    }
    for (const child of node.Plans ?? []) visit(child);
  };
  visit(root);
  return scans;
}

/**
 * Why a statement breaks the rule "scans on at most two partitions when its ids lie in two months", or null. It holds for
 * monthly partitions and for those by the hash of a conversation.
 *
 * Few partitions left at the start settle it. More than two must be shown to be pruned while running, which takes rows that
 * reach the scan: a scan that was never reached proves nothing and is a finding too.
 */
export async function findingOf(
  postgres: Postgres,
  statement: AnyStatement,
  from: SampleIds,
): Promise<string | null> {
  const { rows } = await sql<{ table: string; name: string }>`
    SELECT parent.relname AS "table", child.relname AS name
    FROM pg_inherits AS i
    JOIN pg_class AS parent ON parent.oid = i.inhparent
    JOIN pg_class AS child ON child.oid = i.inhrelid
    WHERE parent.relnamespace = current_schema()::regnamespace AND parent.relkind = 'p'`.execute(postgres.db);
  const tableOf = new Map(rows.map(({ name, table }) => [name, table]));
  const plan = await explain(postgres, statement, from);
  for (const { table, planned, executed, reached } of partitionScans(plan, tableOf)) {
    if (planned <= 2) continue;
    if (executed > 2) return `reads ${executed} partitions of ${table}`;
    if (!reached) return `may read ${planned} partitions of ${table}: bound the ids by parameters`;
  }
  return null;
}
