import { createProgress } from '../harness/progress.js';
import type { Suite } from '../suites.js';
import { createBench, type Part } from './bench.js';
import { fanOutPart } from './fan-out.js';
import { firstDeliveryPart } from './first-delivery.js';
import { homesPart } from './homes.js';
import { inactivePart } from './inactive.js';
import { memoryPart } from './memory.js';
import { pagesPart } from './pages.js';
import { pglitePart } from './pglite.js';
import { postgresOnlyPart } from './postgres-only.js';
import { pulledPart } from './pulled.js';
import { readersPart } from './readers.js';
import { rebuildPart } from './rebuild.js';
import { openStage } from './stage.js';
import { wholePart } from './whole.js';

/** In the order in which they run: those that share the population of timelines first. */
const PARTS: readonly Part[] = [
  memoryPart,
  fanOutPart,
  inactivePart,
  readersPart,
  pagesPart,
  homesPart,
  pulledPart,
  rebuildPart,
  postgresOnlyPart,
  pglitePart,
  firstDeliveryPart,
  wholePart,
];

/** The home feed: the goals P1 to P15. */
export const feedSuite: Suite = {
  name: 'feed',
  summary: 'fan-out, timelines and home pages beside bare ceilings and the ways of peers: P1 to P15',
  async run({ rounds, only, report }) {
    const parts = PARTS.filter(({ goals }) => only === null || goals.some((goal) => only.has(goal)));
    const progress = createProgress('bench feed', parts.length);
    const bench = createBench(await openStage(), rounds, progress.note);
    try {
      for (const part of parts) {
        progress.step(`${part.goals.join(' ')} ${part.title}`);
        for (const metric of await part.measure(bench))
          if (only === null || only.has(metric.metric)) report(metric);
      }
    } finally {
      progress.done();
      await bench.close();
    }
  },
};
