import { createProgress } from '../harness/progress.js';
import type { Suite } from '../suites.js';
import { badgePart } from './badge.js';
import type { Part } from './bench.js';
import { fanOutPart } from './fan-out.js';
import { faultsPart } from './faults.js';
import { idlePart } from './idle.js';
import { latencyPart } from './latency.js';
import { presencePart } from './presence.js';
import { sendsPart } from './sends.js';
import { openStage } from './stage.js';
import { stalledPart } from './stalled.js';
import { stormPart } from './storm.js';

const PARTS: readonly Part[] = [
  fanOutPart,
  latencyPart,
  idlePart,
  faultsPart,
  sendsPart,
  presencePart,
  stormPart,
  stalledPart,
  badgePart,
];

/** Gateway and chat: the goals G1 to G11. */
export const realtimeSuite: Suite = {
  name: 'realtime',
  summary: 'gateway and chat beside a bare ws loop and Socket.IO with its Redis adapter: G1 to G11',
  async run({ rounds, only, report }) {
    const parts = PARTS.filter(({ goals }) => only === null || goals.some((goal) => only.has(goal)));
    const progress = createProgress('bench realtime', parts.length);
    const stage = await openStage();
    try {
      for (const part of parts) {
        progress.step(`${part.goals.join(' ')} ${part.title}`);
        for (const metric of await part.measure({ stage, rounds, say: progress.note }))
          if (only === null || only.has(metric.metric) || !/^G\d+$/.test(metric.metric)) report(metric);
      }
    } finally {
      progress.done();
      await stage.close();
    }
  },
};
