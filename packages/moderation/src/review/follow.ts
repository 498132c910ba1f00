import {
  type AnyEvent,
  type EventType,
  isSocialError,
  type SubjectRef,
  type Subscriber,
} from '@socialkit/core';
import type { ModerationResult } from '../kernel/result.js';
import { severityOf } from '../kernel/severity.js';
import type { KeptResult } from '../results/types.js';
import { openCase } from './open-case.js';
import { refresh } from './refresh.js';
import { isUndecided } from './types.js';
import type { ReviewDeps } from './unit.js';

/** Events after which a subject is no longer what it was, or for which the gate kept a result. */
const TYPES = [
  'post.published',
  'post.edited',
  'post.held',
  'post.deleted',
  'comment.created',
  'comment.published',
  'comment.edited',
  'comment.held',
  'comment.deleted',
  'account.created',
  'account.updated',
] as const satisfies readonly EventType[];

/** Cases of a subject that one look brings in line. */
const MOST_CASES = 50;

/** What happened to which subject, as far as the review is concerned. */
export interface Happening {
  readonly subject: SubjectRef;
  /** Null where the event does not say. */
  readonly revision: number | null;
  /** Names a kept result. */
  readonly reference: string | undefined;
}

/** Reads any event that names one of the core's subjects by its payload. */
export function happeningOf(event: AnyEvent): Happening | null {
  const payload = event.payload as Readonly<Record<string, unknown>>;
  const text = (key: string): string | undefined =>
    typeof payload[key] === 'string' ? (payload[key] as string) : undefined;
  const rest = {
    revision: typeof payload.revision === 'number' ? payload.revision : null,
    reference: text('reference'),
  };
  const noun = event.type.slice(0, event.type.indexOf('.'));
  const id = text(`${noun}Id`);
  if (id !== undefined && (noun === 'post' || noun === 'comment' || noun === 'account'))
    return { subject: { kind: noun, id }, ...rest };
  const conversationId = text('conversationId');
  if (conversationId === undefined) return null;
  if (noun === 'conversation') return { subject: { kind: 'conversation', id: conversationId }, ...rest };
  if (noun === 'message' && typeof payload.seq === 'number')
    return { subject: { kind: 'message', id: `${conversationId}:${payload.seq}` }, ...rest };
  return null;
}

/** The category a result is mostly about: that of the reason with the highest score. */
const mainCategory = ({ reasons }: ModerationResult): string =>
  [...reasons].sort((a, b) => (b.score ?? 0) - (a.score ?? 0)).find(({ category }) => category !== null)
    ?.category ?? 'other';

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];

/** Opens a case for a bound result that asks for a person. */
async function openFrom(deps: ReviewDeps, kept: KeptResult): Promise<void> {
  const { result, subject, revision } = kept;
  if (result.decision !== 'flag_for_review' || subject === null || revision === null) return;
  const category = mainCategory(result);
  await deps.unitOfWork.transact((stores) =>
    openCase(deps, stores, {
      subject,
      revision,
      queue: result.measures.queue ?? category,
      category,
      severity: severityOf(category),
      confidence: result.confidence,
      source: 'automated',
      resultId: kept.id,
      rules: unique(result.reasons.map(({ ruleId }) => ruleId)),
      detectors: unique(result.reasons.map(({ detector }) => detector)),
      cluster: kept.cluster,
    }),
  );
}

/** The revision of a subject as it is now; 1 of one that is gone: so it began. */
async function revisionOf({ measures, readers }: ReviewDeps, { kind, id }: SubjectRef): Promise<number> {
  const found = await measures.subjects[kind].snapshot(readers, [id]);
  return found.get(id)?.revision ?? 1;
}

const goneMeanwhile = (error: unknown): boolean => isSocialError(error) && error.code === 'subject.not_found';

/**
 * Follows what is written: binds the gate's results to what they were about, opens cases for those that ask for a person, and
 * brings the cases of edited and deleted subjects in line. Idempotent by what it finds, whatever the order of events.
 *
 * @param others types of other packages' events about messages and conversations
 */
export const createFollower = (deps: ReviewDeps, others: readonly EventType[]): Subscriber => ({
  name: 'review.follow',
  types: [...TYPES, ...others],
  async handle(event) {
    const happening = happeningOf(event);
    if (!happening) return;
    const { subject, revision, reference } = happening;
    const cases = await deps.readers.cases.ofSubject(subject, MOST_CASES);
    for (const one of cases) if (isUndecided(one)) await refresh(deps, one.id);
    if (reference === undefined) return;
    const about = revision ?? (await revisionOf(deps, subject));
    const kept = await deps.unitOfWork.transact(({ results }) => results.bind(reference, subject, about));
    // One that has a case, decided or not, was opened by this event before.
    if (!kept || cases.some(({ resultId }) => resultId === kept.id)) return;
    await openFrom(deps, kept).catch((error: unknown) => {
      if (!goneMeanwhile(error)) throw error;
    });
  },
});
