/** Time that may be taken of one turn of the event loop before timers and sockets get theirs, in milliseconds. */
const TURN_MS = 8;

/**
 * A scheduler that runs tasks soon and in order: as microtasks, which cost nothing, until a turn of the
 * event loop is used up, and then in the next turn, so that synchronous work in a loop starves nobody.
 */
export const createTurns = (): ((task: () => void) => void) => {
  let turnEnds = 0;
  return (task) => {
    const now = performance.now();
    if (turnEnds === 0) {
      turnEnds = now + TURN_MS;
      setImmediate(() => {
        turnEnds = 0;
      });
    }
    if (now < turnEnds) queueMicrotask(task);
    else setImmediate(task);
  };
};
