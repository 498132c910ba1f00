import type { ClientFrame, ServerFrame, SocialError } from '@socialkit/core/protocol';
import { backoffMs } from './backoff.js';
import { clientClosed, interrupted, timedOut, toldError } from './errors.js';
import type { Timers } from './timers.js';

/** How a call behaves when no answer comes. */
export interface CallOptions {
  /** Milliseconds an attempt may take. @default 10000 */
  readonly timeoutMs?: number;
  /**
   * Milliseconds for everything: waiting for a connection, and attempts that are repeated.
   * @default 60000
   */
  readonly deadlineMs?: number;
  /**
   * Repeats the call with the same input when the connection ended, no answer came or the error says so.
   * @default whether the input holds an `idempotencyKey` or a `clientId`, which make a second call the same as the first
   */
  readonly repeat?: boolean;
}

/** Calls at once and calls a second. */
export interface Pace {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * The gateway ends connections that send more than 20 frames a second for long; some room is left for subscriptions and
 * acknowledgements.
 */
export const DEFAULT_PACE: Pace = { burst: 40, perSecond: 17 };
const DEFAULTS = { timeoutMs: 10_000, deadlineMs: 60_000 } as const;

type Answer = Extract<ServerFrame, { t: 'ok' | 'err' }>;

interface Call {
  readonly op: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly repeat: boolean;
  readonly timeoutMs: number;
  attempts: number;
  cancelAttempt: () => void;
  readonly settle: (outcome: { readonly data: unknown } | { readonly error: SocialError }) => void;
}

/** Calls under way and calls that wait for a connection. */
export interface Calls {
  call(op: string, input: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<unknown>;
  /** @returns whether the frame answers a call */
  answered(frame: Answer): boolean;
  /** @param inFlight calls the server takes at a time */
  up(inFlight: number): void;
  down(): void;
  /** Fails everything. */
  close(why: string): void;
}

const isRepeatable = (input: Readonly<Record<string, unknown>>): boolean =>
  typeof input.idempotencyKey === 'string' || typeof input.clientId === 'string';

export function createCalls(deps: {
  readonly timers: Timers;
  readonly random: () => number;
  readonly nextId: () => number;
  readonly send: (frame: ClientFrame) => boolean;
  readonly pace: Pace;
}): Calls {
  const { timers, random, pace } = deps;
  /** In the order of the calls; those that are repeated come first. */
  const queue: Call[] = [];
  const pending = new Map<number, Call>();
  /** All that have no outcome: queued, sent, or resting before another attempt. */
  const open = new Set<Call>();
  let room = 0;
  let credit = pace.burst;
  let creditAt = timers.now();
  let cancelWait: (() => void) | null = null;
  let closed: string | null = null;

  /** @returns whether a call may go now; else it goes later by itself */
  const admitted = (): boolean => {
    const now = timers.now();
    credit = Math.min(pace.burst, credit + ((now - creditAt) / 1000) * pace.perSecond);
    creditAt = now;
    if (credit >= 1) return true;
    cancelWait ??= timers.after(Math.ceil(((1 - credit) / pace.perSecond) * 1000), () => {
      cancelWait = null;
      flush();
    });
    return false;
  };
  const flush = () => {
    while (queue[0] !== undefined && pending.size < room && admitted()) {
      const call = queue[0];
      const id = deps.nextId();
      if (!deps.send({ t: 'call', id, op: call.op, input: { ...call.input } })) return;
      queue.shift();
      credit--;
      call.attempts++;
      pending.set(id, call);
      call.cancelAttempt = timers.after(call.timeoutMs, () => {
        pending.delete(id);
        retry(call, timedOut());
        flush();
      });
    }
  };
  const retry = (call: Call, error: SocialError, atOnce = false) => {
    if (!call.repeat || !error.retryable) return call.settle({ error });
    if (atOnce) return void queue.unshift(call);
    const pause = (error.retryAfterMs ?? 0) + backoffMs(call.attempts - 1, random());
    call.cancelAttempt = timers.after(pause, () => {
      queue.unshift(call);
      flush();
    });
  };

  return {
    call(op, input, options = {}) {
      if (closed !== null) return Promise.reject(clientClosed(closed));
      const { timeoutMs, deadlineMs } = { ...DEFAULTS, ...options };
      return new Promise((resolve, reject) => {
        let settled = false;
        const call: Call = {
          op,
          input,
          repeat: options.repeat ?? isRepeatable(input),
          timeoutMs,
          attempts: 0,
          cancelAttempt: () => {},
          settle(outcome) {
            if (settled) return;
            settled = true;
            open.delete(call);
            cancelDeadline();
            call.cancelAttempt();
            if ('error' in outcome) reject(outcome.error);
            else resolve(outcome.data);
          },
        };
        const cancelDeadline = timers.after(deadlineMs, () => {
          const at = queue.indexOf(call);
          if (at >= 0) queue.splice(at, 1);
          for (const [id, other] of pending) if (other === call) pending.delete(id);
          call.settle({ error: timedOut() });
          flush();
        });
        open.add(call);
        queue.push(call);
        flush();
      });
    },
    answered(frame) {
      const call = frame.id === null ? undefined : pending.get(frame.id);
      if (call === undefined || frame.id === null) return false;
      pending.delete(frame.id);
      call.cancelAttempt();
      if (frame.t === 'ok') call.settle({ data: frame.data });
      else retry(call, toldError(frame));
      flush();
      return true;
    },
    up(inFlight) {
      room = inFlight;
      // Every connection is counted by itself.
      credit = pace.burst;
      flush();
    },
    down() {
      room = 0;
      // The last one first, so that the queue has them in the order they were sent.
      for (const call of [...pending.values()].reverse()) {
        call.cancelAttempt();
        retry(call, interrupted(), true);
      }
      pending.clear();
    },
    close(why) {
      closed = why;
      for (const call of [...open]) call.settle({ error: clientClosed(why) });
      queue.length = 0;
      pending.clear();
      cancelWait?.();
    },
  };
}
