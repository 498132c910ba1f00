import { CLOSE } from '@socialkit/core';
import { WebSocket } from 'ws';

/** Who hears a socket. */
export interface SocketListener {
  message(data: Buffer, isBinary: boolean): void;
  /** A ping or a pong. */
  alive(): void;
  /** It is gone; once. */
  closed(code: number): void;
  /** Told by the close that follows, too. */
  failed(error: Error): void;
}

/** What the protocol's own close codes mean here: a frame above the limit, and frames that are none. */
const OWN_CODES: Readonly<Record<number, number>> = {
  1009: CLOSE.tooLarge.code,
  1007: CLOSE.badFrame.code,
  1002: CLOSE.badFrame.code,
  1008: CLOSE.badFrame.code,
};

/**
 * A socket of a gateway. It tells its one listener directly, as a table of listeners for each of ten thousand idle sockets
 * weighs more than what they listen for, and it closes with the codes of our table where `ws` refuses what it receives:
 * clients learn from them whether to come again.
 */
export class GatewaySocket extends WebSocket {
  /** Set in the turn in which the socket opens. */
  listener: SocketListener | null = null;

  override emit(event: string | symbol, ...values: unknown[]): boolean {
    const { listener } = this;
    if (listener === null) return super.emit(event, ...values);
    if (event === 'message') listener.message(values[0] as Buffer, values[1] as boolean);
    else if (event === 'ping' || event === 'pong') listener.alive();
    else if (event === 'close') listener.closed(values[0] as number);
    else if (event === 'error') listener.failed(values[0] as Error);
    else return super.emit(event, ...values);
    return true;
  }

  override close(code?: number, reason?: string | Buffer): void {
    super.close(code === undefined ? code : (OWN_CODES[code] ?? code), reason);
  }
}
