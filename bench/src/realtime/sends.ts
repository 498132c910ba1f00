import { createSocialKit } from '@socialkit/adapters';
import { openPostgres } from '@socialkit/adapters/postgres';
import { closedLoop } from '../harness/load.js';
import { atLeast, judged } from '../harness/metric.js';
import { interleave, median, ratio } from '../harness/rounds.js';
import type { Part } from './bench.js';
import { createGroups } from './population.js';

const GROUPS = 64;
const SENDERS = 64;
const SECONDS = 3;
const TEXT = 'Words of about the length that people write to each other in a chat, sometimes a little more.';

/** A row of the size of a message, one insert a transaction: what the database alone can do. */
const BARE_TABLE = `CREATE TABLE IF NOT EXISTS bare_messages (conversation_id bigint NOT NULL, seq bigint NOT NULL, author_id bigint NOT NULL,
  client_id text NOT NULL, text text NOT NULL, entities jsonb NOT NULL, attachments jsonb NOT NULL, created_at bigint NOT NULL,
  PRIMARY KEY (conversation_id, seq))`;
const BARE_INSERT = `INSERT INTO bare_messages (conversation_id, seq, author_id, client_id, text, entities, attachments, created_at)
  VALUES ($1, $2, $3, $4, $5, '[]', '[]', $6)`;

/** Durable sends over many conversations, through the public service. */
export const sendsPart: Part = {
  goals: ['G7'],
  title: 'durable sends',
  async measure(bench) {
    const server = await bench.stage.postgres();
    const postgres = openPostgres({ url: server.url, statementTimeoutMs: 0, pool: { max: 16 } });
    const kit = await createSocialKit({
      database: server.url,
      redis: bench.stage.redisServer.url,
      messages: { sendLimit: { limit: 1_000_000, windowMs: 60_000 } },
    });
    try {
      const { ids, accounts } = await createGroups(
        postgres,
        'sends',
        { accounts: GROUPS * 2, groups: GROUPS },
        (group) => [group * 2, group * 2 + 1],
      );
      await postgres.pool.query(BARE_TABLE);
      let sequence = 0;
      const ours = async () =>
        (
          await closedLoop(SECONDS, SENDERS, (index) =>
            kit.messages.send(kit.actor(accounts[(index % GROUPS) * 2]!), {
              conversationId: ids[index % GROUPS]!,
              clientId: `c${sequence++}`,
              text: TEXT,
            }),
          )
        ).perSecond;
      const bare = async () =>
        (
          await closedLoop(SECONDS, SENDERS, (index) => {
            const seq = sequence++;
            const group = index % GROUPS;
            return postgres.pool.query({
              name: 'bare',
              text: BARE_INSERT,
              values: [ids[group], seq, accounts[group * 2], `c${seq}`, TEXT, Date.now()],
            });
          })
        ).perSecond;
      const rates = await interleave(
        { ours, bare },
        { rounds: bench.rounds, onRound: (round) => bench.say(`round ${round} of ${bench.rounds}`) },
      );
      return [
        judged(
          'G7',
          `${SENDERS} senders, ${GROUPS} conversations: ours / bare insert loop`,
          ratio(rates.ours, rates.bare),
          'x',
          atLeast(0.6),
        ),
        judged('speed', 'durable sends', median(rates.ours), '1/s', null),
        judged('speed', 'bare inserts', median(rates.bare), '1/s', null),
      ];
    } finally {
      await kit.close();
      await postgres.close();
    }
  },
};
