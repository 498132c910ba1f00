import { atMost, judged, type Metric } from '../harness/metric.js';
import { interleave, median, ratio } from '../harness/rounds.js';
import type { Bench, Part } from './bench.js';
import { type Fleet, openFleet } from './fleet.js';
import { WAYS, type Way } from './wire.js';

const CLIENTS = 200;
const EVENTS = 400;
const PER_SECOND = 150;

/** Microseconds of the nodes' processor time for a delivery, by way, a figure a round. */
async function costs(bench: Bench, nodes: 1 | 2): Promise<Record<Way, number[]>> {
  const fleets = {} as Record<Way, Fleet>;
  try {
    for (const way of WAYS) fleets[way] = await openFleet(bench.stage, way, { nodes, clients: CLIENTS });
    const one = (way: Way) => async () => (await fleets[way].run(EVENTS, PER_SECOND)).cpuUs;
    return await interleave(
      { bare: one('bare'), socketio: one('socketio'), ours: one('ours') },
      {
        rounds: bench.rounds,
        onRound: (round) => bench.say(`round ${round} of ${bench.rounds} on ${nodes} nodes`),
      },
    );
  } finally {
    for (const fleet of Object.values(fleets)) await fleet.close();
  }
}

const plain = (figures: Record<Way, number[]>, where: string): Metric[] =>
  WAYS.map((way) => judged('cost', `${where}: ${way}`, median(figures[way]), 'us a delivery', null));

/** What it costs a node to hand an event to its clients. */
export const fanOutPart: Part = {
  goals: ['G1', 'G2', 'G3'],
  title: 'processor time of a delivery',
  async measure(bench) {
    const one = await costs(bench, 1);
    const two = await costs(bench, 2);
    return [
      judged(
        'G1',
        `1 node, ${CLIENTS} clients: ours / bare ws loop`,
        ratio(one.ours, one.bare),
        'x',
        atMost(1.15),
      ),
      judged(
        'G2',
        `1 node, ${CLIENTS} clients: ours / Socket.IO`,
        ratio(one.ours, one.socketio),
        'x',
        atMost(0.8),
      ),
      judged(
        'G3',
        `2 nodes + Redis, ${CLIENTS} clients: ours / Socket.IO with its Redis adapter`,
        ratio(two.ours, two.socketio),
        'x',
        atMost(0.7),
      ),
      judged(
        'G3',
        `2 nodes + Redis, ${CLIENTS} clients: ours / bare ws loop with pub/sub`,
        ratio(two.ours, two.bare),
        'x',
        null,
      ),
      ...plain(one, '1 node'),
      ...plain(two, '2 nodes + Redis'),
    ];
  },
};
