/** Fault runs as functions, for whoever reports on them. */
export { type ChatFaultOptions, type ChatFaultResult, type KindCount, runChatFaults } from './chat/run.js';
export { type ReviewFaultOptions, type ReviewFaultResult, runReviewFaults } from './review/run.js';
