export * from './presence/records.suite.js';
export * from './presence/store.suite.js';
export type { ChatSuiteBackend, ChatSuiteHandle } from './suite-backend.js';
