import { atMost, judged } from '../harness/metric.js';
import { interleave, median, ratio } from '../harness/rounds.js';
import type { Part } from './bench.js';
import { startServer, startSwarm } from './children.js';
import { WAYS } from './wire.js';

const CONNECTIONS = 2000;

/** Memory of a connection that does nothing. A fresh process for each figure: what was freed is not given back. */
export const idlePart: Part = {
  goals: ['G5'],
  title: 'memory of an idle connection',
  async measure(bench) {
    const one = (way: (typeof WAYS)[number]) => async () => {
      const server = await startServer(way, { redis: null, prefix: 'idle:' });
      const swarm = await startSwarm();
      try {
        // What the first connections load and compile is no cost of a connection.
        await swarm.open(way, [server.url], 50);
        const before = await server.usage();
        await swarm.open(way, [server.url], CONNECTIONS);
        const after = await server.usage();
        return (after.rss - before.rss) / CONNECTIONS / 1024;
      } finally {
        await swarm.end();
        await server.end();
      }
    };
    const figures = await interleave(
      { bare: one('bare'), socketio: one('socketio'), ours: one('ours') },
      { rounds: bench.rounds, onRound: (round) => bench.say(`round ${round} of ${bench.rounds}`) },
    );
    return [
      judged(
        'G5',
        `${CONNECTIONS} idle connections: ours / bare ws`,
        ratio(figures.ours, figures.bare),
        'x',
        atMost(1.6),
      ),
      judged(
        'G5',
        `${CONNECTIONS} idle connections: ours / Socket.IO`,
        ratio(figures.ours, figures.socketio),
        'x',
        atMost(0.6),
      ),
      ...WAYS.map((way) => judged('memory', `a connection: ${way}`, median(figures[way]), 'KiB', null)),
    ];
  },
};
