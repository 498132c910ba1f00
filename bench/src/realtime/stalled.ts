import { atMost, judged, type Metric } from '../harness/metric.js';
import { interleave, median, quantile, ratio } from '../harness/rounds.js';
import type { Part } from './bench.js';
import { startServer, startSwarm } from './children.js';

const CLIENTS = 500;
/** Enough bytes for one client to fill its buffers and reach the cap: about 3 MiB. */
const [EVENTS, PER_SECOND, SIZE] = [200, 12, 16_384];

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
        await swarm.stall(stalled, true);
        await server.usage();
        const all = await swarm.expect(EVENTS * (CLIENTS - stalled));
        const published = server.publish(EVENTS, PER_SECOND, SIZE);
        const ages = await all();
        await published;
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
    for (const [name, stalled] of [
      ['single', 1],
      ['ten', 10],
    ] as const) {
      const what = `${stalled} stalled of ${CLIENTS}`;
      found.push(
        judged(
          'G10',
          `${what}: p99 of the others / none stalled`,
          ratio(p99[name], p99.none),
          'x',
          atMost(1.1),
        ),
        judged('G10', `${what}: bytes waiting at most`, memoryOf(stalled), 'MiB more', atMost(2)),
      );
    }
    return [...found, judged('latency', 'p99, none stalled', median(p99.none), 'ms', null)];
  },
};
