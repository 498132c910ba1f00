import { WebSocket } from 'ws';

/** Sockets of one client, so that they can be cut as a network cuts them: without a word. */
export interface Sockets {
  /** What the client is given as its `WebSocket`. */
  readonly WebSocket: new (
    url: string,
    protocols: string[],
  ) => WebSocket;
  /** Ends the open socket abruptly. @returns false when there was none */
  cut(): boolean;
  /** The server the newest socket went to. */
  readonly url: string | null;
}

export function createSockets(): Sockets {
  let latest: WebSocket | null = null;
  class Recorded extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      latest = this;
    }
  }
  return {
    WebSocket: Recorded,
    get url() {
      return latest?.url ?? null;
    },
    cut() {
      if (latest?.readyState !== WebSocket.OPEN) return false;
      latest.terminate();
      return true;
    },
  };
}
