import {
  type Actor,
  createCursorCodec,
  type Id,
  idSchema,
  invalid,
  readPage,
  timeOfId,
} from '@socialkit/core';
import { canonicalSubject, type TrendGate, type TrendKind } from './types.js';
import type { TrendDeps } from './unit.js';

const subjectOf = (kind: TrendKind, subject: string): string => {
  const canonical = canonicalSubject(kind, subject);
  if (canonical === null)
    throw invalid('trend.invalid_subject', `this is no ${kind}`, [
      { path: 'subject', message: `not a ${kind}` },
    ]);
  return canonical;
};

/**
 * Keeps something from trending from the next read on. Its uses are counted on, so that it is known what is usual.
 * @throws trend.invalid_subject (validation)
 */
export async function blockTrend(
  { unitOfWork, runtime }: TrendDeps,
  actor: Actor,
  input: { readonly kind: TrendKind; readonly subject: string; readonly reason: string },
): Promise<{ changed: boolean }> {
  const { kind, reason } = input;
  const subject = subjectOf(kind, input.subject);
  return unitOfWork.transact(async ({ trendGates, audit }) => {
    const changed = await trendGates.block({ kind, subject, reason, id: runtime.ids.next() });
    await audit.append({
      actor,
      action: 'trends.block',
      subject: { kind, id: subject },
      details: { reason },
    });
    return { changed };
  });
}

/** Lets something trend again. @throws trend.invalid_subject (validation) */
export async function unblockTrend(
  { unitOfWork }: TrendDeps,
  actor: Actor,
  input: { readonly kind: TrendKind; readonly subject: string },
): Promise<{ changed: boolean }> {
  const { kind } = input;
  const subject = subjectOf(kind, input.subject);
  return unitOfWork.transact(async ({ trendGates, audit }) => {
    const changed = await trendGates.unblock(kind, subject);
    await audit.append({ actor, action: 'trends.unblock', subject: { kind, id: subject } });
    return { changed };
  });
}

/** What staff keep from trending, decided last first. */
export function listBlocked(
  { readers }: TrendDeps,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
) {
  const codec = createCursorCodec('trends.blocked', idSchema);
  return readPage<Id, TrendGate, TrendGate, Omit<TrendGate, 'id'> & { readonly decidedAt: number }>({
    limit,
    after: codec.decode(cursor),
    codec,
    skeleton: (after, count) => readers.trendGates.list(after, count),
    position: ({ id }) => id,
    hydrate: async (gates) => gates,
    present: ({ id, kind, subject, reason }) => ({ kind, subject, reason, decidedAt: timeOfId(id) }),
  });
}
