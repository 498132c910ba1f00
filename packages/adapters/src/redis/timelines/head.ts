import type { Id } from '@socialkit/core';

/*
 * The head of a timeline in fifteen characters: a hundred ids and the head still fit the kilobyte a hundred ids take.
 * One for state and the time of the last read, four for the server's life, ten for the id of the build.
 *
 * Keys of timelines do not expire by themselves: Redis would look every one of them up a second time with each push.
 * The time of the last read stands in the head instead, in sixteenths of the time to live, modulo 23. A timeline that is
 * not swept in time begins to look young again: it is whole all the same, and is swept in the next turn.
 */

/** What a timeline is: being built; and for what is below its first id: nothing, what the build did not read, what was trimmed. */
export type TimelineState = 'building' | 'complete' | 'filled' | 'trimmed';
// In this order: `scripts.ts` knows the numbers.
const STATES: readonly TimelineState[] = ['building', 'complete', 'filled', 'trimmed'];
/** Sixteenths of a time to live that are told apart. */
export const STAMPS = 23;
/** Stamps in a time to live. */
export const STAMPS_PER_LIFE = 16;

/** What the head of a timeline says. */
export interface TimelineHead {
  readonly state: TimelineState;
  /** When it was last read, as {@link stampAt} gives it. */
  readonly stamp: number;
  readonly epoch: string;
  readonly build: Id;
}

/** @param unixMs Unix milliseconds */
export const stampAt = (unixMs: number, ttlMs: number): number =>
  Math.floor(unixMs / (ttlMs / STAMPS_PER_LIFE)) % STAMPS;

// The printable characters of ASCII.
const FIRST = 33;
const RADIX = 94;
const EPOCH_LENGTH = 4;
const HALF_LENGTH = 5;
const HALF = RADIX ** HALF_LENGTH;

const encode = (value: number, length: number): string => {
  let text = '';
  let rest = value;
  for (let i = 0; i < length; i++) {
    text = String.fromCharCode(FIRST + (rest % RADIX)) + text;
    rest = Math.floor(rest / RADIX);
  }
  return text;
};

const decode = (text: string, from: number, length: number): number => {
  let value = 0;
  for (let i = from; i < from + length; i++) value = value * RADIX + (text.charCodeAt(i) - FIRST);
  return value;
};

/** @param value a whole number up to 2^53; what is above 94^4 folds */
export const encodeEpoch = (value: number): string => encode(value % RADIX ** EPOCH_LENGTH, EPOCH_LENGTH);

export function encodeHead({ state, stamp, epoch, build }: TimelineHead): string {
  const id = BigInt(build);
  const half = BigInt(HALF);
  const first = encode(STATES.indexOf(state) + STATES.length * stamp, 1);
  return `${first}${epoch}${encode(Number(id / half), HALF_LENGTH)}${encode(Number(id % half), HALF_LENGTH)}`;
}

/** @param head what {@link encodeHead} made */
export function decodeHead(head: string): TimelineHead {
  const first = head.charCodeAt(0) - FIRST;
  const high = decode(head, 1 + EPOCH_LENGTH, HALF_LENGTH);
  const low = decode(head, 1 + EPOCH_LENGTH + HALF_LENGTH, HALF_LENGTH);
  return {
    state: STATES[first % STATES.length] ?? 'building',
    stamp: Math.floor(first / STATES.length),
    epoch: head.slice(1, 1 + EPOCH_LENGTH),
    build: (BigInt(high) * BigInt(HALF) + BigInt(low)).toString(),
  };
}
