/** What became of one of the things that were done together. */
export type Outcome<R> =
  | { readonly ok: true; readonly value: R }
  | { readonly ok: false; readonly error: unknown };

/** Does many things together, as few calls as their number allows. */
export interface Lanes<C, R> {
  /** @throws what `work` says about this command, or what it throws for this command alone */
  put(command: C): Promise<R>;
}

interface Waiting<C, R> {
  readonly command: C;
  readonly settle: (outcome: Outcome<R>) => void;
}

/** Deals a key out to one of `count` lanes: FNV-1a, so that neighbouring ids spread. */
const laneOf = (key: string, count: number): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % count;
};

/**
 * Group commit. Commands of one key are done in the order they came, in one lane; a lane does one batch at a time, and what
 * arrives meanwhile is the next. A command that comes while its lane rests is done at once: waiting for company would only
 * add time.
 *
 * @param work one transaction for all commands: outcomes in order. When it throws, each command is tried alone, so that one
 * that cannot be done harms no other.
 */
export function createLanes<C, R>(options: {
  readonly lanes: number;
  readonly batch: number;
  readonly keyOf: (command: C) => string;
  readonly work: (commands: readonly C[]) => Promise<readonly Outcome<R>[]>;
}): Lanes<C, R> {
  const { batch, keyOf, work } = options;
  const lanes = Array.from({ length: options.lanes }, () => ({
    waiting: [] as Waiting<C, R>[],
    running: false,
  }));

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
  const run = async (lane: (typeof lanes)[number]): Promise<void> => {
    lane.running = true;
    while (lane.waiting.length > 0) await attempt(lane.waiting.splice(0, batch));
    lane.running = false;
  };

  return {
    put: (command) =>
      new Promise<R>((resolve, reject) => {
        const lane = lanes[laneOf(keyOf(command), lanes.length)];
        lane?.waiting.push({
          command,
          settle: (outcome) => (outcome.ok ? resolve(outcome.value) : reject(outcome.error)),
        });
        // On the next turn: what is asked for in this one goes together.
        if (lane && !lane.running) {
          lane.running = true;
          setImmediate(() => void run(lane));
        }
      }),
  };
}
