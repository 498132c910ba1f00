/**
 * What a client of the wire protocol needs, and nothing that weighs: constants, types and the error, no schemas. The server's schemas
 * are in the main entry.
 */
export { type ErrorCategory, type FieldError, isSocialError, SocialError } from './kernel/errors.js';
export type { Id } from './kernel/ids.js';
export { CLOSE, type CloseReason, SUBPROTOCOL } from './realtime/codes.js';
export type { ClientFrame, ServerFrame } from './realtime/protocol.js';
export type { StreamEvent, StreamName, StreamPosition } from './realtime/streams.js';
