import { discoverySuite } from './discovery/suite.js';
import { feedSuite } from './feed/suite.js';
import type { Metric } from './harness/metric.js';
import { moderationSuite } from './moderation/suite.js';
import { realtimeSuite } from './realtime/suite.js';

/** Options every suite understands. */
export interface SuiteOptions {
  /** Measured rounds of each comparison. */
  readonly rounds: number;
  /** Goals to measure, or null for all. */
  readonly only: ReadonlySet<string> | null;
  /** Takes every figure as soon as it is there. */
  readonly report: (metric: Metric) => void;
}

/** A benchmark by name. */
export interface Suite {
  readonly name: string;
  readonly summary: string;
  run(options: SuiteOptions): Promise<void>;
}

/** Everything `npm run bench` lists. */
export const suites: readonly Suite[] = [feedSuite, realtimeSuite, moderationSuite, discoverySuite];
