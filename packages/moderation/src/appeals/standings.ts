import { type Actor, type Clock, notFound, systemActor } from '@socialkit/core';
import type { RuleStandings } from '../policy/rule-standings.js';
import type { ModerationReading, ModerationUnit } from '../stores.js';
import type { RuleStanding } from './types.js';
import type { AppealDeps, StandingSettings } from './unit.js';

/** The share of a rule's decisions on appeal that stood; 1 where none was appealed against. */
export const precisionOf = ({ upheld, overturned }: Pick<RuleStanding, 'upheld' | 'overturned'>): number =>
  upheld + overturned === 0 ? 1 : upheld / (upheld + overturned);

const hasFallen = (standing: RuleStanding, { minOverturned, minPrecision }: StandingSettings): boolean =>
  standing.overturned >= minOverturned && precisionOf(standing) < minPrecision;

/** Counts a decision on appeal for its rule, and demotes the rule from removing to asking a person when it errs too often. */
export async function countOutcome(
  { runtime, settings }: Pick<AppealDeps, 'runtime' | 'settings'>,
  stores: ModerationUnit,
  ruleId: string,
  outcome: 'upheld' | 'overturned',
): Promise<void> {
  const standing = await stores.ruleStandings.count(ruleId, outcome);
  if (standing.demotedAt !== null || !hasFallen(standing, settings)) return;
  if (!(await stores.ruleStandings.setDemoted(ruleId, runtime.clock.now()))) return;
  await stores.audit.append({
    actor: systemActor('appeals'),
    action: 'rules.demote',
    subject: { kind: 'rule', id: ruleId },
    details: { upheld: standing.upheld, overturned: standing.overturned },
  });
}

/**
 * Lets a rule remove by itself again, with its counts at zero.
 * @returns `changed: false` when it may
 * @throws rule.not_found for a rule that never was appealed against
 */
export const reinstateRule = (
  { unitOfWork }: Pick<AppealDeps, 'unitOfWork'>,
  actor: Actor,
  { ruleId, reason }: { readonly ruleId: string; readonly reason: string },
): Promise<{ readonly changed: boolean }> =>
  unitOfWork.transact(async (stores) => {
    const changed = await stores.ruleStandings.setDemoted(ruleId, null);
    if (!changed) {
      const known = await stores.ruleStandings.list({ after: null, limit: 1000 });
      if (!known.some((standing) => standing.ruleId === ruleId)) throw notFound('rule');
      return { changed };
    }
    await stores.audit.append({
      actor,
      action: 'rules.reinstate',
      subject: { kind: 'rule', id: ruleId },
      details: { reason },
    });
    return { changed };
  });

/** Milliseconds for which a process keeps what it read. */
const KEEP_MS = 10_000;

/** Reads how rules stand, at most once in ten seconds. A failing store leaves what was known. */
export function createRuleStandings(deps: {
  readonly readers: Pick<ModerationReading, 'ruleStandings'>;
  readonly clock: Clock;
}): RuleStandings {
  let known: ReadonlySet<string> = new Set();
  let readAt = Number.NEGATIVE_INFINITY;
  return {
    async demoted() {
      const now = deps.clock.now();
      if (now - readAt < KEEP_MS && now >= readAt) return known;
      readAt = now;
      known = await deps.readers.ruleStandings.demoted().then(
        (rules) => new Set(rules),
        () => known,
      );
      return known;
    },
  };
}
