import { CLOSE, type CloseReason, type Frame, frameOf } from '@socialkit/core';
import { WebSocket } from 'ws';
import { sendFrame } from './framing.js';
import type { GatewayLimits } from './options.js';

/** Hints that wait for a slow client at most. */
const MAX_WAITING = 256;

/** Counts that all connections of a gateway share. */
export interface OutgoingCounts {
  /** Frames written as prepared bytes, and as text by `ws` itself. */
  framed: number;
  plain: number;
  /** Hints dropped for slow clients, and hints a later one took the place of. */
  droppedHints: number;
  coalescedHints: number;
  slowCloses: number;
}

/** The way out to one socket. Never waits, never throws. */
export interface Outgoing {
  /** A frame that must arrive, or the connection ends. */
  event(frame: Frame): void;
  hint(frame: Frame, key: string | null): void;
  reply(frame: object): void;
  /** Bytes that wait. */
  readonly buffered: number;
  close(reason: CloseReason, text: string): void;
  /** True once it is closing. */
  readonly closing: boolean;
  /** Sends hints that waited, and ends a client that takes nothing. @param now monotonic milliseconds */
  sweep(now: number): void;
}

/** @param onClose hears the code this side closes with */
export function createOutgoing(
  ws: WebSocket,
  limits: GatewayLimits,
  counts: OutgoingCounts,
  onClose: (reason: CloseReason) => void,
): Outgoing {
  let waiting: Map<string, Frame> | null = null;
  let closing = false;
  /** Monotonic milliseconds of the last sign that the client takes data; 0 while nothing waits. */
  let stalledSince = 0;
  let lastBuffered = 0;

  const send = (frame: Frame) => {
    if (sendFrame(ws, frame)) counts.framed++;
    else counts.plain++;
  };
  const close = (reason: CloseReason, text: string) => {
    if (closing) return;
    closing = true;
    waiting = null;
    onClose(reason);
    ws.close(CLOSE[reason].code, text.slice(0, 100));
  };
  const slow = () => {
    if (closing) return;
    counts.slowCloses++;
    close('slowConsumer', 'reads too slowly');
  };
  const event = (frame: Frame) => {
    if (closing || ws.readyState !== WebSocket.OPEN) return;
    send(frame);
    if (ws.bufferedAmount > limits.hardBuffer) slow();
  };
  const flush = () => {
    if (!waiting) return;
    const frames = [...waiting.values()];
    waiting = null;
    for (const frame of frames) event(frame);
  };

  return {
    event,
    hint(frame, key) {
      if (closing || ws.readyState !== WebSocket.OPEN) return;
      if (ws.bufferedAmount <= limits.softBuffer) {
        if (waiting) flush();
        send(frame);
        return;
      }
      waiting ??= new Map();
      const replaced = key !== null && waiting.delete(key);
      if (replaced) counts.coalescedHints++;
      if (key === null || waiting.size >= MAX_WAITING) counts.droppedHints++;
      else waiting.set(key, frame);
    },
    reply: (frame) => event(frameOf(JSON.stringify(frame))),
    get buffered() {
      return ws.bufferedAmount;
    },
    close,
    get closing() {
      return closing;
    },
    sweep(now) {
      if (closing) return;
      const buffered = ws.bufferedAmount;
      if (waiting && buffered <= limits.softBuffer) flush();
      if (buffered === 0 || buffered < lastBuffered || stalledSince === 0)
        stalledSince = buffered === 0 ? 0 : now;
      else if (now - stalledSince >= limits.stalledMs) slow();
      lastBuffered = buffered;
    },
  };
}
