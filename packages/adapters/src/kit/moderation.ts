import {
  createConversationSubject,
  createMessageSubject,
  seesConversation,
  seesMessage,
} from '@socialkit/chat';
import {
  type BoundSlice,
  createAccountSubject,
  createCommentSubject,
  createPostSubject,
  type RoleTable,
  type Runtime,
} from '@socialkit/core';
import {
  type Backtest,
  type CasesService,
  caseOperations,
  createMediaJudge,
  createPostingsPurge,
  createReports,
  createResultPurge,
  createResultsBacktest,
  createReview,
  createSpamLearner,
  type MeasuresDeps,
  type Policy,
  type ReportsService,
  reportOperations,
  type StoredBacktestOptions,
  strikeSettings,
} from '@socialkit/moderation';
import type { StorageReading, StorageUnit } from '../storage.js';
import type { BackEnd } from './back-end.js';
import type { Background } from './background.js';
import { bound } from './bound.js';
import { createEnforcement, type KitEnforcement } from './enforcement.js';
import type { ModerationOptions } from './moderation-options.js';
import type { ModerationSignals } from './moderation-signals.js';
import type { KitRealtime } from './realtime.js';

/** Moderation as hosts call it. */
export interface KitModeration extends KitEnforcement {
  readonly reports: ReportsService;
  readonly cases: CasesService;
  /** Runs a policy over what the gate kept, with what people decided about it. */
  backtest(candidate: Policy, options?: StoredBacktestOptions): Promise<Backtest>;
}

/** Events of the chat that the review follows. */
const FOLLOWED = [
  'message.sent',
  'message.edited',
  'message.held',
  'message.deleted',
  'conversation.created',
  'conversation.updated',
  'conversation.deleted',
] as const;

/** Assembles reports, review and what measures work on. */
export function createModeration(
  deps: {
    readonly backEnd: BackEnd;
    readonly runtime: Runtime;
    readonly realtime: KitRealtime;
    readonly roles: RoleTable;
    readonly signals: ModerationSignals | null;
  },
  options: ModerationOptions,
): {
  readonly service: KitModeration;
  readonly slices: readonly BoundSlice[];
  readonly backgrounds: readonly Background[];
} {
  const { backEnd, runtime, realtime, roles } = deps;
  const { unitOfWork, readers } = backEnd.storage;
  const owning = { runtime, roles };
  const measures: MeasuresDeps<StorageUnit, StorageReading> = {
    subjects: {
      post: createPostSubject(owning),
      comment: createCommentSubject(owning),
      message: createMessageSubject(owning),
      account: createAccountSubject(owning),
      conversation: createConversationSubject(owning),
    },
    clock: runtime.clock,
    ids: runtime.ids,
    strikes: strikeSettings(options.strikes),
  };
  const publisher = realtime.hub;
  const review = createReview(
    { unitOfWork, readers, runtime, measures, roles, publisher, follows: FOLLOWED },
    options.review,
  );
  const reports = createReports(
    {
      unitOfWork,
      readers,
      runtime,
      subjects: measures.subjects,
      roles,
      ports: {
        rateLimiter: backEnd.rateLimiter,
        publisher,
        readsCase: review.reads,
        sees: {
          message: (stores, viewerId, id) =>
            seesMessage(stores as StorageUnit, viewerId, id, runtime.clock.now()),
          conversation: (stores, viewerId, id) => seesConversation(stores as StorageUnit, viewerId, id),
        },
      },
    },
    options.reports,
  );
  const purge = createResultPurge({ unitOfWork, runtime });
  const forgetting = createPostingsPurge({ unitOfWork, runtime });
  const spam = deps.signals?.spam;
  const media = options.media ? createMediaJudge(review.deps, options.media) : null;
  const enforcement = createEnforcement(
    { storage: backEnd.storage, runtime, publisher, measures, review },
    options,
  );
  return {
    service: {
      ...enforcement.service,
      reports: reports.service,
      cases: review.service,
      backtest: createResultsBacktest(readers.results),
    },
    slices: [
      bound('reports', reportOperations, reports.service),
      bound('cases', caseOperations, review.service),
      ...enforcement.slices,
    ],
    backgrounds: [
      ...enforcement.backgrounds,
      { workers: reports.workers },
      ...(media ? [media] : []),
      ...(spam ? [{ subscribers: [createSpamLearner(review.deps, spam)] }] : []),
      { workers: [{ queue: forgetting.queue, handle: forgetting.handle }], schedules: [forgetting.schedule] },
      { subscribers: review.subscribers, workers: review.workers, schedules: review.schedules },
      { workers: [{ queue: purge.queue, handle: purge.handle }], schedules: [purge.schedule] },
    ],
  };
}
