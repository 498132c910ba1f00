import { distanceWithin, PDQ_MATCH, type PdqHash } from '../pdq/pdq-hash.js';

/** One hash near the one that was looked for. */
export interface NearHash {
  /** The number that {@link HashIndex.add} gave it. */
  readonly number: number;
  readonly distance: number;
}

/**
 * Hashes that can be looked up by nearness. Exact: it finds every hash that differs in at most 31 bits, because of 16 pieces of
 * 16 bits one then differs in at most one (multi-index hashing, Norouzi, Punjani and Fleet 2012).
 */
export interface HashIndex {
  readonly size: number;
  /** Numbers rise from 0. */
  add(hash: PdqHash): number;
  /** It is not found any more. */
  remove(number: number): void;
  /** All within `distance` bits, the nearest first, then by number. @default distance 31, the most it can */
  near(hash: PdqHash, distance?: number): readonly NearHash[];
}

const WORDS = 8;
const PIECES = 16;
const VALUES = 65_536;
/** Hashes that were added since the pieces were sorted are compared one by one, at most so many. */
const UNSORTED = 2048;
const FLIPS: readonly number[] = [0, ...Array.from({ length: 16 }, (_, bit) => 1 << bit)];

/** In memory: about 100 bytes a hash. */
export function createHashIndex(): HashIndex {
  let hashes = new Uint32Array(64 * WORDS);
  let gone = new Uint8Array(64);
  let size = 0;
  let removed = 0;
  let sorted = 0;
  /** For each piece where the hashes of each value begin, and the hashes in the order of values. */
  let starts: readonly Uint32Array[] = [];
  let ordered: readonly Uint32Array[] = [];

  const pieceOf = (from: Uint32Array, at: number, piece: number): number =>
    (from[at * WORDS + (piece >> 1)]! >>> ((piece & 1) * 16)) & 0xffff;

  function sortPieces(): void {
    const begins: Uint32Array[] = [];
    const orders: Uint32Array[] = [];
    for (let piece = 0; piece < PIECES; piece += 1) {
      const begin = new Uint32Array(VALUES + 1);
      for (let at = 0; at < size; at += 1) {
        const value = pieceOf(hashes, at, piece);
        begin[value + 1] = begin[value + 1]! + 1;
      }
      for (let value = 0; value < VALUES; value += 1) begin[value + 1] = begin[value + 1]! + begin[value]!;
      const next = begin.slice();
      const order = new Uint32Array(size);
      for (let at = 0; at < size; at += 1) {
        const value = pieceOf(hashes, at, piece);
        order[next[value]!] = at;
        next[value] = next[value]! + 1;
      }
      begins.push(begin);
      orders.push(order);
    }
    starts = begins;
    ordered = orders;
    sorted = size;
  }

  return {
    get size() {
      return size - removed;
    },
    add(hash) {
      if (size === gone.length) {
        const room = gone.length * 2;
        hashes = widened(hashes, room * WORDS);
        const flags = new Uint8Array(room);
        flags.set(gone);
        gone = flags;
      }
      hashes.set(hash, size * WORDS);
      size += 1;
      return size - 1;
    },
    remove(number) {
      if (number < 0 || number >= size || gone[number] === 1) return;
      gone[number] = 1;
      removed += 1;
    },
    near(hash, distance = PDQ_MATCH) {
      const most = Math.min(distance, PDQ_MATCH);
      // Sorting grows with all, so it waits until a share of them is new.
      if (size - sorted > Math.max(UNSORTED, sorted / 8)) sortPieces();
      const found = new Map<number, number>();
      const compare = (at: number) => {
        if (gone[at] === 1) return;
        const apart = distanceWithin(most, hash, hashes, at * WORDS);
        if (apart <= most) found.set(at, apart);
      };
      for (let piece = 0; piece < starts.length; piece += 1) {
        const value = pieceOf(hash, 0, piece);
        const begin = starts[piece]!;
        const order = ordered[piece]!;
        for (const flip of FLIPS) {
          const end = begin[(value ^ flip) + 1]!;
          for (let at = begin[value ^ flip]!; at < end; at += 1) compare(order[at]!);
        }
      }
      for (let at = sorted; at < size; at += 1) compare(at);
      return [...found]
        .map(([number, apart]) => ({ number, distance: apart }))
        .sort((a, b) => a.distance - b.distance || a.number - b.number);
    },
  };
}

function widened(values: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const room = new Uint32Array(length);
  room.set(values);
  return room;
}
