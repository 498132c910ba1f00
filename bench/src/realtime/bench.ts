import type { Metric } from '../harness/metric.js';
import type { Stage } from './stage.js';

/** What the parts of the suite get. */
export interface Bench {
  readonly stage: Stage;
  readonly rounds: number;
  /** Tells what is being prepared. */
  say(what: string): void;
}

/** One file of the suite: the goals it measures. */
export interface Part {
  readonly goals: readonly string[];
  readonly title: string;
  measure(bench: Bench): Promise<readonly Metric[]>;
}
