/** How the three ways look on the wire: all carry the same event, with the words their protocol needs around it. */
export const WAYS = ['bare', 'socketio', 'ours'] as const;
/**
 * `bare`: a loop over sockets that sends a ready string. `socketio`: Socket.IO 4.8. `ours`: hub and gateway. `floor`: the system
 * calls alone.
 */
export type Way = (typeof WAYS)[number] | 'floor';

/** The stream of the bench. */
export const STREAM = 'conversation:3000000000000000001';
/** The stream of clients that get more than they take. */
export const FLOOD = 'conversation:3000000000000000009';
/** Socket.IO's room and Redis channel of the bare way. */
export const ROOM = 'bench';

/** Characters of an event's text that bring a frame to about 300 bytes. */
export const SMALL = 120;

/** Data of the n-th event. @param sent nanoseconds of the monotonic clock all processes share @param size characters of its text */
export const eventData = (n: number, sent: bigint, size: number) => ({
  seq: n,
  authorId: '3000000000000000002',
  text: 'x'.repeat(size),
  sent: sent.toString(),
});

/** The event as the frame our clients get, which the bare loop sends as it is. */
export const eventText = (n: number, sent: bigint, size: number): string =>
  JSON.stringify({
    t: 'ev',
    s: STREAM,
    epoch: 'bench',
    o: n,
    type: 'message.sent',
    at: 1_700_000_000_000,
    data: eventData(n, sent, size),
  });

/** Nanoseconds between the sending in a frame and now; null where it says none. */
export function ageOf(frame: Buffer, now: bigint): number | null {
  const at = frame.indexOf('"sent":"');
  if (at < 0) return null;
  const from = at + 8;
  return Number(now - BigInt(frame.toString('latin1', from, frame.indexOf('"', from))));
}
