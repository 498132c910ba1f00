import { SocialError } from '@socialkit/core';
import type { Pattern } from './patterns.js';

/** Cells of the transition table at most: 64 MiB. */
const MAX_CELLS = 1 << 24;

/**
 * Aho–Corasick over squeezed symbols, as one dense table: a step is one look-up however many lists and patterns there are.
 */
export interface Automaton {
  readonly patterns: readonly Pattern[];
  readonly states: number;
  /** The column of a symbol code, 0 for symbols that no pattern has. */
  column(code: number): number;
  readonly columns: number;
  /** `next[state * columns + column]`. */
  readonly next: Int32Array;
  /** The first entry of the outputs that end in a state, -1 for none. */
  readonly first: Int32Array;
  /** The pattern of an output, and the output after it. */
  readonly output: Int32Array;
  readonly following: Int32Array;
}

/**
 * @throws word_list.too_large the lists together need more than 64 MiB of transitions
 */
export function compileAutomaton(patterns: readonly Pattern[]): Automaton {
  const wide = new Map<number, number>();
  const narrow = new Int32Array(128);
  let columns = 1;
  let symbols = 1;
  for (const { codes } of patterns) {
    symbols += codes.length;
    for (const code of codes) {
      if (code < 128) {
        if (narrow[code] === 0) narrow[code] = columns++;
      } else if (!wide.has(code)) wide.set(code, columns++);
    }
  }
  const column = (code: number): number => (code < 128 ? narrow[code]! : (wide.get(code) ?? 0));

  let room = Math.min(symbols, Math.max(1, Math.floor(MAX_CELLS / columns)));
  room = Math.max(room, 1);
  const next = new Int32Array(room * columns);
  let states = 1;
  const head: number[] = [-1];
  const output: number[] = [];
  const following: number[] = [];
  patterns.forEach((pattern, index) => {
    let state = 0;
    for (const code of pattern.codes) {
      const cell = state * columns + column(code);
      if (next[cell] === 0) {
        if (states >= room) {
          throw new SocialError(
            'too_large',
            'word_list.too_large',
            'these word lists are too large together',
          );
        }
        next[cell] = states++;
        head.push(-1);
      }
      state = next[cell]!;
    }
    output.push(index);
    following.push(head[state]!);
    head[state] = output.length - 1;
  });

  const first = new Int32Array(states).fill(-1);
  for (let state = 0; state < states; state += 1) first[state] = head[state]!;
  const tail = (start: number): number => {
    let at = start;
    while (following[at] !== -1) at = following[at]!;
    return at;
  };
  const fail = new Int32Array(states);
  const queue = new Int32Array(states);
  let end = 0;
  for (let at = 1; at < columns; at += 1) {
    const state = next[at]!;
    if (state !== 0) queue[end++] = state;
  }
  for (let begin = 0; begin < end; begin += 1) {
    const state = queue[begin]!;
    const back = fail[state]!;
    // Shorter patterns that end here too follow the state's own.
    if (first[back] !== -1) {
      if (first[state] === -1) first[state] = first[back]!;
      else following[tail(first[state]!)] = first[back]!;
    }
    for (let at = 1; at < columns; at += 1) {
      const cell = state * columns + at;
      const target = next[cell]!;
      const fallback = next[back * columns + at]!;
      if (target === 0) next[cell] = fallback;
      else {
        fail[target] = fallback;
        queue[end++] = target;
      }
    }
  }
  return {
    patterns,
    states,
    column,
    columns,
    next: next.slice(0, states * columns),
    first,
    output: Int32Array.from(output),
    following: Int32Array.from(following),
  };
}
