import { runChatFaults } from '@socialkit/faults';
import { atMost, judged } from '../harness/metric.js';
import type { Part } from './bench.js';

/** Faults of each measured round; `npm run faults -- chat --rounds N` runs any number. */
const A_ROUND = 20;

/** What faults take: lost, doubled, out of order. */
export const faultsPart: Part = {
  goals: ['G6'],
  title: 'faults',
  async measure(bench) {
    const rounds = bench.rounds * A_ROUND;
    const { counted, violations, messages, resets } = await runChatFaults({
      rounds,
      seed: 1,
      onRound: (done, label) => done % A_ROUND === 0 && bench.say(`${done} of ${rounds}, ${label}`),
    });
    return [
      judged('G6', `${counted} faults: lost, doubled, out of order`, violations.length, '', atMost(0)),
      judged('faults', 'messages sent meanwhile', messages, '', null),
      judged('faults', 'states loaded anew', resets, '', null),
    ];
  },
};
