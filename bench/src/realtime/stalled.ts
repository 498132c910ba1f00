import { atMost, judged, type Metric } from '../harness/metric.js';
import { interleave, median, quantile, ratio } from '../harness/rounds.js';
import type { Part } from './bench.js';
import { startServer, startSwarm } from './children.js';

const CLIENTS = 500;
/** What the others get. */
const [EVENTS, PER_SECOND] = [200, 40];
/** Clients that follow a second stream, of which those who read take everything; some of them stop reading. */
const FLOODED = 10;
/** 16 MiB a client in five seconds: more than the system keeps for a socket that is not read, and the cap behind it. */
const [BURST, EVERY_MS, SIZE] = [256, 20, 65_536];

interface Figure {
  readonly p99: number;
  readonly memory: number;
}

/** What clients that stop reading do to the others, and to the memory of their node. */
export const stalledPart: Part = {
  goals: ['G10'],
  title: 'clients that stop reading',
  async measure(bench) {
    const figures = new Map<number, Figure[]>();
    const one = (stalled: number) => async () => {
      const server = await startServer('ours', { redis: null, prefix: 'stalled:' });
      const swarm = await startSwarm();
      try {
        await swarm.open('ours', [server.url], CLIENTS);
        await swarm.flood(FLOODED);
        await swarm.stall(stalled, true);
        await server.usage();
        const all = await swarm.expect(EVENTS * (CLIENTS - FLOODED));
        // Answers of a server come in the order in which things end: either is as good as the other.
        const both = [server.flood(BURST, EVERY_MS, SIZE), server.publish(EVENTS, PER_SECOND)];
        const ages = await all();
        await Promise.all(both);
        const { waiting } = await server.usage();
        const figure = { p99: quantile(ages, 0.99), memory: waiting / 1024 / 1024 };
        figures.set(stalled, [...(figures.get(stalled) ?? []), figure]);
        return figure.p99;
      } finally {
        await swarm.end();
        await server.end();
      }
    };
    const p99 = await interleave(
      { none: one(0), single: one(1), ten: one(10) },
      { rounds: bench.rounds, onRound: (round) => bench.say(`round ${round} of ${bench.rounds}`) },
    );
    // The first figure of each is the warm-up.
    const memoryOf = (stalled: number) =>
      median(
        figures
          .get(stalled)!
          .slice(1)
          .map(({ memory }, round) => memory - figures.get(0)![round + 1]!.memory),
      );
    const found: Metric[] = [];
    // Each stalled client may hold what the gateway lets one hold: the goals are those of one.
    for (const [name, stalled, goals] of [
      ['single', 1, { p99: atMost(1.1), memory: atMost(2) }],
      ['ten', 10, { p99: null, memory: null }],
    ] as const) {
      const what = `${stalled} stalled of ${CLIENTS}`;
      found.push(
        judged(
          'G10',
          `${what}: p99 of the others / none stalled`,
          ratio(p99[name], p99.none),
          'x',
          goals.p99,
        ),
        judged('G10', `${what}: bytes waiting at most`, memoryOf(stalled), 'MiB more', goals.memory),
      );
    }
    return [...found, judged('latency', 'p99, none stalled', median(p99.none), 'ms', null)];
  },
};
