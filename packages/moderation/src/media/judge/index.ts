export { createMediaJudge, MEDIA_QUEUE, type MediaJudgeOptions } from './media-judge.js';
export { createPendingGate, PENDING_LABEL } from './pending-gate.js';
