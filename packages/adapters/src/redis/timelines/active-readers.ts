import { endHash, HASH_SEED, hashId, mixHash } from './hash-id.js';

/** A set of readers that forgets who they were: it never misses one it was given, and may take a stranger for one. */
export interface ReaderSet {
  add(userId: string): void;
  /** @param hash of a user's id, see `hash-id.ts` */
  has(hash: number): boolean;
  readonly size: number;
}

/** Open addressing over 32-bit hashes: 8 to 16 bytes a reader, one probe for most questions. */
export function createReaderSet(): ReaderSet {
  let slots = new Int32Array(1024);
  let size = 0;
  // 0 marks a free slot.
  const find = (table: Int32Array, wanted: number): number => {
    const mask = table.length - 1;
    let at = wanted & mask;
    while (table[at] !== 0 && table[at] !== wanted) at = (at + 1) & mask;
    return at;
  };
  const grow = () => {
    const wider = new Int32Array(slots.length * 2);
    for (const hash of slots) if (hash !== 0) wider[find(wider, hash)] = hash;
    slots = wider;
  };
  return {
    add(userId) {
      const wanted = hashId(userId) || 1;
      const at = find(slots, wanted);
      if (slots[at] === wanted) return;
      slots[at] = wanted;
      if (++size * 2 > slots.length) grow();
    },
    has(hash) {
      const wanted = hash || 1;
      return slots[find(slots, wanted)] === wanted;
    },
    get size() {
      return size;
    },
  };
}

const COMMA = 44;

/** A page of readers as bytes: decimal ids joined by `,`. Going through bytes takes a third of the time of characters. */
export const pageBytes = (readers: string): Uint8Array => {
  const { buffer, byteOffset, length } = Buffer.from(readers, 'latin1');
  return new Uint8Array(buffer, byteOffset, length);
};

/**
 * Goes through a page of readers without taking it apart.
 * @param visit called with where an id begins and ends, and its hash; ends the walk by answering false
 * @param begin where to begin: 0, or what an earlier walk over the same page returned
 * @returns where the next walk goes on; the length of the page at its end
 */
export function eachReader(
  page: Uint8Array,
  visit: (from: number, to: number, hash: number) => unknown,
  begin = 0,
): number {
  const end = page.length;
  let from = begin;
  let hash = HASH_SEED;
  for (let at = begin; at <= end; at++) {
    const byte = at < end ? (page[at] as number) : COMMA;
    if (byte !== COMMA) {
      hash = mixHash(hash, byte);
      continue;
    }
    if (at > from && visit(from, at, endHash(hash)) === false) return Math.min(at + 1, end);
    from = at + 1;
    hash = HASH_SEED;
  }
  return end;
}
