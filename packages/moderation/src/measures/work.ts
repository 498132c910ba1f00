import {
  type Id,
  idSchema,
  type JobHandler,
  parseInput,
  type Runtime,
  type StreamPublisher,
  type Subscriber,
  systemActor,
  type UnitOfWork,
} from '@socialkit/core';
import { z } from 'zod';
import type { ModerationReading, ModerationUnit } from '../stores.js';
import { endEach } from './reverse.js';
import type { MeasuresDeps } from './unit.js';

/** Queues of measures: what ends by itself, and content whose time to appeal is over. */
export const EXPIRE_QUEUE = 'measures.expire';
export const PURGE_QUEUE = 'measures.purge';
const DAY = 86_400_000;

/** What measures do in the background works on. */
export interface MeasureWorkDeps {
  readonly unitOfWork: UnitOfWork<ModerationUnit>;
  readonly runtime: Runtime;
  readonly measures: MeasuresDeps<ModerationUnit, ModerationReading>;
  readonly publisher: Pick<StreamPublisher, 'publish'>;
  /** Milliseconds in which a decision can be appealed against. */
  readonly windowMs: number;
}

const job = z.strictObject({ measureId: idSchema, round: z.int().min(0).default(0) });

/** Tells an account, on its own stream, that a statement of reasons about it is new or has changed: ids only. */
async function tell({ unitOfWork, publisher }: MeasureWorkDeps, userId: Id, type: string, statementId: Id) {
  const events = await unitOfWork.transact(({ streams }) =>
    streams.append([{ userId, type, data: { statementId } }]),
  );
  publisher.publish(events);
}

/**
 * Plans the end of what was restricted for a time, and the purge of what was taken down, and tells the author. A purge that
 * an appeal holds up is planned anew by {@link createPurgeHandler}.
 */
export const createMeasureSubscriber = (deps: MeasureWorkDeps): Subscriber => ({
  name: 'moderation.measures',
  types: ['measure.applied', 'measure.ended'],
  async handle(event) {
    if (event.type === 'measure.applied') {
      const { measureId, authorId, kind, until } = event.payload;
      await deps.unitOfWork.transact(async ({ jobs }) => {
        if (until !== null) await jobs.enqueue(EXPIRE_QUEUE, { measureId }, { key: measureId, runAt: until });
        if (kind === 'remove')
          await jobs.enqueue(
            PURGE_QUEUE,
            { measureId },
            { key: `${measureId}:0`, runAt: event.occurredAt + deps.windowMs },
          );
      });
      await tell(deps, authorId, 'statement.issued', measureId);
    } else if (event.type === 'measure.ended') {
      const { measureId, authorId } = event.payload;
      await deps.unitOfWork.transact(async ({ jobs }) => {
        await jobs.cancel(EXPIRE_QUEUE, measureId);
        await jobs.cancel(PURGE_QUEUE, `${measureId}:0`);
      });
      await tell(deps, authorId, 'statement.changed', measureId);
    }
  },
});

/** Ends a measure whose time is over, and restores what it restricted. */
export const createExpireHandler =
  (deps: MeasureWorkDeps): JobHandler =>
  async ([claimed]) => {
    const { measureId } = parseInput(job, claimed?.payload);
    const actor = systemActor(EXPIRE_QUEUE);
    await deps.unitOfWork.transact(async (stores) => {
      const measure = (await stores.measures.byIds([measureId])).get(measureId);
      if (!measure || measure.endedAt !== null || measure.until === null) return;
      if (measure.until > deps.runtime.clock.now()) return;
      const reason = 'its time is over';
      await endEach(deps.measures, stores, { actor, measures: [measure], end: 'expired', reason });
    });
  };

/** Deletes content that is still down when nobody can appeal any more; while an appeal waits it is looked at once a day. */
export const createPurgeHandler =
  (deps: MeasureWorkDeps): JobHandler =>
  async ([claimed]) => {
    const { measureId, round } = parseInput(job, claimed?.payload);
    const actor = systemActor(PURGE_QUEUE);
    await deps.unitOfWork.transact(async (stores) => {
      const measure = (await stores.measures.byIds([measureId])).get(measureId);
      if (!measure || measure.endedAt !== null) return;
      // Evidence is the authorities' to ask for; nothing deletes it by itself.
      if (measure.grounds.category === 'child_safety') return;
      if ((await stores.appeals.pendingOfDecision(measure.decisionId)).length > 0) {
        const next = { key: `${measureId}:${round + 1}`, runAt: deps.runtime.clock.now() + DAY };
        await stores.jobs.enqueue(PURGE_QUEUE, { measureId, round: round + 1 }, next);
        return;
      }
      const { subject } = measure;
      const adapter = deps.measures.subjects[subject.kind];
      await adapter.facts(stores, subject.id, actor);
      if (!(await adapter.purge(stores, actor, subject.id)).changed) return;
      await stores.audit.append({
        actor,
        action: PURGE_QUEUE,
        subject: { kind: 'measure', id: measureId },
        details: { subjectKind: subject.kind, subjectId: subject.id },
      });
    });
  };
