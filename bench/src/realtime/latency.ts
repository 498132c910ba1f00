import { atMost, judged } from '../harness/metric.js';
import { interleave, median, quantile, ratio } from '../harness/rounds.js';
import type { Part } from './bench.js';
import { type Fleet, openFleet } from './fleet.js';
import { WAYS } from './wire.js';

const CLIENTS = 200;
/** Seconds of a round. */
const SECONDS = 3;
/** Events a second tried for the limit of Socket.IO, until one is not kept up with. */
const RATES = [100, 150, 225, 340, 500, 750] as const;

/** The highest rate of the list at which clients still have everything soon after it was published. */
async function limitOf(fleet: Fleet): Promise<number> {
  let best: number = RATES[0];
  for (const rate of RATES) {
    const { ages } = await fleet.run(rate * 2, rate);
    if (quantile(ages, 0.99) > 250) break;
    best = rate;
  }
  return best;
}

/** From publishing to receiving, over two nodes, with half of the load Socket.IO takes. */
export const latencyPart: Part = {
  goals: ['G4'],
  title: 'publish to receive',
  async measure(bench) {
    const fleets = {} as Record<(typeof WAYS)[number], Fleet>;
    try {
      for (const way of WAYS) fleets[way] = await openFleet(bench.stage, way, { nodes: 2, clients: CLIENTS });
      const rate = Math.round((await limitOf(fleets.socketio)) / 2);
      bench.say(`at ${rate} events a second`);
      const one = (way: (typeof WAYS)[number]) => async () =>
        quantile((await fleets[way].run(rate * SECONDS, rate)).ages, 0.99);
      const p99 = await interleave(
        { bare: one('bare'), socketio: one('socketio'), ours: one('ours') },
        { rounds: bench.rounds, onRound: (round) => bench.say(`round ${round} of ${bench.rounds}`) },
      );
      const where = `2 nodes + Redis, ${CLIENTS} clients, ${rate} events/s: p99 publish to receive`;
      return [
        judged('G4', `${where}, ours / Socket.IO`, ratio(p99.ours, p99.socketio), 'x', atMost(1.2)),
        judged('G4', `${where}, ours / bare`, ratio(p99.ours, p99.bare), 'x', null),
        ...WAYS.map((way) => judged('latency', `${where}, ${way}`, median(p99[way]), 'ms', null)),
      ];
    } finally {
      for (const fleet of Object.values(fleets)) await fleet.close();
    }
  },
};
