/**
 * Cuts a stream of Redis replies (RESP2 and RESP3) into its values, without giving them a meaning: what comes out, put
 * together, is what came in.
 */
export interface RespCutter {
  /** @returns the values that are complete now, as they came over the wire */
  take(chunk: Buffer): Buffer[];
}

const CR = 13;
/** Types that are one line. */
const LINES = new Set([...'+-:_#,('].map((type) => type.charCodeAt(0)));
/** Types with a length in bytes. */
const BULKS = new Set([...'$!='].map((type) => type.charCodeAt(0)));
/** Types with a number of elements, and how many values one element is. */
const LISTS = new Map([...'*~>'].map((type) => [type.charCodeAt(0), 1]));
LISTS.set('%'.charCodeAt(0), 2);
LISTS.set('|'.charCodeAt(0), 2);

/** End of the line that begins at `at`, behind its CRLF; -1 when it is not there yet. */
function lineEnd(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(CR, at);
  return end < 0 || end + 1 >= bytes.length ? -1 : end + 2;
}

/** End of the value that begins at `at`; -1 when it is not complete. */
export function valueEnd(bytes: Buffer, at: number): number {
  if (at >= bytes.length) return -1;
  const head = lineEnd(bytes, at);
  if (head < 0) return -1;
  const type = bytes[at]!;
  if (LINES.has(type)) return head;
  const count = Number(bytes.toString('latin1', at + 1, head - 2));
  if (BULKS.has(type)) {
    const end = count < 0 ? head : head + count + 2;
    return end > bytes.length ? -1 : end;
  }
  const width = LISTS.get(type);
  if (width === undefined) throw new Error(`no reply of Redis begins with ${String.fromCharCode(type)}`);
  let end = head;
  for (let left = Math.max(0, count) * width; left > 0; left--) {
    end = valueEnd(bytes, end);
    if (end < 0) return -1;
  }
  return end;
}

export function createRespCutter(): RespCutter {
  let rest: Buffer = Buffer.alloc(0);
  return {
    take(chunk) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const values: Buffer[] = [];
      let at = 0;
      for (let end = valueEnd(rest, at); end >= 0; end = valueEnd(rest, at)) {
        values.push(rest.subarray(at, end));
        at = end;
      }
      rest = rest.subarray(at);
      return values;
    },
  };
}

const PUSHED = /^[*>][34]\r\n\$\d+\r\n(?:p|s)?message\r\n/;

/** The channel of a message that Redis pushes to a subscriber; null for every other value. */
export function channelOf(value: Buffer): string | null {
  const head = value.toString('latin1', 0, Math.min(value.length, 512));
  const match = PUSHED.exec(head);
  if (!match) return null;
  return /\$\d+\r\n([^\r]*)\r\n/.exec(head.slice(match[0].length))?.[1] ?? null;
}
