import type { Socket } from 'node:net';
import type { Frame } from '@socialkit/core';
import { WebSocket } from 'ws';

/*
 * The one module that touches what `ws` keeps to itself. A frame that goes to many sockets is encoded once and the same bytes are
 * written to each. Everything that is looked at is checked first: where it is not as expected, `ws` sends the text itself.
 */

interface Internals {
  readonly _socket?: Socket | null;
  readonly _extensions?: Readonly<Record<string, unknown>>;
  readonly _isServer?: boolean;
  readonly _sender?: {
    readonly _state?: number;
    readonly _queue?: readonly unknown[];
    readonly _firstFragment?: boolean;
  };
}

const FIN_TEXT = 0x81;

/** An unmasked text frame, as RFC 6455 section 5.2 has it. */
export function encodeTextFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const bytes = Buffer.allocUnsafe(header + length);
  bytes[0] = FIN_TEXT;
  if (header === 2) bytes[1] = length;
  else if (header === 4) {
    bytes[1] = 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 127;
    bytes.writeBigUInt64BE(BigInt(length), 2);
  }
  bytes.write(text, header);
  return bytes;
}

/** The socket below, when a whole frame can be written to it now: open, uncompressed, and nothing half sent; else null. */
export function rawSocketOf(ws: WebSocket): Socket | null {
  if (ws.readyState !== WebSocket.OPEN) return null;
  const { _socket: socket, _sender: sender, _extensions: extensions, _isServer } = ws as unknown as Internals;
  if (
    !socket ||
    !_isServer ||
    sender?._state !== 0 ||
    sender._queue?.length !== 0 ||
    sender._firstFragment !== true ||
    extensions === undefined ||
    'permessage-deflate' in extensions ||
    socket.destroyed
  )
    return null;
  return socket;
}

/**
 * Sends a frame; the same frame to another socket is not encoded again.
 * @returns whether the prepared bytes went out
 */
export function sendFrame(ws: WebSocket, frame: Frame): boolean {
  const socket = rawSocketOf(ws);
  if (socket === null) {
    ws.send(frame.text, ignore);
    return false;
  }
  frame.wire ??= encodeTextFrame(frame.text);
  socket.write(frame.wire as Buffer);
  return true;
}

// A socket that breaks tells so by its close.
const ignore = () => {};
