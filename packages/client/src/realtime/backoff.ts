import { CLOSE } from '@socialkit/core/protocol';

/** Bounds of the pause before another attempt, in milliseconds. */
export interface BackoffOptions {
  /** @default 500 */
  readonly minMs?: number;
  /** @default 30000 */
  readonly maxMs?: number;
}

/** Where the doubling starts and ends when the options say nothing. */
export const DEFAULT_BACKOFF = { minMs: 500, maxMs: 30_000 } as const;
/** A server that said "later" is left alone at least this long, in milliseconds. */
const LATER_MS = 5000;

/**
 * Full jitter: a pause between nothing and a bound that doubles with every failure, so that clients that were cut together do
 * not come back together.
 *
 * @param failures attempts that failed in a row, from 0
 * @param random 0 up to, not including, 1
 */
export function backoffMs(failures: number, random: number, options: BackoffOptions = {}): number {
  const { minMs, maxMs } = { ...DEFAULT_BACKOFF, ...options };
  return Math.round(random * Math.min(maxMs, minMs * 2 ** Math.min(failures, 20)));
}

/** What a close says about coming back. */
export type Verdict = 'no' | 'authenticate' | 'yes' | 'later' | 'jittered';

const VERDICTS = new Map<number, Verdict>(
  Object.values(CLOSE).map(({ code, reconnect }) => [code, reconnect]),
);

/** The verdict of a close code; codes of the network and of the WebSocket protocol itself invite to come back. */
export const verdictOf = (code: number): Verdict => VERDICTS.get(code) ?? 'yes';

/**
 * The pause after a close, in milliseconds.
 *
 * @param byeAfterMs what the server's `bye` asked for, when it said one: it has spread its clients already
 */
export function pauseAfter(
  verdict: Verdict,
  failures: number,
  random: number,
  options: BackoffOptions & { readonly byeAfterMs?: number | undefined } = {},
): number {
  const pause = backoffMs(failures, random, options);
  if (options.byeAfterMs !== undefined) return options.byeAfterMs + pause;
  return verdict === 'later' ? LATER_MS + pause : pause;
}
