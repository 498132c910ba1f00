/** Digits of a 63-bit id at most. */
const MAX_ID = 19;
/** Bytes kept free in front, for the beginning of the command. */
export const HEAD_ROOM = 1200;
/** Bytes kept free behind; more are made when they are needed. */
const TAIL_ROOM = 256;
const [CR, LF] = [13, 10];

/** Keys of one script call as they go over the wire: written once, from the page they came in, without becoming strings. */
export interface PackedKeys {
  readonly count: number;
  /** Appends the key of the id that stands in `page` from `from` up to `to`; decimal digits. */
  add(page: Uint8Array, from: number, to: number): void;
  /** The bytes of a whole command: `head`, the keys, `tail`. They are not copied: `clear` when they have been sent. @param head at most {@link HEAD_ROOM} bytes */
  frame(head: string, tail: string): Buffer;
  clear(): void;
}

/**
 * Makes packed keys that begin alike.
 * @param start what stands before the id in every key, at most 900 bytes
 * @param most keys at most
 * @throws TypeError when `start` is longer
 */
export function createKeyPacker(start: string, most: number): () => PackedKeys {
  const prefix = Buffer.byteLength(start);
  if (prefix > 900) throw new TypeError('a key prefix is at most 900 bytes long');
  // The beginning of a bulk string for every length of an id.
  const openings = Array.from({ length: MAX_ID + 1 }, (_, digits) =>
    Uint8Array.from(Buffer.from(`$${prefix + digits}\r\n${start}`)),
  );
  const largest = (openings[MAX_ID]?.length ?? 0) + MAX_ID + 2;
  return () => pack(openings, HEAD_ROOM + most * largest + TAIL_ROOM);
}

function pack(openings: readonly Uint8Array[], room: number): PackedKeys {
  let bytes = new Uint8Array(room);
  let end = HEAD_ROOM;
  let count = 0;
  return {
    get count() {
      return count;
    },
    add(page, from, to) {
      const opening = openings[to - from] as Uint8Array;
      let at = end;
      for (let i = 0; i < opening.length; i++) bytes[at++] = opening[i] as number;
      for (let i = from; i < to; i++) bytes[at++] = page[i] as number;
      bytes[at++] = CR;
      bytes[at++] = LF;
      end = at;
      count++;
    },
    frame(head, tail) {
      const begin = HEAD_ROOM - Buffer.byteLength(head);
      const needed = end + Buffer.byteLength(tail);
      if (needed > bytes.length) {
        const longer = new Uint8Array(needed);
        longer.set(bytes.subarray(0, end));
        bytes = longer;
      }
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      buffer.write(head, begin);
      buffer.write(tail, end);
      return buffer.subarray(begin, needed);
    },
    clear() {
      end = HEAD_ROOM;
      count = 0;
    },
  };
}
