export * from './conversations/store.links.suite.js';
export * from './conversations/store.members.suite.js';
export * from './conversations/store.suite.js';
export { createMessageWorld, type MessageWorld, type Person } from './messages/sample-world.js';
export * from './messages/worlds.suite.js';
export * from './presence/records.suite.js';
export * from './presence/store.suite.js';
export * from './presence/worlds.suite.js';
export type { ChatSuiteBackend, ChatSuiteHandle } from './suite-backend.js';
