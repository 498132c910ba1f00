import type { Timers } from './timers.js';

/** Finds connections that look open and are dead. */
export interface Heartbeat {
  /** Something came from the server: it lives. */
  heard(): void;
  stop(): void;
}

/**
 * Pings in every interval, a little early and not always at the same moment, and gives the connection up when nothing at all
 * was heard for `pongTimeoutMs` after a ping.
 *
 * @param deps.intervalMs what the server's welcome asked for
 */
export function startHeartbeat(deps: {
  readonly timers: Timers;
  readonly random: () => number;
  readonly intervalMs: number;
  readonly pongTimeoutMs: number;
  readonly ping: () => void;
  readonly dead: () => void;
}): Heartbeat {
  const { timers, random, intervalMs, pongTimeoutMs, ping, dead } = deps;
  let cancelPing = () => {};
  let cancelDeath: (() => void) | null = null;
  const plan = () => {
    cancelPing = timers.after(intervalMs * (0.8 + 0.2 * random()), () => {
      ping();
      cancelDeath ??= timers.after(pongTimeoutMs, dead);
      plan();
    });
  };
  plan();
  const survive = () => {
    cancelDeath?.();
    cancelDeath = null;
  };
  return {
    heard: survive,
    stop() {
      cancelPing();
      survive();
    },
  };
}
