/**
 * What the client asks of a WebSocket: the browser's, that of Node 22 and newer, and the one of the package `ws` have it.
 * Listeners take `never` so that each of their event types fits.
 */
export interface SocketLike {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
}

/** Makes sockets: `WebSocket`. */
export type SocketConstructor = new (url: string, protocols: string[]) => SocketLike;
