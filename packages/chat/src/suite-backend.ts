import type { UnitOfWork } from '@socialkit/core';
import type { SuiteBackend, SuiteHandle } from '@socialkit/core/testing';
import type { ChatReading, ChatUnit } from './stores.js';

/** One handle on a storage back-end with the chat's stores. */
export interface ChatSuiteHandle extends SuiteHandle {
  readonly unitOfWork: UnitOfWork<ChatUnit>;
  readonly readers: ChatReading;
}

/** What the chat's conformance suites run against. */
export type ChatSuiteBackend = SuiteBackend<ChatSuiteHandle>;
