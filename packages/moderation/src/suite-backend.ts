import type { UnitOfWork } from '@socialkit/core';
import type { SuiteBackend, SuiteHandle } from '@socialkit/core/testing';
import type { ModerationReading, ModerationUnit } from './stores.js';

/** One handle on a storage back-end with the stores of moderation. */
export interface ModerationSuiteHandle extends SuiteHandle {
  readonly unitOfWork: UnitOfWork<ModerationUnit>;
  readonly readers: ModerationReading;
}

/** What the conformance suites of moderation run against. */
export type ModerationSuiteBackend = SuiteBackend<ModerationSuiteHandle>;
