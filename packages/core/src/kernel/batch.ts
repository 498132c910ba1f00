/** Questions asked together at most. */
const MOST = 1000;
/** Asked at a time: what comes meanwhile waits and is asked together. */
const LANES = 2;

/** How a batch behaves when it is asked often. */
export interface BatchOptions {
  /**
   * Milliseconds between two askings once there were more than {@link CALM} in a second: what comes in a rush waits a little for
   * the others. @default 0: nobody waits but for a free lane
   */
  readonly rushMs?: number;
}

/** Askings in a second that are no rush. */
export const CALM = 8;

/**
 * Puts questions together: those of one turn of the event loop, and those that come while others are being asked. One alone
 * is asked at once; a thousand clients that come back together are a few questions.
 *
 * @param ask answers in the order of the questions; when it rejects, those it was asked do
 */
export function createBatch<Q, A>(
  ask: (questions: readonly Q[]) => Promise<readonly A[]>,
  { rushMs = 0 }: BatchOptions = {},
): (question: Q) => Promise<A> {
  type Waiting = { readonly question: Q; resolve(answer: A): void; reject(error: unknown): void };
  let waiting: Waiting[] = [];
  let running = 0;
  let planned = false;
  /** Monotonic milliseconds of the last askings. */
  let starts: number[] = [];

  /** Milliseconds until the next asking may begin. */
  const pause = (): number => {
    if (rushMs === 0 || waiting.length >= MOST) return 0;
    const now = performance.now();
    starts = starts.filter((at) => at > now - 1000);
    return starts.length < CALM ? 0 : Math.max(0, (starts.at(-1) ?? 0) + rushMs - now);
  };
  const plan = () => {
    if (planned || waiting.length === 0 || running >= LANES) return;
    planned = true;
    const begin = () => {
      planned = false;
      const part = waiting.slice(0, MOST);
      waiting = waiting.slice(MOST);
      if (rushMs > 0) starts.push(performance.now());
      void together(part);
      plan();
    };
    const wait = pause();
    if (wait > 0) setTimeout(begin, wait);
    else setImmediate(begin);
  };
  const together = async (part: readonly Waiting[]): Promise<void> => {
    running++;
    try {
      const answers = await ask(part.map(({ question }) => question));
      for (const [i, { resolve }] of part.entries()) resolve(answers[i] as A);
    } catch (error) {
      for (const { reject } of part) reject(error);
    } finally {
      running--;
      plan();
    }
  };

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      plan();
    });
}
