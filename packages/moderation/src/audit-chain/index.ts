export {
  type AuditChain,
  type AuditChainService,
  auditChainOperations,
  createAuditChain,
} from './audit-chain-service.js';
export { hashOf, pseudonymOf, sealWaiting, verifyChain } from './chain.js';
export type * from './store.js';
export { createMemoryAuditChain } from './store.memory.js';
export * from './types.js';
