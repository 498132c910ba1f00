import { performance } from 'node:perf_hooks';
import { quantile } from './rounds.js';

/** What a closed loop of callers saw. Times in milliseconds. */
export interface LoadFigures {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** `concurrency` callers call one after another for so many seconds. */
export async function closedLoop(
  seconds: number,
  concurrency: number,
  call: (index: number) => Promise<unknown>,
): Promise<LoadFigures> {
  const times: number[] = [];
  let next = 0;
  const begin = performance.now();
  const end = begin + seconds * 1000;
  const caller = async () => {
    for (let now = performance.now(); now < end; now = performance.now()) {
      await call(next++);
      times.push(performance.now() - now);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  const perSecond = (times.length / (performance.now() - begin)) * 1000;
  return { perSecond, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

/** Seconds that `work` takes. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

/** Runs `tasks` with at most `width` under way. */
export async function inFlight<T>(
  tasks: Iterable<T>,
  width: number,
  run: (task: T) => Promise<unknown>,
): Promise<void> {
  const iterator = tasks[Symbol.iterator]();
  const lane = async () => {
    for (let step = iterator.next(); !step.done; step = iterator.next()) await run(step.value);
  };
  await Promise.all(Array.from({ length: width }, lane));
}
