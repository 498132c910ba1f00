import { atMost, judged, type Metric } from '../harness/metric.js';
import { interleave, median, ratio } from '../harness/rounds.js';
import type { Bench, Part } from './bench.js';
import { type Fleet, openFleet } from './fleet.js';
import type { Way } from './wire.js';

const CLIENTS = 200;
const EVENTS = 400;
const PER_SECOND = 150;

/** Microseconds of the nodes' processor time for a delivery, by way, a figure a round. */
async function costs<W extends Way>(
  bench: Bench,
  nodes: 1 | 2,
  ways: readonly W[],
): Promise<Record<W, number[]>> {
  const fleets = new Map<W, Fleet>();
  try {
    for (const way of ways) fleets.set(way, await openFleet(bench.stage, way, { nodes, clients: CLIENTS }));
    const variants = ways.map(
      (way) => [way, async () => (await fleets.get(way)!.run(EVENTS, PER_SECOND)).cpuUs] as const,
    );
    return await interleave(Object.fromEntries(variants) as Record<W, () => Promise<number>>, {
      rounds: bench.rounds,
      onRound: (round) => bench.say(`round ${round} of ${bench.rounds} on ${nodes} nodes`),
    });
  } finally {
    for (const fleet of fleets.values()) await fleet.close();
  }
}

const plain = <W extends Way>(figures: Record<W, number[]>, where: string): Metric[] =>
  (Object.keys(figures) as W[]).map((way) =>
    judged('cost', `${where}: ${way}`, median(figures[way]), 'us a delivery', null),
  );
const above = (figures: readonly number[], floor: readonly number[]) =>
  figures.map((figure, round) => figure - floor[round]!);

/** What it costs a node to hand an event to its clients. */
export const fanOutPart: Part = {
  goals: ['G1', 'G2', 'G3'],
  title: 'processor time of a delivery',
  async measure(bench) {
    const one = await costs(bench, 1, ['bare', 'socketio', 'ours', 'floor']);
    const two = await costs(bench, 2, ['bare', 'socketio', 'ours']);
    const [oneNode, twoNodes] = [`1 node, ${CLIENTS} clients`, `2 nodes + Redis, ${CLIENTS} clients`];
    const own = median(above(one.ours, one.floor));
    return [
      judged('G1', `${oneNode}: ours / bare ws loop`, ratio(one.ours, one.bare), 'x', atMost(1.15)),
      judged('G2', `${oneNode}: ours / Socket.IO`, ratio(one.ours, one.socketio), 'x', atMost(0.8)),
      judged(
        'G3',
        `${twoNodes}: ours / Socket.IO with its Redis adapter`,
        ratio(two.ours, two.socketio),
        'x',
        atMost(0.7),
      ),
      judged('G3', `${twoNodes}: ours / bare ws loop with pub/sub`, ratio(two.ours, two.bare), 'x', null),
      judged('cost', `${oneNode}: ours above the floor`, own, 'us a delivery', null),
      judged(
        'cost',
        `${oneNode}: Socket.IO above the floor`,
        median(above(one.socketio, one.floor)),
        'us a delivery',
        null,
      ),
      judged(
        'cost',
        `${oneNode}: bare above the floor`,
        median(above(one.bare, one.floor)),
        'us a delivery',
        null,
      ),
      ...plain(one, '1 node'),
      ...plain(two, '2 nodes + Redis'),
    ];
  },
};
