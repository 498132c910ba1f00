import { createProgress } from '../harness/progress.js';
import type { Suite, SuiteOptions } from '../suites.js';
import { measureBank } from './bank.js';
import { measureHostile } from './hostile.js';
import { measureTexts } from './texts.js';

const PARTS = [
  { goal: 'M13', title: 'a bank of a million hashes', measure: measureBank },
  { goal: 'M14', title: 'whole decisions about texts beside bare obscenity', measure: measureTexts },
  { goal: 'M15', title: 'texts that are made to be slow', measure: measureHostile },
] as const;

/** Judging: the goals M13 to M15. */
export const moderationSuite: Suite = {
  name: 'moderation',
  summary: 'hash banks, whole decisions about texts, hostile texts: M13 to M15',
  async run(options: SuiteOptions) {
    const parts = PARTS.filter(({ goal }) => options.only === null || options.only.has(goal));
    const progress = createProgress('bench moderation', parts.length);
    try {
      for (const { goal, title, measure } of parts) {
        progress.step(`${goal} ${title}`);
        for (const metric of await measure(options.rounds)) options.report(metric);
      }
    } finally {
      progress.done();
    }
  },
};
