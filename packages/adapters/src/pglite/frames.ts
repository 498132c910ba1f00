/** A complete frontend message of the PostgreSQL wire protocol, or the start-up packet (type `startup`). */
export interface Frame {
  /** The type byte as a character, or `startup` for a packet that has none. */
  readonly type: string;
  /** The whole message as it came, type byte and length included. */
  readonly bytes: Buffer;
}

/** Cuts a byte stream into messages. */
export interface FrameReader {
  /**
   * Adds bytes and returns the messages that are complete now, in order.
   *
   * @throws Error when the bytes cannot be messages
   */
  push(chunk: Buffer): Frame[];
}

const LENGTH_BYTES = 4;
/** Length and protocol number. */
const STARTUP_BYTES = 8;
const PROTOCOL_3 = 196_608;

/** The start-up packet's protocol number, for example {@link PROTOCOL_3}. */
const protocolOf = (packet: Buffer): number => packet.readInt32BE(LENGTH_BYTES);

/** Whether a start-up packet opens a session; the others ask for encryption or cancel a query. */
export const opensSession = (frame: Frame): boolean => protocolOf(frame.bytes) === PROTOCOL_3;

/**
 * Reads the messages of one connection: packets without a type byte until one opens a session, then
 * messages with one. Keeps an incomplete message until the rest of it comes.
 */
export const createFrameReader = (): FrameReader => {
  let rest: Buffer = Buffer.alloc(0);
  let started = false;

  const next = (at: number): Frame | undefined => {
    const typeBytes = started ? 1 : 0;
    if (rest.length < at + typeBytes + LENGTH_BYTES) return undefined;
    const length = rest.readInt32BE(at + typeBytes);
    if (length < (started ? LENGTH_BYTES : STARTUP_BYTES))
      throw new Error('not a message of the wire protocol');
    const end = at + typeBytes + length;
    if (rest.length < end) return undefined;
    const bytes = rest.subarray(at, end);
    const frame = { type: started ? String.fromCharCode(bytes[0] ?? 0) : 'startup', bytes };
    if (!started && opensSession(frame)) started = true;
    return frame;
  };

  return {
    push: (chunk) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const frames: Frame[] = [];
      let at = 0;
      for (let frame = next(at); frame !== undefined; frame = next(at)) {
        frames.push(frame);
        at += frame.bytes.length;
      }
      rest = rest.subarray(at);
      return frames;
    },
  };
};
