/** What became of one of the things that were done together. */
export type Outcome<R> =
  | { readonly ok: true; readonly value: R }
  | { readonly ok: false; readonly error: unknown };

/** Does many things together, as few calls as their number allows. */
export interface Lanes<C, R> {
  /** @throws what `work` says about this command, or what it throws for this command alone */
  put(command: C): Promise<R>;
}

/** Batches that run side by side without anybody being late: one is decided here while the database writes the other. */
const ABREAST = 2;

interface Waiting<C, R> {
  readonly command: C;
  readonly key: string;
  readonly settle: (outcome: Outcome<R>) => void;
}

/**
 * Group commit. A command that comes while little runs is done at once, what arrives meanwhile is the next batch: waiting for
 * company would only add time, and the busier it is the more share a transaction. A batch that takes longer than `patienceMs`,
 * because somebody elsewhere holds one of its locks, holds up nobody else: another one starts beside it, up to `lanes`.
 * Commands of one key are done in the order they came, never side by side.
 *
 * @param work one transaction for all commands: outcomes in order. When it throws, each command is tried alone, so that one
 * that cannot be done harms no other.
 */
export function createLanes<C, R>(options: {
  readonly lanes: number;
  readonly batch: number;
  /** @default 20 */
  readonly patienceMs?: number;
  readonly keyOf: (command: C) => string;
  readonly work: (commands: readonly C[]) => Promise<readonly Outcome<R>[]>;
}): Lanes<C, R> {
  const { batch, keyOf, work } = options;
  const patienceMs = options.patienceMs ?? 20;
  let waiting: Waiting<C, R>[] = [];
  /** Keys of the batches that run. */
  const busy = new Set<string>();
  let running = 0;
  let planned = false;
  let timer: NodeJS.Timeout | undefined;

  const attempt = async (taken: readonly Waiting<C, R>[]): Promise<void> => {
    try {
      const outcomes = await work(taken.map(({ command }) => command));
      for (const [index, { settle }] of taken.entries())
        settle(outcomes[index] ?? { ok: false, error: new Error('a command came back without an outcome') });
    } catch (error) {
      if (taken.length === 1) taken[0]?.settle({ ok: false, error });
      else for (const one of taken) await attempt([one]);
    }
  };
  const take = (): readonly Waiting<C, R>[] => {
    const taken: Waiting<C, R>[] = [];
    const left: Waiting<C, R>[] = [];
    for (const one of waiting) (taken.length < batch && !busy.has(one.key) ? taken : left).push(one);
    waiting = left;
    return taken;
  };
  const start = (): void => {
    planned = false;
    clearTimeout(timer);
    timer = undefined;
    if (running < options.lanes) {
      const taken = take();
      if (taken.length > 0) {
        for (const { key } of taken) busy.add(key);
        running++;
        void attempt(taken).finally(() => {
          for (const { key } of taken) busy.delete(key);
          running--;
          start();
        });
      }
    }
    wait();
  };
  /** Sees to it that what waits is taken up, by whoever ends or by the clock. */
  const wait = (): void => {
    if (waiting.length === 0 || planned || timer || running >= options.lanes) return;
    if (running < ABREAST) {
      planned = true;
      // On the next turn: what is asked for in this one goes together.
      setImmediate(start);
    } else timer = setTimeout(start, patienceMs);
  };

  return {
    put: (command) =>
      new Promise<R>((resolve, reject) => {
        waiting.push({
          command,
          key: keyOf(command),
          settle: (outcome) => (outcome.ok ? resolve(outcome.value) : reject(outcome.error)),
        });
        wait();
      }),
  };
}
