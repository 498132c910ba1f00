export type { FeedChanges } from './feed-topic.js';
export type { HubDeps, HubOptions, HubTransport } from './ground.js';
export { createHub } from './hub.js';
export type {
  ClientSink,
  HubClient,
  HubExtension,
  HubStats,
  PostNews,
  RealtimeHub,
  RevocationTarget,
  SessionListener,
  StreamRequest,
  StreamStanding,
} from './types.js';
