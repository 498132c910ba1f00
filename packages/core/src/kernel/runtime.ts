import type { Hooks } from './hooks.js';
import type { Ids } from './ids.js';

/** The one source of time for decisions. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number;
}

/** The machine's clock. */
export const systemClock: Clock = Object.freeze({ now: () => Date.now() });

/** A clock that moves only when told to. */
export interface FakeClock extends Clock {
  /** Moves time forward by `ms` milliseconds. */
  advance(ms: number): void;
  /** Sets the absolute time in Unix milliseconds; may step back. */
  set(unixMs: number): void;
}

/** @param start Unix milliseconds @default 2026-01-01T12:00:00Z */
export function createFakeClock(start: number = Date.UTC(2026, 0, 1, 12)): FakeClock {
  let now = start;
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    set: (unixMs) => {
      now = unixMs;
    },
  };
}

/** Structured logging; a pino logger satisfies it. Never receives secrets, tokens or private text. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Logger;
}

/** Discards everything: the default, a library does not write to a host's console. */
export const silentLogger: Logger = Object.freeze({
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
});

/** Spans around operations and jobs; the OpenTelemetry adapter implements it. */
export interface Tracer {
  /** Runs `work` inside a span; the span records a thrown error and ends when the promise settles. */
  span<T>(
    name: string,
    attributes: Readonly<Record<string, string | number | boolean>>,
    work: () => Promise<T>,
  ): Promise<T>;
}

/** Runs the work and records nothing. */
export const noTracer: Tracer = Object.freeze({
  span: <T>(_name: string, _attributes: object, work: () => Promise<T>) => work(),
});

/** What every service is given by the wiring. */
export interface Runtime {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly tracer: Tracer;
  readonly hooks: Hooks;
}
