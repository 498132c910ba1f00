import type { Metric } from '../harness/metric.js';
import type { Stage } from './stage.js';

/** What the parts of the suite share. */
export interface Bench {
  readonly stage: Stage;
  readonly rounds: number;
  /**
   * Makes something the first time it is asked for, so that a part run alone prepares only what it needs.
   * @param make closes nothing: give what must be closed to `onClose`
   */
  once<T>(name: string, make: () => Promise<T>): Promise<T>;
  /** Runs at the end of the suite, the last one first. */
  onClose(close: () => Promise<unknown>): void;
  /** Tells what is being prepared. */
  say(what: string): void;
}

/** One file of the suite: the goals it measures. */
export interface Part {
  readonly goals: readonly string[];
  readonly title: string;
  measure(bench: Bench): Promise<readonly Metric[]>;
}

/** A fresh {@link Bench}, and what closes everything that was made with it. */
export function createBench(
  stage: Stage,
  rounds: number,
  say: (what: string) => void,
): Bench & { close(): Promise<void> } {
  const made = new Map<string, Promise<unknown>>();
  const closers: (() => Promise<unknown>)[] = [];
  return {
    stage,
    rounds,
    say,
    once<T>(name: string, make: () => Promise<T>) {
      const held = made.get(name) ?? make();
      made.set(name, held);
      return held as Promise<T>;
    },
    onClose: (close) => void closers.push(close),
    async close() {
      for (const close of closers.reverse()) await close();
      await stage.close();
    },
  };
}
