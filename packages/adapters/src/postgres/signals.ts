import { randomBytes } from 'node:crypto';
import { type Logger, silentLogger } from '@socialkit/core';
import pg from 'pg';
import type { Postgres } from './connection.js';

/** Tells other processes on the same database that jobs were committed. A hint: polling finds what a lost signal misses. */
export interface PostgresSignals {
  /**
   * Notifies the other processes, soon. Calls while a notification is under way become one more. Never throws.
   * Called after the commit: inside it, NOTIFY would serialise all commits.
   */
  publish(): void;
  /** Calls back when another process published; several at once may come as one. */
  onSignal(listener: () => void): void;
  /** Resolves when it listens: signals published elsewhere from then on arrive. */
  ready(): Promise<void>;
  /** Stops listening and ends its connection. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Longest pause between two attempts to listen again, in milliseconds. */
const MAX_PAUSE_MS = 10_000;

/**
 * Signals over LISTEN and NOTIFY, on one connection outside of the pool that is made again when it breaks.
 *
 * @param deps.postgres its schema names the channel, its pool sends
 */
export function createPostgresSignals(
  deps: { readonly postgres: Postgres; readonly logger?: Logger },
  options: {
    /** First pause before listening again, doubling up to 10 s. @default 200 */ readonly reconnectMs?: number;
  } = {},
): PostgresSignals {
  const { pool, schema } = deps.postgres;
  const logger = deps.logger ?? silentLogger;
  const channel = `${schema}_jobs`;
  const sender = randomBytes(6).toString('hex');
  const firstPauseMs = options.reconnectMs ?? 200;
  const listeners: (() => void)[] = [];

  let client: pg.Client | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = firstPauseMs;
  let becomeReady!: () => void;
  let ready = new Promise<void>((resolve) => {
    becomeReady = resolve;
  });

  const lost = (from: pg.Client, error?: unknown) => {
    if (client !== from || closed) return;
    client = undefined;
    ready = new Promise((resolve) => {
      becomeReady = resolve;
    });
    logger.warn({ err: error }, 'no longer listening for jobs of other processes; polling goes on');
    from.end().catch(() => {});
    timer = setTimeout(listen, pauseMs * (0.5 + Math.random() / 2));
    timer.unref();
    pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
  };

  const listen = () => {
    // The password is not enumerable among the options of a pool.
    const next = new pg.Client({
      ...pool.options,
      ...(pool.options.password === undefined ? {} : { password: pool.options.password }),
      application_name: 'socialkit signals',
    });
    client = next;
    next.on('error', (error) => lost(next, error));
    next.on('end', () => lost(next));
    next.on('notification', ({ payload }) => {
      if (payload !== sender) for (const listener of listeners) listener();
    });
    next
      .connect()
      .then(() => next.query(`LISTEN ${pg.escapeIdentifier(channel)}`))
      .then(
        () => {
          pauseMs = firstPauseMs;
          becomeReady();
          // What was published while nobody listened.
          for (const listener of listeners) listener();
        },
        (error) => lost(next, error),
      );
  };
  listen();

  let sending = false;
  let again = false;
  const publish = () => {
    if (closed) return;
    if (sending) {
      again = true;
      return;
    }
    sending = true;
    pool
      .query({ name: 'signals.notify', text: 'SELECT pg_notify($1, $2)', values: [channel, sender] })
      .catch((error) => logger.debug({ err: error }, 'a signal to other processes was lost; they poll'))
      .finally(() => {
        sending = false;
        if (again) {
          again = false;
          publish();
        }
      });
  };

  const close = async () => {
    if (closed) return;
    closed = true;
    clearTimeout(timer);
    const last = client;
    client = undefined;
    await last?.end().catch(() => {});
  };

  return {
    publish,
    onSignal: (listener) => void listeners.push(listener),
    ready: () => ready,
    close,
    [Symbol.asyncDispose]: close,
  };
}
