export * from './codes.js';
export * from './protocol.js';
export * from './streams.js';
export * from './transport.js';
