import {
  CLOSE,
  type ClientSink,
  type CloseReason,
  type Frame,
  frameOf,
  type SocialError,
} from '@socialkit/core';
import { WebSocket } from 'ws';
import { sendFrame } from './framing.js';
import type { GatewayLimits } from './options.js';
import { closeReasonOf } from './session.js';

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

/** What the ways out of a gateway share. */
export interface OutgoingParts {
  readonly limits: GatewayLimits;
  readonly counts: OutgoingCounts;
  /** Hears the code this side closes with. */
  readonly onClose: (reason: CloseReason) => void;
}

/** The way out to one socket. Never waits, never throws. */
export class Outgoing implements ClientSink {
  /** True once it is closing. */
  closing = false;
  /** Hints that wait, by key; null while none do. */
  private waiting: Map<string, Frame> | null = null;
  /** Monotonic milliseconds of the last sign that the client takes data; 0 while nothing waits. */
  private stalledSince = 0;
  private lastBuffered = 0;

  constructor(
    private readonly ws: WebSocket,
    private readonly parts: OutgoingParts,
  ) {}

  get window(): number {
    return this.parts.limits.window;
  }
  /** Bytes that wait. */
  get buffered(): number {
    return this.ws.bufferedAmount;
  }

  event(frame: Frame): void {
    const { ws } = this;
    if (this.closing || ws.readyState !== WebSocket.OPEN) return;
    this.send(frame);
    if (ws.bufferedAmount > this.parts.limits.hardBuffer) this.slow();
  }
  hint(frame: Frame, key: string | null): void {
    const { ws } = this;
    const { counts, limits } = this.parts;
    if (this.closing || ws.readyState !== WebSocket.OPEN) return;
    if (ws.bufferedAmount <= limits.softBuffer) {
      if (this.waiting) this.flush();
      this.send(frame);
      return;
    }
    this.waiting ??= new Map();
    const replaced = key !== null && this.waiting.delete(key);
    if (replaced) counts.coalescedHints++;
    if (key === null || this.waiting.size >= MAX_WAITING) counts.droppedHints++;
    else this.waiting.set(key, frame);
  }
  ended(reason: SocialError): void {
    this.close(closeReasonOf(reason), reason.code);
  }
  reply(frame: object): void {
    this.event(frameOf(JSON.stringify(frame)));
  }
  close(reason: CloseReason, text: string): void {
    if (this.closing) return;
    this.closing = true;
    this.waiting = null;
    this.parts.onClose(reason);
    this.ws.close(CLOSE[reason].code, text.slice(0, 100));
  }
  /** Sends hints that waited, and ends a client that takes nothing. @param now monotonic milliseconds */
  sweep(now: number): void {
    if (this.closing) return;
    const { limits } = this.parts;
    const buffered = this.ws.bufferedAmount;
    if (this.waiting && buffered <= limits.softBuffer) this.flush();
    if (buffered === 0 || buffered < this.lastBuffered || this.stalledSince === 0)
      this.stalledSince = buffered === 0 ? 0 : now;
    else if (now - this.stalledSince >= limits.stalledMs) this.slow();
    this.lastBuffered = buffered;
  }

  private send(frame: Frame): void {
    if (sendFrame(this.ws, frame)) this.parts.counts.framed++;
    else this.parts.counts.plain++;
  }
  private slow(): void {
    if (this.closing) return;
    this.parts.counts.slowCloses++;
    this.close('slowConsumer', 'reads too slowly');
  }
  private flush(): void {
    const { waiting } = this;
    this.waiting = null;
    for (const frame of waiting?.values() ?? []) this.event(frame);
  }
}
