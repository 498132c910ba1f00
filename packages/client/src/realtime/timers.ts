/** Time as the client sees it; tests put a clock of their own in its place. */
export interface Timers {
  /** Milliseconds that never step back. */
  now(): number;
  /** Runs `work` once after so many milliseconds. @returns a function that cancels it */
  after(ms: number, work: () => void): () => void;
}

/** The timers of the machine. */
export const systemTimers: Timers = {
  now: () => performance.now(),
  after(ms, work) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};
