import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRedisPresence, openRedisLink } from '@socialkit/adapters/redis';
import { createPresenceTracker } from '@socialkit/chat';
import { createIds, silentLogger, systemClock } from '@socialkit/core';
import { startRedis } from '@socialkit/test-services';
import { Redis } from 'ioredis';
import { atMost, judged } from '../harness/metric.js';
import { median } from '../harness/rounds.js';
import type { Part } from './bench.js';

/** Accounts on the node that is counted and then killed. */
const ACCOUNTS = 2000;
/** A quarter of all entries is refreshed in it. */
const COUNTED_MS = 60_000;
const GHOSTS_AFTER_MS = 60_000;
const POLL_MS = 100;

/** What steadily connected accounts cost Redis, and how long those of a killed node look connected. Default times. */
export const presencePart: Part = {
  goals: ['G8'],
  title: 'presence: commands, a killed node',
  async measure(bench) {
    // A server of its own: every command it runs is counted, also those inside of scripts.
    const server = await startRedis();
    const link = openRedisLink('realtime', { url: server.url, deadlineMs: 5000 });
    const store = createRedisPresence({ link });
    const counter = new Redis(server.url);
    const commands = async () =>
      Number(/total_commands_processed:(\d+)/.exec(await counter.info('stats'))?.[1]);
    const ids = createIds({ clock: systemClock, node: 1 });
    const told = new Map<string, number>();
    const watcher = createPresenceTracker({
      store,
      changed: (userIds) => {
        for (const userId of userIds) told.set(userId, (told.get(userId) ?? 0) + 1);
      },
      seen: async () => {},
      clock: systemClock,
      logger: silentLogger,
    });
    watcher.start();
    const costs: number[] = [];
    const silences: number[] = [];
    let ghosts = 0;
    try {
      const rounds = Math.min(bench.rounds, 3);
      for (let round = 1; round <= rounds; round++) {
        bench.say(`round ${round} of ${rounds}`);
        const userIds = Array.from({ length: ACCOUNTS }, () => ids.next());
        const online = async () => (await store.devices(userIds)).size;
        const node = fork(
          fileURLToPath(new URL('./presence.program.js', import.meta.url)),
          [JSON.stringify({ url: server.url, userIds })],
          { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
        );
        while ((await online()) < ACCOUNTS) await delay(POLL_MS);
        const before = await commands();
        await delay(COUNTED_MS);
        costs.push(((await commands()) - before - 1) / ACCOUNTS / (COUNTED_MS / 60_000));
        told.clear();
        const killed = performance.now();
        node.kill('SIGKILL');
        await once(node, 'close');
        while ((await online()) > 0 || told.size < ACCOUNTS) await delay(POLL_MS);
        silences.push((performance.now() - killed) / 1000);
        await delay(Math.max(0, GHOSTS_AFTER_MS - (performance.now() - killed)));
        ghosts += await online();
        ghosts += [...told.values()].filter((times) => times !== 1).length;
      }
    } finally {
      await watcher.close();
      await link.close();
      counter.disconnect();
      await server.close();
    }
    return [
      judged('G8', 'killed node: until all are offline and told', median(silences), 's', atMost(30)),
      judged('G8', 'ghosts, and accounts not told once, after 60 s', ghosts, '', atMost(0)),
      judged(
        'G8',
        `Redis commands an account and minute, ${ACCOUNTS} on a node`,
        median(costs),
        '',
        atMost(1),
      ),
    ];
  },
};
