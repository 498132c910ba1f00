import { createMessageWorld } from '@socialkit/chat/testing';
import { createFakeClock, createIds } from '@socialkit/core';
import { describePostgres } from '@socialkit/test-services/vitest';
import { sql } from 'kysely';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPostgresStorage } from '../postgres/storage.js';
import { openMigratedPostgres } from './postgres-template.js';

describePostgres('sending a message', (server) => {
  let database: Awaited<ReturnType<typeof openMigratedPostgres>>;
  beforeAll(async () => {
    database = await openMigratedPostgres(server);
  });
  afterAll(() => database.close());

  /** Rows every table of the schema has written to it, by table, partitions counted with their parent. */
  const written = async (client: pg.PoolClient): Promise<ReadonlyMap<string, number>> => {
    // What this session has written and not reported yet: earlier transactions too.
    const { rows } = await client.query<{ name: string; rows: string }>(`
      SELECT coalesce(parent.relname, c.relname) AS name, sum(s.n_tup_ins + s.n_tup_upd + s.n_tup_del) AS rows
      FROM pg_stat_xact_user_tables AS s JOIN pg_class AS c ON c.oid = s.relid
      LEFT JOIN pg_inherits AS i ON i.inhrelid = c.oid LEFT JOIN pg_class AS parent ON parent.oid = i.inhparent
      GROUP BY 1 HAVING sum(s.n_tup_ins + s.n_tup_upd + s.n_tup_del) > 0`);
    return new Map(rows.map(({ name, rows: count }) => [name, Number(count)]));
  };

  it('writes as many rows to a group of a thousand as to a pair', async () => {
    const clock = createFakeClock();
    const ids = createIds({ clock, node: 9 });
    const storage = createPostgresStorage({ postgres: database.a, clock, ids });
    const world = createMessageWorld({ a: storage, clock, ids });
    const [ann, ben] = [await world.person('ann'), await world.person('ben')];
    const direct = await world.direct(ann, ben);
    const group = await world.group([ann, ben]);
    await sql`
      INSERT INTO conversation_members (conversation_id, user_id, role, state, since, joined_at)
      SELECT ${group}::bigint, n, 'member', 'active', 1, 1 FROM generate_series(1, 998) AS n`.execute(
      database.a.db,
    );
    await sql`UPDATE conversations SET member_count = 1000 WHERE id = ${group}`.execute(database.a.db);

    /** What one send writes, seen from inside of its transaction, right before the commit. */
    const rowsOf = async (conversationId: string) => {
      const seen = new Map<string, number>();
      let before: ReadonlyMap<string, number> = new Map();
      let statements = 0;
      const { pool } = database.a;
      const held = pool.connect.bind(pool) as unknown as (...args: unknown[]) => Promise<pg.PoolClient>;
      const spy = (client: pg.PoolClient) => {
        const query = client.query.bind(client) as (...args: unknown[]) => Promise<pg.QueryResult>;
        const watched = async (...args: unknown[]) => {
          const [given] = args as [string | { readonly text: string }];
          const text = typeof given === 'string' ? given : given.text;
          if (text === 'BEGIN') {
            client.query = query as pg.PoolClient['query'];
            before = await written(client);
            client.query = watched as unknown as pg.PoolClient['query'];
          } else if (text === 'COMMIT') {
            client.query = query as pg.PoolClient['query'];
            for (const [name, count] of await written(client)) {
              const more = count - (before.get(name) ?? 0);
              if (more > 0) seen.set(name, more);
            }
          } else statements++;
          return query(...args);
        };
        client.query = watched as unknown as pg.PoolClient['query'];
        return client;
      };
      (pool as { connect: unknown }).connect = async (...args: unknown[]) =>
        args.length > 0 ? held(...args) : spy(await held());
      try {
        await world.messages.send(ann.actor, { conversationId, text: 'hello @ben', clientId: 'c' });
      } finally {
        (pool as { connect: unknown }).connect = held;
      }
      return { rows: Object.fromEntries([...seen].sort()), statements };
    };
    const pair = await rowsOf(direct);
    expect(pair.rows).toEqual({
      conversation_events: 1,
      // The author's read mark, and the count of the one who is mentioned.
      conversation_members: 2,
      conversations: 1,
      events: 1,
      message_mentions: 1,
      messages: 1,
    });
    expect(await rowsOf(group)).toEqual(pair);
  });
});
