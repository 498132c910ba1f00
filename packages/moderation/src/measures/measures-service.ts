import {
  actorIdOf,
  createService,
  type JobHandler,
  type Measure,
  once,
  type Service,
  type Subscriber,
} from '@socialkit/core';
import type { ModerationReading } from '../stores.js';
import { applyMeasures } from './apply.js';
import { measureOperations, type StaffMeasure } from './operations.js';
import { reverseMeasures } from './reverse.js';
import {
  createExpireHandler,
  createMeasureSubscriber,
  createPurgeHandler,
  EXPIRE_QUEUE,
  type MeasureWorkDeps,
  PURGE_QUEUE,
} from './work.js';

/** The measures' operations, for staff. */
export type MeasuresService = Service<typeof measureOperations>;

/** Measures with what they do in the background. */
export interface MeasuresSlice {
  readonly service: MeasuresService;
  readonly subscribers: readonly Subscriber[];
  readonly workers: readonly { readonly queue: string; readonly handle: JobHandler }[];
}

const staffView = (measure: Measure): StaffMeasure => ({
  id: measure.id,
  decisionId: measure.decisionId,
  subject: measure.subject,
  authorId: measure.authorId,
  revision: measure.revision,
  kind: measure.kind,
  label: measure.label,
  until: measure.until,
  caseId: measure.caseId,
  source: measure.grounds.source,
  category: measure.grounds.category,
  ruleId: measure.grounds.ruleId ?? null,
  explanation: measure.grounds.explanation,
  automatedDecision: measure.grounds.automatedDecision,
  at: measure.at,
  endedAt: measure.endedAt,
  end: measure.end,
});

/** Assembles the measures. */
export function createMeasuresSlice(
  deps: MeasureWorkDeps & { readonly readers: Pick<ModerationReading, 'measures'> },
): MeasuresSlice {
  const { unitOfWork, readers, measures } = deps;
  return {
    service: createService(
      measureOperations,
      {
        apply: (actor, input) => {
          const { subject, revision, measures: wanted, strike, idempotencyKey: _key, ...grounds } = input;
          return unitOfWork.transact((stores) => {
            const call = {
              store: stores.idempotency,
              actorId: actorIdOf(actor),
              operation: 'measures.apply',
              input,
              now: deps.runtime.clock.now(),
            };
            return once(call, async () => {
              const applied = await applyMeasures(measures, stores, {
                actor,
                subject,
                revision,
                measures: wanted,
                caseId: null,
                strike,
                grounds: {
                  source: 'own_initiative',
                  ...grounds,
                  facts: grounds.facts ?? 'A moderator looked at it.',
                  automatedDetection: false,
                  automatedDecision: 'none',
                },
              });
              return { items: applied.map(staffView) };
            });
          });
        },
        reverse: async (actor, { measureId, reason }) => {
          const ended = await unitOfWork.transact((stores) =>
            reverseMeasures(measures, stores, { actor, measureIds: [measureId], reason }),
          );
          return { changed: ended.length > 0 };
        },
        ofSubject: async (_actor, subject) => ({
          items: (await readers.measures.active(subject)).map(staffView),
        }),
      },
      deps.runtime,
    ),
    subscribers: [createMeasureSubscriber(deps)],
    workers: [
      { queue: EXPIRE_QUEUE, handle: createExpireHandler(deps) },
      { queue: PURGE_QUEUE, handle: createPurgeHandler(deps) },
    ],
  };
}
