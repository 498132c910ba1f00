/** Questions asked together at most. */
const MOST = 1000;

/**
 * Puts questions of one turn of the event loop together: a thousand clients that come back at once ask once.
 *
 * @param ask answers in the order of the questions; when it rejects, all of them do
 */
export function createBatch<Q, A>(
  ask: (questions: readonly Q[]) => Promise<readonly A[]>,
): (question: Q) => Promise<A> {
  type Waiting = { readonly question: Q; resolve(answer: A): void; reject(error: unknown): void };
  let waiting: Waiting[] = [];
  const flush = () => {
    const all = waiting;
    waiting = [];
    for (let at = 0; at < all.length; at += MOST) {
      const part = all.slice(at, at + MOST);
      ask(part.map(({ question }) => question)).then(
        (answers) => {
          for (const [i, { resolve }] of part.entries()) resolve(answers[i] as A);
        },
        (error: unknown) => {
          for (const { reject } of part) reject(error);
        },
      );
    }
  };
  return (question) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ question, resolve, reject });
    });
}
