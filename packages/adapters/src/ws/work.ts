/** The work of one connection: bounded, writes in the order in which they came. */
export interface Work {
  /** Starts it beside what runs. */
  beside(task: () => Promise<void>): void;
  /** Starts it when everything that was given here before is done. */
  inOrder(task: () => Promise<void>): void;
  readonly running: number;
  /** Resolves when nothing runs. */
  idle(): Promise<void>;
}

/** @param onFull called when `most` run, @param onRoom when it is less again */
export function createWork(most: number, onFull: () => void, onRoom: () => void): Work {
  let running = 0;
  let last: Promise<void> = Promise.resolve();
  let waiting: (() => void)[] = [];
  const begin = () => {
    if (++running === most) onFull();
  };
  const end = () => {
    if (running-- === most) onRoom();
    if (running > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  return {
    beside(task) {
      begin();
      void task().finally(end);
    },
    inOrder(task) {
      begin();
      last = last.then(task).finally(end);
    },
    get running() {
      return running;
    },
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
