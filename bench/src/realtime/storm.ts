import { createSocialKit } from '@socialkit/adapters';
import { openPostgres } from '@socialkit/adapters/postgres';
import { secondsOf } from '../harness/load.js';
import { atMost, judged } from '../harness/metric.js';
import { median } from '../harness/rounds.js';
import type { Part } from './bench.js';
import { startChild } from './children.js';
import { createGroups } from './population.js';
import { countStatements } from './statement-counter.js';
import type { StormAnswer, StormOrder } from './storm-orders.js';

const CLIENTS = 2000;
const GROUPS = 20;
/** Messages of each group that everybody has missed. */
const MISSED = 5;

/** Every client of two nodes loses its connection at once and comes back at once, with messages missed meanwhile. */
export const stormPart: Part = {
  goals: ['G9'],
  title: 'everybody comes back at once',
  async measure(bench) {
    const server = await bench.stage.postgres();
    const redis = bench.stage.redisServer.url;
    const postgres = openPostgres({ url: server.url, statementTimeoutMs: 0, pool: { max: 4 } });
    const counter = await countStatements(server.url);
    const kit = await createSocialKit({ database: server.url, redis, worker: false });
    const nodes = [0, 1].map(() =>
      startChild<object, { url: string }>('chat', { database: counter.url, redis }),
    );
    const clients = startChild<StormOrder, StormAnswer>('storm', {});
    try {
      const { ids, accounts } = await createGroups(
        postgres,
        'crowd',
        { accounts: CLIENTS, groups: GROUPS },
        (group) => Array.from({ length: CLIENTS / GROUPS }, (_, n) => n * GROUPS + group),
      );
      const heads: Record<string, number> = {};
      const write = async (count: number) => {
        for (let n = 0; n < count; n++)
          await Promise.all(
            ids.map(async (conversationId, group) => {
              await kit.messages.send(kit.actor(accounts[group]!), { conversationId, text: 'words' });
              heads[`conversation:${conversationId}`] = (heads[`conversation:${conversationId}`] ?? 0) + 1;
            }),
          );
      };
      const urls = [];
      for (const node of nodes) urls.push((await node.next<{ url: string }>()).url);
      await write(MISSED);
      clients.tell({
        do: 'enter',
        urls,
        clients: accounts.map((token, n) => ({ token, stream: `conversation:${ids[n % GROUPS]}` })),
      });
      await clients.next();
      const seconds: number[] = [];
      const statements: number[] = [];
      let answer: StormAnswer = { done: 0, resets: 0, wrong: 0 };
      for (let round = 0; round <= bench.rounds; round++) {
        clients.tell({ do: 'drop' });
        await clients.next();
        await write(MISSED);
        const before = counter.count;
        const took = await secondsOf(async () => {
          clients.tell({ do: 'return', heads });
          answer = await clients.next<StormAnswer>();
        });
        bench.say(
          `round ${round} of ${bench.rounds}: ${took.toFixed(1)} s, ${counter.count - before} statements`,
        );
        if (round === 0) continue;
        seconds.push(took);
        statements.push((counter.count - before) / CLIENTS);
      }
      let fromDatabase = 0;
      for (const node of nodes) {
        node.tell({});
        fromDatabase += (await node.next<{ url: string } & { source: number }>()).source;
      }
      const what = `${CLIENTS} clients come back to 2 nodes`;
      return [
        judged('G9', `${what}: time`, median(seconds), 's', atMost(15)),
        judged('G9', `${what}: statements a client`, median(statements), '', atMost(0.1)),
        judged(
          'G9',
          `${what}: reloads, and events out of order`,
          answer.resets + answer.wrong,
          '',
          atMost(0),
        ),
        judged('resume', 'replays from the database', fromDatabase, '', null),
      ];
    } finally {
      await clients.end();
      for (const node of nodes) await node.end();
      await kit.close();
      await postgres.close();
      await counter.close();
    }
  },
};
