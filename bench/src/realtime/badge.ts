import { createSocialKit } from '@socialkit/adapters';
import { openPostgres, type Postgres } from '@socialkit/adapters/postgres';
import { closedLoop } from '../harness/load.js';
import { atMost, judged } from '../harness/metric.js';
import { interleave, median, ratio } from '../harness/rounds.js';
import type { Part } from './bench.js';
import { createGroups, type Groups } from './population.js';
import { countStatements } from './statement-counter.js';

const CONVERSATIONS = 1000;

/** Fills every group of a population with so many messages, straight in the tables. */
async function fill(postgres: Postgres, { ids, accounts }: Groups, each: number): Promise<void> {
  await postgres.pool.query(
    `INSERT INTO messages (conversation_id, seq, author_id, status, text, entities, attachments, forwarded, created_at, words)
     SELECT c, n, $2::bigint, 'published', 'words of a message', '[]', '[]', false, $3::bigint, ''::tsvector
     FROM unnest($1::bigint[]) AS c, generate_series(1, $4::integer) AS n`,
    [ids, accounts[1], Date.now(), each],
  );
  await postgres.pool.query(
    'UPDATE conversations SET last_seq = $2, last_offset = $2, last_message_at = $3 WHERE id = ANY ($1::bigint[])',
    [ids, each, Date.now()],
  );
  await postgres.pool.query('VACUUM ANALYZE messages, conversations, conversation_members');
}

/** The badge of an account in a thousand conversations, with few and with many messages in them. */
export const badgePart: Part = {
  goals: ['G11'],
  title: 'badge',
  async measure(bench) {
    const server = await bench.stage.postgres();
    const counter = await countStatements(server.url);
    const postgres = openPostgres({ url: server.url, statementTimeoutMs: 0, pool: { max: 4 } });
    const kit = await createSocialKit({ database: counter.url, worker: false });
    try {
      const size = { accounts: 2, groups: CONVERSATIONS };
      const both = () => [0, 1];
      const few = await createGroups(postgres, 'few', size, both);
      const many = await createGroups(postgres, 'many', size, both);
      bench.say('filling a million messages');
      await fill(postgres, few, 1);
      await fill(postgres, many, 1000);
      const badge = (groups: Groups) => kit.receipts.badge(kit.actor(groups.accounts[0]!), {});
      const time = (groups: Groups) => async () => (await closedLoop(1, 1, () => badge(groups))).p50;
      await badge(many);
      const before = counter.count;
      await badge(many);
      const statements = counter.count - before;
      const times = await interleave({ few: time(few), many: time(many) }, { rounds: bench.rounds });
      return [
        judged('G11', `badge of ${CONVERSATIONS} conversations: statements`, statements, '', atMost(1)),
        judged('G11', 'badge: 1 M messages / 1 k messages', ratio(times.many, times.few), 'x', atMost(1.3)),
        judged('latency', 'badge, 1 M messages', median(times.many), 'ms', null),
      ];
    } finally {
      await kit.close();
      await postgres.close();
      await counter.close();
    }
  },
};
