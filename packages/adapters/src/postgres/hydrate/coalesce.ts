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
 * Asks together what comes up in one turn of the event loop, and what came while all lanes were busy. An idle process answers
 * as fast as it can, a busy one saves the cost of a round trip for each question that found company: those answered together
 * go on together. Nobody waits for company longer than the turn lasts, and an answer is never older than its question.
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
  let due = false;

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
      schedule();
    }
  };

  const askWaiting = (): void => {
    due = false;
    while (running < lanes && waiting.length > 0) void ask(take());
  };

  // After everything the loop has read in this turn: what answers of several connections lead to is asked together.
  const schedule = (): void => {
    if (due || running >= lanes || waiting.length === 0) return;
    due = true;
    setImmediate(askWaiting);
  };

  return (question) =>
    new Promise((answer, refuse) => {
      waiting.push({ question, answer, refuse });
      schedule();
    });
}
