import type { Id } from '../kernel/ids.js';
import type { StreamEvent, StreamName } from './streams.js';

/*
 * What travels between nodes: one line for the node, then the client's frame as it is sent. A node that only passes it on
 * parses no JSON. Fields of the line are separated by spaces and hold none.
 */

/** Text that goes to many sockets. `wire` belongs to the transport, which keeps its encoded form there. */
export interface Frame {
  readonly text: string;
  wire: unknown;
}

/** @param text one JSON object */
export const frameOf = (text: string): Frame => ({ text, wire: undefined });

/** An event on its way, as the nodes route it. */
export interface EventEnvelope {
  readonly kind: 'event';
  readonly epoch: string;
  readonly offset: number;
  /** When it happened, Unix milliseconds. */
  readonly at: number;
  /** When it was sent to the nodes, Unix milliseconds; 0 when it was read from the database. */
  readonly sentAt: number;
  readonly type: string;
  readonly by: Id | null;
  readonly only: ReadonlySet<Id> | null;
  readonly ends: readonly Id[];
  readonly rewrites: boolean;
  /** What of the stream it is about, from 1; 0 for nothing that is numbered. */
  readonly item: number;
  readonly frame: Frame;
}

/** A hint on its way. */
export interface HintEnvelope {
  readonly kind: 'hint';
  readonly by: Id | null;
  readonly key: string | null;
  readonly frame: Frame;
}

const list = (ids: readonly Id[] | undefined): string => (ids === undefined ? '-' : `[${ids.join(',')}]`);
const listed = (text: string | undefined): readonly Id[] | null =>
  text === undefined || text === '-' ? null : text === '[]' ? [] : text.slice(1, -1).split(',');

const eventText = (epoch: string, event: StreamEvent): string =>
  JSON.stringify({
    t: 'ev',
    s: event.stream,
    epoch,
    o: event.offset,
    type: event.type,
    at: event.at,
    data: event.data,
  });

/** The frame of an event for those who may not have its content. */
export const bareFrame = (stream: StreamName, event: EventEnvelope): Frame =>
  frameOf(
    JSON.stringify({
      t: 'ev',
      s: stream,
      epoch: event.epoch,
      o: event.offset,
      type: event.type,
      at: event.at,
    }),
  );

/** An event of the database as nodes route it. */
export const envelopeOf = (epoch: string, event: StreamEvent): EventEnvelope => ({
  kind: 'event',
  epoch,
  offset: event.offset,
  at: event.at,
  sentAt: 0,
  type: event.type,
  by: event.by,
  only: event.only === undefined ? null : new Set(event.only),
  ends: event.ends ?? [],
  rewrites: event.rewrites ?? false,
  item: event.item ?? 0,
  frame: frameOf(eventText(epoch, event)),
});

/** @param origin the node that sends it, without spaces @param sentAt Unix milliseconds */
export const eventMessage = (event: EventEnvelope, origin: string, sentAt: number): string =>
  `E ${origin} ${event.epoch} ${event.offset} ${event.at} ${sentAt} ${event.type} ${event.by ?? '-'} ${list(
    event.only === null ? undefined : [...event.only],
  )} ${list(event.ends)} ${event.rewrites ? 1 : 0} ${event.item}\n${event.frame.text}`;

/** The frame of a hint. @param stream a stream's name, or a topic */
export const hintFrame = (stream: string, type: string, data: Readonly<Record<string, unknown>>): Frame =>
  frameOf(JSON.stringify({ t: 'eph', s: stream, type, data }));

/** @param origin the node that sends it */
export const hintMessage = (hint: HintEnvelope, origin: string): string =>
  `H ${origin} ${hint.by ?? '-'} ${hint.key === null ? '-' : encodeURIComponent(hint.key)}\n${hint.frame.text}`;

/** Whether this node sent the message itself, and has handled it. */
export const isOwnMessage = (message: string, origin: string): boolean =>
  message.startsWith(origin, 2) && message[2 + origin.length] === ' ';

/** @returns null for what is no message of ours */
export function parseMessage(message: string): EventEnvelope | HintEnvelope | null {
  const end = message.indexOf('\n');
  if (end === -1) return null;
  const fields = message.slice(0, end).split(' ');
  const frame = frameOf(message.slice(end + 1));
  if (fields[0] === 'H') {
    const [, , by, key] = fields as [string, string, string, string];
    return {
      kind: 'hint',
      by: by === '-' ? null : by,
      key: key === '-' ? null : decodeURIComponent(key),
      frame,
    };
  }
  if (fields[0] !== 'E' || fields.length !== 12) return null;
  const [, , epoch, offset, at, sentAt, type, by, only, ends, rewrites, item] = fields;
  const allowed = listed(only);
  return {
    kind: 'event',
    epoch: epoch as string,
    offset: Number(offset),
    at: Number(at),
    sentAt: Number(sentAt),
    type: type as string,
    by: by === '-' ? null : (by as Id),
    only: allowed === null ? null : new Set(allowed),
    ends: listed(ends) ?? [],
    rewrites: rewrites === '1',
    item: Number(item),
    frame,
  };
}
