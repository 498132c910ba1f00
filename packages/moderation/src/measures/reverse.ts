import { type Actor, type Id, type Measure, type MeasureEnd, notFound } from '@socialkit/core';
import { isOfStrikes, revokeStrikes } from '../strikes/strike.js';
import type { MeasureStores, MeasuresDeps } from './unit.js';

/**
 * Takes measures back, in the caller's transaction: what they did ends unless another one still asks for it. When nothing of a
 * decision holds any more, its strikes go too, with what they led to. Appends `measure.ended`.
 *
 * @returns the measures that ended now; those that had ended are left alone
 * @throws measure.not_found, account.outranked (forbidden)
 */
export async function reverseMeasures<S extends MeasureStores, R>(
  deps: MeasuresDeps<S, R>,
  stores: S,
  input: { readonly actor: Actor; readonly measureIds: readonly Id[]; readonly reason: string },
): Promise<readonly Measure[]> {
  const { actor, measureIds, reason } = input;
  const found = await stores.measures.byIds(measureIds);
  const measures = measureIds.map((id) => {
    const measure = found.get(id);
    if (!measure) throw notFound('measure');
    return measure;
  });
  const ended = await endEach(deps, stores, { actor, measures, end: 'reversed', reason });
  for (const decisionId of new Set(measures.map((measure) => measure.decisionId))) {
    const all = await stores.measures.ofDecision(decisionId);
    if (all.some((measure) => measure.endedAt === null && !isOfStrikes(measure))) continue;
    ended.push(...(await revokeStrikes(deps, stores, actor, decisionId, reason)));
  }
  return ended;
}

/** Ends measures one by one, each behind the lock of its subject. */
export async function endEach<S extends MeasureStores, R>(
  deps: MeasuresDeps<S, R>,
  stores: S,
  input: {
    readonly actor: Actor;
    readonly measures: readonly Measure[];
    readonly end: MeasureEnd;
    readonly reason: string;
  },
): Promise<Measure[]> {
  const ended: Measure[] = [];
  for (const measure of input.measures) {
    const adapter = deps.subjects[measure.subject.kind];
    await adapter.facts(stores, measure.subject.id, input.actor);
    const { changed } = await adapter.reverse(stores, input.actor, measure, input.end, input.reason);
    if (changed) ended.push(measure);
  }
  return ended;
}
