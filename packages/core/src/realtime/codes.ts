/** The WebSocket subprotocol: name, version, encoding. */
export const SUBPROTOCOL = 'socialkit.v1.json';

/** Close codes, and whether and how a client connects again. */
export const CLOSE = Object.freeze({
  badFrame: { code: 4400, reconnect: 'no' },
  unauthenticated: { code: 4401, reconnect: 'authenticate' },
  forbidden: { code: 4403, reconnect: 'no' },
  helloTimeout: { code: 4408, reconnect: 'yes' },
  replaced: { code: 4409, reconnect: 'no' },
  tooLarge: { code: 4413, reconnect: 'no' },
  version: { code: 4426, reconnect: 'no' },
  rateLimited: { code: 4429, reconnect: 'later' },
  internal: { code: 4500, reconnect: 'yes' },
  slowConsumer: { code: 4501, reconnect: 'yes' },
  draining: { code: 4503, reconnect: 'jittered' },
} as const);
export type CloseReason = keyof typeof CLOSE;
