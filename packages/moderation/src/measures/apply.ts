import {
  type Actor,
  conflict,
  type Id,
  invalid,
  type Measure,
  notFound,
  parseInput,
  type SubjectFacts,
} from '@socialkit/core';
import { strike } from '../strikes/strike.js';
import { groundsSchema, type MeasureDecision, measureInputSchema } from './types.js';
import type { MeasureStores, MeasuresDeps } from './unit.js';

/** Measures that are a state of the subject; a decision names each once. */
const LABELS: ReadonlySet<string> = new Set(['label', 'blur']);

/**
 * Applies a decision to one subject, in the caller's transaction: every measure with its statement of reasons, its row in
 * the staff log and `measure.applied`, then the strike, with what it leads to.
 *
 * @returns the measures, those that a strike led to last; they share one `decisionId`
 * @throws subject.not_found, subject.stale_revision (conflict) when it was edited since, measure.not_applicable (validation)
 * for a measure that means nothing for this kind, measure.in_the_past (validation), account.outranked (forbidden)
 */
export async function applyMeasures<S extends MeasureStores, R>(
  deps: MeasuresDeps<S, R>,
  stores: S,
  input: MeasureDecision & { readonly actor: Actor; readonly decisionId?: Id },
): Promise<readonly Measure[]> {
  const { actor, subject, revision, caseId } = input;
  const grounds = parseInput(groundsSchema, input.grounds);
  const adapter = deps.subjects[subject.kind];
  const now = deps.clock.now();
  const wanted = input.measures.map((measure) => parseInput(measureInputSchema, measure));
  for (const { kind, until } of wanted) {
    if (!adapter.measures.includes(kind))
      throw invalid('measure.not_applicable', `a ${subject.kind} does not take the measure ${kind}`);
    if (until !== null && until <= now)
      throw invalid('measure.in_the_past', 'a measure ends in the future, or stays');
  }
  const facts = await adapter.facts(stores, subject.id, actor);
  if (!facts) throw notFound('subject');
  requireRevision(facts, revision);
  const decisionId = input.decisionId ?? deps.ids.next();
  const applied: Measure[] = [];
  for (const { kind, label, until } of wanted) {
    const named = LABELS.has(kind) ? (label ?? 'sensitive') : null;
    const ruling = { kind, label: named, until, decisionId, caseId, grounds };
    applied.push(await adapter.apply(stores, actor, subject.id, ruling));
  }
  if (input.strike !== undefined && input.strike > 0) {
    const against = { accountId: facts.authorId, decisionId, caseId, weight: input.strike, grounds };
    applied.push(...(await strike(deps, stores, actor, against)));
  }
  return applied;
}

/** @throws subject.stale_revision (conflict): whoever decided has seen something else */
export function requireRevision(facts: Pick<SubjectFacts, 'revision'>, revision: number | null): void {
  if (revision !== null && revision !== facts.revision)
    throw conflict(
      'subject.stale_revision',
      `it is at revision ${facts.revision}: look at it again before deciding`,
    );
}
