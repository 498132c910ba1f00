export type { ReceiptEvents } from './events.js';
export { receiptOperations } from './operations.js';
export { createReceipts, type Receipts, type ReceiptsService } from './receipts-service.js';
export type * from './store.js';
export { createMemoryReceipts } from './store.memory.js';
export * from './types.js';
