export type { ChatSuiteBackend, ChatSuiteHandle } from './suite-backend.js';
