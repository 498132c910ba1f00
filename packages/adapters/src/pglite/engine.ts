import type { PGlite } from '@electric-sql/pglite';
import type { Frame } from './frames.js';
import {
  COPY_FAIL,
  FAILING_PARSE,
  greeting,
  SYNC,
  simpleQuery,
  statusOf,
  type TransactionStatus,
} from './messages.js';
import { createTurns } from './turns.js';

/** One session's way to the engine. Only one session is open at a time; the others wait their turn. */
export interface EngineSession {
  /**
   * Runs messages and gives what the engine answers, a little later. The answer is undefined when the
   * session was closed meanwhile.
   *
   * @throws (through the promise) Error with code `08006` when the engine has stopped
   */
  run(frames: readonly Frame[]): Promise<Buffer | undefined>;
  /** Ends the session, or its waiting. Whatever it left open is undone before the next one starts. */
  close(): void;
}

/** The embedded engine with sessions on its single connection. */
export interface Engine {
  /**
   * Opens a session when its turn comes: transactions, prepared statements, temporary tables, listeners,
   * locks and settings of the one before are gone. `opened` gets the server's greeting.
   */
  open(opened: (greeting: Buffer) => void, failed: (error: Error) => void): EngineSession;
  /**
   * Runs `work` at a moment when no transaction is open; the sessions wait until it is done.
   *
   * @throws Error with code `25001` when there was no such moment within `limitMs`
   */
  betweenTransactions<T>(limitMs: number, work: (execute: Execute) => Promise<T>): Promise<T>;
  /** True while a session has a transaction open, or has sent messages without their Sync. */
  readonly inTransaction: boolean;
  /** Fails every session from now on. */
  stop(reason: Error): void;
}

/** Runs messages on the engine at once and gives its answer. */
export type Execute = (batch: Buffer) => Promise<Buffer>;

/** An error as `pg` reports for a lost connection. */
export const connectionFailure = (message: string, cause?: unknown): Error =>
  Object.assign(new Error(message, cause === undefined ? {} : { cause }), { code: '08006' });

const RESET = Buffer.concat([simpleQuery('ROLLBACK'), simpleQuery('DISCARD ALL')]);

/** Adds a CopyFail after every message that executes something. */
const toBatch = (frames: readonly Frame[]): Buffer =>
  Buffer.concat(
    frames.flatMap(({ type, bytes }) => (type === 'Q' || type === 'E' ? [bytes, COPY_FAIL] : [bytes])),
  );

const expectsReady = (frames: readonly Frame[]): boolean => {
  const last = frames.at(-1)?.type;
  return last === 'Q' || last === 'S';
};

/**
 * Puts sessions onto a PGlite instance, which is one PostgreSQL backend without a socket.
 *
 * @param settings what the greeting reports, for example `server_version`
 */
export const createEngine = (lite: PGlite, settings: Readonly<Record<string, string>>): Engine => {
  const schedule = createTurns();
  const hello = greeting(settings);
  const waiting: (() => void)[] = [];
  const awaitingQuiet = new Set<() => void>();
  /** Status of the last ReadyForQuery; undefined while messages without a Sync have run. */
  let status: TransactionStatus | undefined = 'I';
  let occupied = false;
  let paused: Promise<void> | undefined;
  let stopped: Error | undefined;

  // Not execProtocolRaw: that one parses every answer and keeps the parsed rows for ever.
  const execute: Execute = async (batch) => {
    const chunks: Buffer[] = [];
    const done = lite.execProtocolRawStream(batch, {
      // The callback's bytes lie in the engine's memory and change with the next statement.
      onRawData: (bytes) => void chunks.push(Buffer.from(bytes)),
      // The folder and memory file systems write through; there is nothing to sync.
      syncToFs: false,
    });
    // The engine has run when the call returns; by the time the promise settles another session may be on.
    const answer = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    status = statusOf(answer);
    if (status === 'I') for (const wake of awaitingQuiet) wake();
    await done;
    return answer;
  };

  const fail = (cause: unknown): Error => {
    stopped ??= connectionFailure(`the embedded database has stopped: ${String(cause)}`, cause);
    return stopped;
  };

  const guarded = async (work: () => Promise<Buffer>, isComplete: (answer: Buffer) => boolean) => {
    while (paused) await paused;
    if (stopped) throw stopped;
    let answer: Buffer;
    try {
      answer = await work();
    } catch (error) {
      throw fail(error);
    }
    if (!isComplete(answer)) throw fail('it did not finish a statement');
    return answer;
  };

  const reset = (): Promise<Buffer> =>
    guarded(
      async () => {
        if (status === undefined) await execute(Buffer.concat([FAILING_PARSE, SYNC]));
        return execute(RESET);
      },
      (answer) => statusOf(answer) === 'I',
    );

  const release = (): void => {
    const next = waiting.shift();
    occupied = next !== undefined;
    if (next) next();
    // Nobody comes after it, and what it left open must not stay.
    else if (status !== 'I') reset().catch(() => {});
  };

  return {
    open: (opened, failed) => {
      let state: 'waiting' | 'open' | 'closed' = 'waiting';
      const begin = (): void => {
        occupied = true;
        state = 'open';
        schedule(() => {
          if (state !== 'open') return;
          reset().then(
            () => state === 'open' && opened(hello),
            (error: Error) => state === 'open' && failed(error),
          );
        });
      };
      if (occupied) waiting.push(begin);
      else begin();
      return {
        run: (frames) =>
          new Promise((resolve, reject) => {
            schedule(() => {
              if (state !== 'open') return resolve(undefined);
              const complete = (answer: Buffer): boolean =>
                !expectsReady(frames) || statusOf(answer) !== undefined;
              guarded(() => execute(toBatch(frames)), complete).then(resolve, reject);
            });
          }),
        close: () => {
          const before = state;
          state = 'closed';
          if (before === 'open') release();
          else if (before === 'waiting') waiting.splice(waiting.indexOf(begin), 1);
        },
      };
    },
    betweenTransactions: <T>(limitMs: number, work: (run: Execute) => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        const timer = setTimeout(() => {
          awaitingQuiet.delete(wake);
          const message = `a transaction stayed open for more than ${limitMs} ms`;
          reject(Object.assign(new Error(message), { code: '25001' }));
        }, limitMs);
        // Called right after the engine ran, so that no session comes in between.
        const wake = (): void => {
          if (paused) return;
          clearTimeout(timer);
          awaitingQuiet.delete(wake);
          let resume: () => void = () => {};
          paused = new Promise((done) => {
            resume = done;
          });
          const finish = (): void => {
            paused = undefined;
            resume();
            for (const other of awaitingQuiet) other();
          };
          // In a microtask: inside of the engine's own call nothing else may run on it.
          Promise.resolve()
            .then(() => (stopped ? Promise.reject(stopped) : work(execute)))
            .finally(finish)
            .then(resolve, reject);
        };
        awaitingQuiet.add(wake);
        if (status === 'I') wake();
      }),
    get inTransaction() {
      return status !== 'I';
    },
    stop: (reason) => {
      stopped ??= reason;
    },
  };
};
