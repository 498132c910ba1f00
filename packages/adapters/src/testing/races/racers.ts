import { type Clock, createFakeClock, type ErrorCategory, type Id } from '@socialkit/core';
import { startProgram } from '@socialkit/test-services';

/** A call of an operation by an account. */
export interface Call {
  /** Name of the slice, for example `graph`. */
  readonly slice: string;
  /** Name of the method, for example `follow`. */
  readonly operation: string;
  readonly actorId: Id;
  /** `staff` with the grant of the account's role, `system` as the host itself. @default 'user' */
  readonly as?: 'user' | 'staff' | 'system';
  readonly input: object;
}

/** What came of a call. */
export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly category: ErrorCategory };

/** What a racer is sent: calls to make at an instant of the machine's clock. */
export interface Batch {
  readonly at: number;
  readonly calls: readonly Call[];
}

/** What a racer says when it can be sent calls. */
export interface Ready {
  readonly ready: true;
}

/** Several processes with a kit each on one database. */
export interface Racers {
  /** The time of all of them: begins where the test databases have their partitions, and goes on as real time does. */
  readonly clock: Clock;
  /**
   * Deals the calls out to the processes in turn and makes all of them at the same instant.
   * @returns the answers in the order of the calls
   */
  race(calls: readonly Call[]): Promise<readonly Answer[]>;
  close(): Promise<void>;
}

/** Milliseconds between sending a batch and its start: longer than a message takes. */
const HEAD_START_MS = 20;

/**
 * Starts processes that call operations of every slice side by side: what the race tests of write use cases stand
 * on. None of them works jobs unless `worker` is given.
 *
 * @param url a migrated database
 * @param options.processes @default 2
 */
export async function startRacers(
  url: string,
  options: { readonly processes?: number; readonly worker?: boolean } = {},
): Promise<Racers> {
  const shiftMs = createFakeClock().now() - Date.now();
  const args = [url, String(shiftMs), options.worker ? 'worker' : ''];
  const programs = Array.from({ length: options.processes ?? 2 }, () =>
    startProgram(new URL('./racer.program.ts', import.meta.url), { args }),
  );
  const close = async () => {
    await Promise.all(programs.map((program) => program.kill()));
  };
  try {
    await Promise.all(programs.map((program) => program.receive<Ready>()));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    clock: { now: () => Date.now() + shiftMs },
    async race(calls) {
      const at = Date.now() + HEAD_START_MS;
      const dealt = programs.map((program, lane) => {
        const batch: Batch = { at, calls: calls.filter((_, n) => n % programs.length === lane) };
        program.send(batch);
        return program.receive<readonly Answer[]>();
      });
      const answers = await Promise.all(dealt);
      return calls.map((_, n) => {
        const answer = answers[n % programs.length]?.[Math.floor(n / programs.length)];
        if (!answer) throw new Error('a racer answered fewer calls than it was sent');
        return answer;
      });
    },
    close,
  };
}
