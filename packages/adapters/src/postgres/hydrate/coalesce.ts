/** How questions are put together. */
export interface CoalesceOptions<Q> {
  /** Runs under way at once. */
  readonly lanes: number;
  /** Questions in one run at most. */
  readonly most: number;
  /** Whether two questions can be asked in one run. */
  together(a: Q, b: Q): boolean;
}

/**
 * Asks questions at once while few are under way; those that come meanwhile wait for the next free lane and are asked
 * together. An idle process answers as fast as it can, a busy one saves the cost of a round trip for each question that found
 * company. Nobody waits for company, and an answer is never older than its question.
 *
 * @param run answers in the order of the questions; when it fails, so do all of its questions
 */
export function coalescing<Q, A>(
  run: (questions: readonly Q[]) => Promise<readonly A[]>,
  options: CoalesceOptions<Q>,
): (question: Q) => Promise<A> {
  const { lanes, most, together } = options;
  interface Waiting {
    readonly question: Q;
    readonly answer: (answer: A) => void;
    readonly refuse: (error: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let running = 0;

  const take = (): Waiting[] => {
    const [first] = waiting;
    if (!first) return [];
    const taken: Waiting[] = [];
    const left: Waiting[] = [];
    for (const one of waiting)
      (taken.length < most && together(first.question, one.question) ? taken : left).push(one);
    waiting = left;
    return taken;
  };

  const ask = async (batch: readonly Waiting[]): Promise<void> => {
    running++;
    try {
      const answers = await run(batch.map(({ question }) => question));
      for (const [n, { answer }] of batch.entries()) answer(answers[n] as A);
    } catch (error) {
      for (const { refuse } of batch) refuse(error);
    } finally {
      running--;
      if (waiting.length > 0) void ask(take());
    }
  };

  return (question) =>
    new Promise((answer, refuse) => {
      waiting.push({ question, answer, refuse });
      if (running < lanes) void ask(take());
    });
}
