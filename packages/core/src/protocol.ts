/**
 * What a client of the wire protocol needs, and nothing that weighs: constants and types, no schemas. The server's schemas
 * are in the main entry.
 */
export type { ErrorCategory, FieldError } from './kernel/errors.js';
export { CLOSE, type CloseReason, SUBPROTOCOL } from './realtime/codes.js';
export type { ClientFrame, ServerFrame } from './realtime/protocol.js';
export type { StreamEvent, StreamName, StreamPosition } from './realtime/streams.js';
