import { endMeasures, holding, restrict, staffGrounds } from '../access/index.js';
import { type Actor, accountOf } from '../kernel/actor.js';
import { forbidden, invalid, notFound } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import type { Handlers } from '../kernel/operation.js';
import type { IdentityContext } from './context.js';
import type { IdentityOperations, OwnAccount } from './operations.js';
import { presentAccount } from './present.js';
import { forgetProfiles } from './profile-cache.js';
import {
  MEASURE_OF_STATE,
  moveAccount,
  restrictedAccount,
  ruledState,
  subjectOfAccount,
} from './restrict.js';
import { grantOf, requireOutranks } from './roles.js';
import { requireMove } from './states.js';
import type { AccountChanges } from './store.js';
import type { Account } from './types.js';

type Ops = Handlers<IdentityOperations>;
type Stores = Parameters<Parameters<IdentityContext['unitOfWork']['transact']>[0]>[0];

interface StaffCall {
  readonly actor: Actor;
  readonly targetId: Id;
  readonly action: string;
  /** Writes the change; null when there is nothing to change. The details go into the audit row. */
  change(
    stores: Stores,
    target: Account,
    staff: Account | undefined,
  ): Promise<Readonly<Record<string, unknown>> | null>;
}

/** Locks both accounts, checks ranks, changes, and puts it on record in one transaction. */
async function asStaff(context: IdentityContext, call: StaffCall): Promise<OwnAccount> {
  const { actor, targetId } = call;
  const after = await context.unitOfWork.transact(async (stores) => {
    const staffId = actor.kind === 'system' ? null : accountOf(actor);
    const involved = staffId === null ? [targetId] : [targetId, staffId];
    await stores.locks.accounts(involved);
    const found = await stores.accounts.byIds(involved);
    const staff = staffId === null ? undefined : found.get(staffId);
    const target = found.get(targetId);
    requireOutranks(context.roles, actor, staff, target);
    const details = await call.change(stores, target, staff);
    if (!details) return target;
    await stores.audit.append({
      actor,
      action: call.action,
      subject: { kind: 'account', id: targetId },
      details,
    });
    return (await stores.accounts.byIds([targetId])).get(targetId) ?? target;
  });
  await forgetProfiles(context.cache, [targetId]);
  return presentAccount(context.fields, after);
}

const changed = (stores: Stores, actor: Actor, accountId: Id, revision: number, field: string) =>
  stores.outbox.append({
    type: 'account.updated',
    actor,
    payload: { accountId, revision, fields: [field] },
  });

/** Writes columns of the target and says which field changed; null when all of them stand so already. */
const writing =
  (
    context: IdentityContext,
    actor: Actor,
    field: string,
    changes: AccountChanges,
    isSame: (target: Account) => boolean,
    details: Readonly<Record<string, unknown>>,
  ): StaffCall['change'] =>
  async (stores, target) => {
    if (isSame(target)) return null;
    const revision = await stores.accounts.update(target.id, changes, context.runtime.clock.now());
    await changed(stores, actor, target.id, revision ?? target.revision, field);
    return details;
  };

export const moderate =
  (context: IdentityContext): Ops['moderate'] =>
  (actor, { userId, state, reason }) =>
    asStaff(context, {
      actor,
      targetId: userId,
      action: 'identity.moderate',
      async change(stores, target) {
        const { runtime } = context;
        const from = ruledState(target);
        if (!(await moveAccount(stores, runtime.clock, actor, target, state, reason))) return null;
        const kind = state === 'active' ? null : MEASURE_OF_STATE[state];
        const held = await holding(stores, subjectOfAccount(target), ['limit', 'suspend']);
        const ended = held.filter((measure) => measure.kind !== kind);
        await endMeasures(stores, runtime, actor, ended, 'reversed', reason ?? undefined);
        if (kind !== null && ended.length === held.length)
          await restrict(stores, runtime, actor, restrictedAccount(target), {
            kind,
            grounds: staffGrounds(reason),
          });
        return { from, to: state, reason };
      },
    });

export const setLabel =
  (context: IdentityContext): Ops['setLabel'] =>
  (actor, { userId, label, reason }) =>
    asStaff(context, {
      actor,
      targetId: userId,
      action: 'identity.setLabel',
      async change(stores, target, staff) {
        const details = await writing(
          context,
          actor,
          'label',
          { label, labelSource: label === null ? null : 'staff' },
          (account) => account.label === label && account.labelSource !== 'gate',
          { label, reason },
        )(stores, target, staff);
        if (!details) return null;
        const held = await holding(stores, subjectOfAccount(target), ['label', 'blur']);
        const end = label === null ? 'reversed' : 'replaced';
        await endMeasures(stores, context.runtime, actor, held, end, reason ?? undefined);
        if (label !== null)
          await restrict(stores, context.runtime, actor, restrictedAccount(target), {
            kind: 'label',
            label,
            grounds: staffGrounds(reason),
          });
        return details;
      },
    });

export const setVerified =
  (context: IdentityContext): Ops['setVerified'] =>
  (actor, { userId, issuer, reason }) =>
    asStaff(context, {
      actor,
      targetId: userId,
      action: 'identity.setVerified',
      change: writing(
        context,
        actor,
        'verified',
        { verifiedIssuer: issuer, verifiedAt: issuer === null ? null : context.runtime.clock.now() },
        (target) => target.verifiedIssuer === issuer,
        { issuer, reason },
      ),
    });

export const assignRole =
  (context: IdentityContext): Ops['assignRole'] =>
  (actor, { userId, role, reason }) =>
    asStaff(context, {
      actor,
      targetId: userId,
      action: 'identity.assignRole',
      async change(stores, target, staff) {
        if (!Object.hasOwn(context.roles, role))
          throw invalid('account.unknown_role', `there is no role "${role}"`, [
            { path: 'role', message: 'is not a role of this platform' },
          ]);
        // Giving a rank one does not outrank would let staff make their own superiors.
        if (staff && grantOf(context.roles, role).rank >= grantOf(context.roles, staff.role).rank)
          throw forbidden('account.outranked', 'this role has an equal or higher rank');
        if (target.role === role) return null;
        await stores.accounts.update(userId, { role }, context.runtime.clock.now());
        await stores.outbox.append({
          type: 'account.role_changed',
          actor,
          payload: { accountId: userId, from: target.role, to: role },
        });
        return { from: target.role, to: role, reason };
      },
    });

/** Moves one's own state; `choose` gives the aim, or null when the account stands there already. */
async function moveSelf(
  context: IdentityContext,
  actor: Actor,
  choose: (self: Account) => Account['state'] | null,
): Promise<OwnAccount> {
  const id = accountOf(actor);
  const after = await context.unitOfWork.transact(async (stores) => {
    await stores.locks.accounts([id]);
    const self = (await stores.accounts.byIds([id])).get(id);
    if (!self) throw notFound('account');
    const to = choose(self);
    if (to === null) return self;
    requireMove(self.state, to, 'self');
    const leaving = to === 'deactivated' && self.state !== 'deactivated';
    await stores.accounts.moveState(
      id,
      {
        from: self.state,
        to,
        reason: self.stateReason,
        resumeState: leaving ? (self.state as Exclude<Account['state'], 'deactivated'>) : null,
      },
      context.runtime.clock.now(),
    );
    await stores.outbox.append({
      type: 'account.state_changed',
      actor,
      payload: { accountId: id, from: self.state, to },
    });
    return (await stores.accounts.byIds([id])).get(id) ?? self;
  });
  await forgetProfiles(context.cache, [id]);
  return presentAccount(context.fields, after);
}

export const deactivate =
  (context: IdentityContext): Ops['deactivate'] =>
  (actor) =>
    moveSelf(context, actor, (self) => (self.state === 'deactivated' ? null : 'deactivated'));

export const reactivate =
  (context: IdentityContext): Ops['reactivate'] =>
  (actor) =>
    moveSelf(context, actor, (self) =>
      self.state === 'deactivated'
        ? (self.resumeState ?? 'active')
        : self.state === 'suspended'
          ? 'active'
          : null,
    );
