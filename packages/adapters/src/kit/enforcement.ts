import { randomBytes } from 'node:crypto';
import type { BoundSlice, RealtimeHub, Runtime, StreamPublisher } from '@socialkit/core';
import {
  type AppealOptions,
  type AppealsService,
  type AuditChainService,
  appealOperations,
  auditChainOperations,
  createAppeals,
  createAuditChain,
  createMeasuresSlice,
  createNoticeSubscriber,
  createStatementsService,
  createStrikesService,
  createTransparencyService,
  DEFAULT_APPEAL_WINDOW_MS,
  type MeasuresDeps,
  type MeasuresService,
  measureOperations,
  openCase,
  type RecordSettings,
  type Review,
  type StatementsService,
  type StatementTemplates,
  type StrikesService,
  statementOperations,
  strikeOperations,
  TERRITORIES,
  type TransparencyService,
  transparencyOperations,
} from '@socialkit/moderation';
import type { Storage, StorageReading, StorageUnit } from '../storage.js';
import type { Background } from './background.js';
import { bound } from './bound.js';

/** How decisions are explained, appealed against and accounted for. */
export interface EnforcementOptions {
  /** When decisions can be appealed against, and when rules stop removing by themselves. */
  readonly appeals?: AppealOptions;
  readonly statements?: {
    /** Letters in further languages, by tag in lower case. @default English */
    readonly templates?: StatementTemplates;
    /** Where restrictions hold, ISO 3166. @default everywhere */
    readonly territory?: readonly string[];
    /** Bodies that settle disputes out of court, for whoever is restricted to read. @default none */
    readonly outOfCourt?: string;
  };
  readonly audit?: {
    /** Milliseconds between two seals of the staff log. @default 5 minutes */
    readonly sealEveryMs?: number;
    /** Secret of the pseudonyms in exports. @default a new one in every process */
    readonly pseudonymKey?: string;
  };
  /** What records for the transparency database of the European Union say. */
  readonly transparency?: Partial<RecordSettings>;
}

/** What explains decisions, takes them back, and accounts for them. */
export interface KitEnforcement {
  readonly measures: MeasuresService;
  readonly statements: StatementsService;
  readonly strikes: StrikesService;
  readonly appeals: AppealsService;
  readonly auditChain: AuditChainService;
  readonly transparency: TransparencyService;
}

/** Assembles measures, statements, strikes, appeals, the sealed staff log and transparency. */
export function createEnforcement(
  deps: {
    readonly storage: Storage;
    readonly runtime: Runtime;
    readonly publisher: StreamPublisher & Pick<RealtimeHub, 'check'>;
    readonly measures: MeasuresDeps<StorageUnit, StorageReading>;
    readonly review: Review;
  },
  options: EnforcementOptions = {},
): {
  readonly service: KitEnforcement;
  readonly slices: readonly BoundSlice[];
  readonly backgrounds: readonly Background[];
} {
  const { storage, runtime, publisher, measures, review } = deps;
  const { unitOfWork, readers } = storage;
  const core = { unitOfWork, readers, runtime };
  const windowMs = options.appeals?.windowMs ?? DEFAULT_APPEAL_WINDOW_MS;
  const work = createMeasuresSlice({ ...core, measures, publisher, windowMs });
  const appeals = createAppeals({
    ...core,
    measures,
    publisher,
    openCase: (stores, matter) => openCase(review.deps, stores, matter),
    settings: {
      windowMs,
      minOverturned: options.appeals?.minOverturned ?? 3,
      minPrecision: options.appeals?.minPrecision ?? 0.8,
    },
  });
  review.onVerdict('appeal', appeals.onVerdict);
  // What is said in a conversation's log by a transaction of somebody else's is published by nobody: the hub looks.
  storage.onCommit((events) => {
    if (
      events.some(
        ({ type, payload }) =>
          type.startsWith('measure.') && 'subjectKind' in payload && payload.subjectKind === 'message',
      )
    )
      void publisher.check().catch(() => {});
  });
  const auditChain = createAuditChain(core, {
    pseudonymKey: options.audit?.pseudonymKey ?? randomBytes(32).toString('hex'),
    ...(options.audit?.sealEveryMs === undefined ? {} : { sealEveryMs: options.audit.sealEveryMs }),
  });
  const service: KitEnforcement = {
    measures: work.service,
    statements: createStatementsService({
      ...core,
      settings: {
        windowMs,
        territory: options.statements?.territory ?? [],
        outOfCourt: options.statements?.outOfCourt ?? null,
        templates: options.statements?.templates ?? {},
      },
    }),
    strikes: createStrikesService(core),
    appeals: appeals.service,
    auditChain: auditChain.service,
    transparency: createTransparencyService({
      ...core,
      settings: {
        territories: options.transparency?.territories ?? TERRITORIES,
        categories: options.transparency?.categories ?? {},
      },
    }),
  };
  return {
    service,
    slices: [
      bound('measures', measureOperations, service.measures),
      bound('statements', statementOperations, service.statements),
      bound('strikes', strikeOperations, service.strikes),
      bound('appeals', appealOperations, service.appeals),
      bound('auditChain', auditChainOperations, service.auditChain),
      bound('transparency', transparencyOperations, service.transparency),
    ],
    backgrounds: [
      { subscribers: work.subscribers, workers: work.workers },
      { subscribers: [...appeals.subscribers, createNoticeSubscriber(core)] },
      { workers: auditChain.workers, schedules: auditChain.schedules },
    ],
  };
}
