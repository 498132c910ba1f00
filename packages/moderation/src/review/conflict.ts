import {
  type Actor,
  accountOf,
  forbidden,
  isSocialError,
  requireOutranks,
  requirePermission,
} from '@socialkit/core';
import type { ModerationUnit } from '../stores.js';
import { ruleOf } from './queues.js';
import type { ReviewCase } from './types.js';
import type { ReviewDeps } from './unit.js';

/** Why somebody may not decide a case. */
export type Objection = 'own_content' | 'has_spoken' | 'own_report' | 'outranked';

const MESSAGES: Readonly<Record<Objection, string>> = {
  own_content: 'nobody decides about his own content',
  has_spoken: 'somebody else has to decide this: you have spoken in it, or decided what it is about',
  own_report: 'nobody decides about what he has reported',
  outranked: 'its author has an equal or higher rank',
};

/** Whether an account may decide a case, and why not. Ranks and reports are read in the caller's transaction. */
export async function objectionTo(
  deps: Pick<ReviewDeps, 'roles'>,
  stores: Pick<ModerationUnit, 'accounts' | 'reports'>,
  actor: Actor,
  one: ReviewCase,
): Promise<Objection | null> {
  const moderatorId = accountOf(actor);
  if (one.authorId === moderatorId) return 'own_content';
  if (one.notBy.includes(moderatorId)) return 'has_spoken';
  if (await stores.reports.hasReported(moderatorId, one.subject)) return 'own_report';
  const accounts = await stores.accounts.byIds([moderatorId, one.authorId]);
  const author = accounts.get(one.authorId);
  if (!author) return null;
  try {
    requireOutranks(deps.roles, actor, accounts.get(moderatorId), author);
    return null;
  } catch (error) {
    if (isSocialError(error) && error.code === 'account.outranked') return 'outranked';
    throw error;
  }
}

/** @throws case.not_for_you (forbidden), actor.missing_permission (forbidden), account.inactive (forbidden) */
export async function requireMayDecide(
  deps: Pick<ReviewDeps, 'roles' | 'settings'>,
  stores: Pick<ModerationUnit, 'accounts' | 'reports'>,
  actor: Actor,
  one: ReviewCase,
): Promise<void> {
  if (one.state === 'escalated') requirePermission(actor, 'cases.escalate');
  const { permission } = ruleOf(deps.settings.queues, one.queue);
  if (permission !== undefined) requirePermission(actor, permission);
  const objection = await objectionTo(deps, stores, actor, one);
  if (objection) throw forbidden('case.not_for_you', MESSAGES[objection]);
}

/** Queues an actor may not look into. */
export const hiddenQueues = ({ settings }: Pick<ReviewDeps, 'settings'>, actor: Actor): readonly string[] =>
  Object.entries(settings.queues)
    .filter(
      ([, { permission }]) =>
        permission !== undefined && actor.kind === 'staff' && !actor.permissions.has(permission),
    )
    .map(([name]) => name);
