/** Lets so many work at a time; a bounded number waits in order. */
export interface Turns {
  /**
   * Takes a turn; the promise gives it back. Null when too many wait, or the signal ends the waiting.
   */
  take(signal: AbortSignal): Promise<(() => void) | null>;
}

/** @param concurrency turns at the same time @param waiting those that may wait */
export function createTurns(concurrency: number, waiting: number): Turns {
  let busy = 0;
  const queue: ((turn: boolean) => void)[] = [];
  const release = () => {
    const next = queue.shift();
    if (next) next(true);
    else busy -= 1;
  };
  return {
    async take(signal) {
      if (signal.aborted) return null;
      if (busy < concurrency) {
        busy += 1;
        return once(release);
      }
      if (queue.length >= waiting) return null;
      const turn = await new Promise<boolean>((resolve) => {
        const settle = (given: boolean) => {
          signal.removeEventListener('abort', giveUp);
          resolve(given);
        };
        const giveUp = () => {
          queue.splice(queue.indexOf(settle), 1);
          settle(false);
        };
        queue.push(settle);
        signal.addEventListener('abort', giveUp, { once: true });
      });
      return turn ? once(release) : null;
    },
  };
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}
