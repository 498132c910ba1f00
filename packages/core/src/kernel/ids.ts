import { z } from 'zod';
import type { Clock } from './runtime.js';

/**
 * An id: 63 bits, time-ordered, as a decimal string. `bigint` in SQL, always a string in TypeScript and JSON.
 *
 * Layout from the top: 41 bits of milliseconds since 2000-01-01T00:00:00Z, 10 bits of node, 12 bits of
 * sequence. Every instant after July 2007 gives 19 digits.
 */
export type Id = string;

/** 2000-01-01T00:00:00.000Z in Unix milliseconds. */
export const ID_EPOCH_MS = Date.UTC(2000, 0, 1);
/** Highest node number (10 bits). */
export const MAX_NODE = 1023;
const MAX_ID = (1n << 63n) - 1n;
const MAX_SEQUENCE = 4095;

/** Makes ids. Strictly increasing within one instance, unique across instances with different node numbers. */
export interface Ids {
  /** A new id, greater than every id this instance made before, even when the clock steps back. */
  next(): Id;
}

/**
 * @param node 0 to 1023; leased in the database so that no two live processes share one
 * @throws TypeError when the node is out of range
 */
export function createIds(deps: { readonly clock: Clock; readonly node: number }): Ids {
  const { clock, node } = deps;
  if (!Number.isInteger(node) || node < 0 || node > MAX_NODE)
    throw new TypeError(`node must be 0 to ${MAX_NODE}, got ${node}`);
  const nodeBits = BigInt(node) << 12n;
  let lastMs = 0;
  let sequence = 0;
  return {
    next() {
      const ms = clock.now() - ID_EPOCH_MS;
      if (ms > lastMs) {
        lastMs = ms;
        sequence = 0;
      } else if (++sequence > MAX_SEQUENCE) {
        // More than 4096 ids in a millisecond, or a clock that stepped back: borrow from the future.
        lastMs += 1;
        sequence = 0;
      }
      return ((BigInt(lastMs) << 22n) | nodeBits | BigInt(sequence)).toString();
    },
  };
}

/** The instant inside an id, in Unix milliseconds. */
export const timeOfId = (id: Id): number => Number(BigInt(id) >> 22n) + ID_EPOCH_MS;

/** The smallest id an instant can have: a bound for range queries and partitions. Instants before 2000 give 0. */
export const firstIdAt = (unixMs: number): Id =>
  (BigInt(Math.max(0, Math.floor(unixMs) - ID_EPOCH_MS)) << 22n).toString();

/** Numeric order of two ids: negative, zero or positive. Never compare ids as plain strings. */
export const compareIds = (a: Id, b: Id): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

/** Newest first: for `Array.prototype.sort`. */
export const newestFirst = (a: Id, b: Id): number => compareIds(b, a);

/** The largest id there can be: the start of a newest-first scan. */
export const MAX_ID_STRING: Id = MAX_ID.toString();

/** Accepts a canonical decimal id between 1 and 2^63 - 1, nothing else. */
export const idSchema = z
  .string()
  .max(19)
  .regex(/^[1-9][0-9]{0,18}$/, 'must be a decimal id')
  .refine((value) => !/^[1-9][0-9]{0,18}$/.test(value) || BigInt(value) <= MAX_ID, 'must be a 63-bit id')
  .meta({ description: '63-bit time-ordered id as a decimal string', examples: ['3561234567890123456'] });
