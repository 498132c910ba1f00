import { type Actor, type Id, requireOutranks, viewerOf } from '@socialkit/core';
import type { ModerationUnit } from '../stores.js';
import type { ReporterStanding } from './types.js';
import type { ReportDeps } from './unit.js';

/** Changes how an account's reports count, behind the ranks, on record. */
const asStaff = (
  deps: ReportDeps,
  actor: Actor,
  call: {
    readonly userId: Id;
    readonly action: string;
    readonly details: Readonly<Record<string, unknown>>;
    change(stores: ModerationUnit): Promise<void>;
  },
): Promise<ReporterStanding> =>
  deps.unitOfWork.transact(async (stores) => {
    const { userId, action, details } = call;
    const staffId = viewerOf(actor);
    const involved = staffId === null ? [userId] : [userId, staffId];
    await stores.locks.accounts(involved);
    const accounts = await stores.accounts.byIds(involved);
    requireOutranks(
      deps.roles,
      actor,
      staffId === null ? undefined : accounts.get(staffId),
      accounts.get(userId),
    );
    await call.change(stores);
    await stores.audit.append({ actor, action, subject: { kind: 'account', id: userId }, details });
    return (await stores.reporters.byIds([userId])).get(userId) as ReporterStanding;
  });

/**
 * Lets an account's reports count nothing for a while; they are kept, and the account is not told. Null ends it.
 * @throws account.not_found, account.outranked (forbidden)
 */
export const muteReporter = (
  deps: ReportDeps,
  actor: Actor,
  input: { readonly userId: Id; readonly durationMs: number | null; readonly reason: string },
): Promise<ReporterStanding> => {
  const until = input.durationMs === null ? null : deps.runtime.clock.now() + input.durationMs;
  return asStaff(deps, actor, {
    userId: input.userId,
    action: 'reports.mute',
    details: { until, reason: input.reason },
    change: ({ reporters }) => reporters.mute(input.userId, until),
  });
};

/**
 * Makes an account a trusted reporter, or no longer: its reports go before all others of their queue.
 * @throws account.not_found, account.outranked (forbidden)
 */
export const trustReporter = (
  deps: ReportDeps,
  actor: Actor,
  input: { readonly userId: Id; readonly trusted: boolean; readonly reason: string },
): Promise<ReporterStanding> =>
  asStaff(deps, actor, {
    userId: input.userId,
    action: 'reports.trust',
    details: { trusted: input.trusted, reason: input.reason },
    change: ({ reporters }) => reporters.setTrusted(input.userId, input.trusted),
  });
