import type { Actor, Grounds, Id, Measure } from '@socialkit/core';
import type { MeasureStores, MeasuresDeps } from '../measures/unit.js';

/** Rules of measures that strikes led to begin with it; the weight of the threshold follows. */
const RULE = 'strikes.';

const sum = async (stores: MeasureStores, accountId: Id, now: number): Promise<number> =>
  (await stores.strikes.counting(accountId, now)).reduce((total, { weight }) => total + weight, 0);

const groundsOf = (grounds: Grounds, weight: number): Grounds => ({
  ...grounds,
  ruleId: `${RULE}${weight}`,
  facts: `The account has reached ${weight} points of strikes for content that was restricted.`,
  explanation: 'Repeated violations lead to a restriction of the account.',
});

/**
 * Counts a strike against an account whose lock the caller holds, and does what the highest threshold asks for that it is
 * the one to reach. A decision counts once.
 * @returns the measures it led to
 */
export async function strike<S extends MeasureStores, R>(
  deps: MeasuresDeps<S, R>,
  stores: S,
  actor: Actor,
  input: {
    readonly accountId: Id;
    readonly decisionId: Id;
    readonly caseId: Id | null;
    readonly weight: number;
    readonly grounds: Grounds;
  },
): Promise<readonly Measure[]> {
  const { accountId, decisionId, weight, grounds } = input;
  const at = deps.clock.now();
  const id = deps.ids.next();
  const expiresAt = at + deps.strikes.expireAfterMs;
  const { category } = grounds;
  const isNew = await stores.strikes.insert({
    id,
    accountId,
    decisionId,
    category,
    weight,
    at,
    expiresAt,
    revokedAt: null,
  });
  if (!isNew) return [];
  await stores.audit.append({
    actor,
    action: 'strikes.add',
    subject: { kind: 'strike', id },
    details: { accountId, decisionId, weight, category, expiresAt },
  });
  const total = await sum(stores, accountId, at);
  const reached = deps.strikes.thresholds.findLast(
    (threshold) => threshold.weight <= total && threshold.weight > total - weight,
  );
  if (!reached) return [];
  const account = deps.subjects.account;
  if (!(await account.facts(stores, accountId, actor))) return [];
  return [
    await account.apply(stores, actor, accountId, {
      kind: reached.kind,
      until: reached.forMs === null ? null : at + reached.forMs,
      decisionId,
      caseId: input.caseId,
      grounds: groundsOf(grounds, reached.weight),
    }),
  ];
}

/**
 * Takes back the strikes of a decision, and what strikes led to where the sum no longer asks for it.
 * @returns the measures that ended with them
 */
export async function revokeStrikes<S extends MeasureStores, R>(
  deps: MeasuresDeps<S, R>,
  stores: S,
  actor: Actor,
  decisionId: Id,
  reason: string,
): Promise<readonly Measure[]> {
  const at = deps.clock.now();
  const ended: Measure[] = [];
  for (const { id, accountId, weight } of await stores.strikes.revoke(decisionId, at)) {
    await stores.audit.append({
      actor,
      action: 'strikes.revoke',
      subject: { kind: 'strike', id },
      details: { accountId, decisionId, weight },
    });
    const total = await sum(stores, accountId, at);
    const account = deps.subjects.account;
    await account.facts(stores, accountId, actor);
    for (const measure of await stores.measures.active({ kind: 'account', id: accountId })) {
      const { ruleId } = measure.grounds;
      if (!ruleId?.startsWith(RULE) || Number(ruleId.slice(RULE.length)) <= total) continue;
      if ((await account.reverse(stores, actor, measure, 'reversed', reason)).changed) ended.push(measure);
    }
  }
  return ended;
}

/** Whether strikes led to a measure. */
export const isOfStrikes = ({ grounds }: Pick<Measure, 'grounds'>): boolean =>
  grounds.ruleId?.startsWith(RULE) ?? false;
