/** Questions asked together at most. */
const MOST = 1000;
/** Asked at a time: what comes meanwhile waits and is asked together. */
const LANES = 2;

/**
 * Puts questions together: those of one turn of the event loop, and those that come while others are being asked. One alone
 * is asked at once; a thousand clients that come back together are a few questions.
 *
 * @param ask answers in the order of the questions; when it rejects, those it was asked do
 */
export function createBatch<Q, A>(
  ask: (questions: readonly Q[]) => Promise<readonly A[]>,
): (question: Q) => Promise<A> {
  type Waiting = { readonly question: Q; resolve(answer: A): void; reject(error: unknown): void };
  let waiting: Waiting[] = [];
  let running = 0;
  let planned = false;

  const plan = () => {
    if (planned || waiting.length === 0 || running >= LANES) return;
    planned = true;
    setImmediate(() => {
      planned = false;
      const part = waiting.slice(0, MOST);
      waiting = waiting.slice(MOST);
      void together(part);
      plan();
    });
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
